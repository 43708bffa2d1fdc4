"""``fmnist-best``: a small residual network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

#: Channels and residual blocks of each stage; every stage but the first halves height and width.
STAGES = ((24, 1), (48, 2), (96, 2))


def fmnist_best(shape: tuple[int, int, int] = (28, 28, 1), classes: int = 10) -> keras.Model:
    """Build a residual network of three stages, at full, half and quarter size, with batch normalization.

    Blocks are those of He et al., "Deep Residual Learning for Image Recognition" (CVPR 2016), with two convolutions of
    3×3; where a stage halves the size, the shortcut averages 2×2 pixels before its 1×1 convolution, so that none is
    dropped. For 28×28 gray images and ten classes it has 383,362 parameters. It expects pixels in 0…1.
    """
    import keras
    from keras import layers

    picture = keras.Input(shape, name="picture")
    x = _unit(picture, STAGES[0][0], 3, "conv1")
    number = 1
    for stage, (channels, blocks) in enumerate(STAGES):
        for block in range(blocks):
            x = _block(x, channels, 2 if stage and not block else 1, number + 1)
            number += 2
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(picture, layers.Dense(classes, activation="softmax", name="predictions")(x), name="fmnist-best")


def _block(x: Any, channels: int, stride: int, number: int) -> Any:
    """Return a residual block: two convolutions, numbered from ``number``, added to the input."""
    from keras import layers

    y = _unit(x, channels, 3, f"conv{number}", stride=stride)
    y = _unit(y, channels, 3, f"conv{number + 1}", active=False)
    if stride > 1:
        x = layers.AveragePooling2D(stride, padding="same", name=f"halved{number}")(x)
    if x.shape[-1] != channels:
        x = _unit(x, channels, 1, f"widened{number}", active=False)
    added = layers.Add(name=f"add{number + 1}")([y, x])
    return layers.ReLU(name=f"block{number // 2}")(added)


def _unit(x: Any, channels: int, size: int, name: str, *, stride: int = 1, active: bool = True) -> Any:
    """Return convolution, normalization and, if ``active``, ReLU."""
    from keras import layers

    x = layers.Conv2D(channels, size, strides=stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if active else x
