"""The networks that cnnviz knows how to build, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def fmnist_cnn(dropout: float = 0.4) -> keras.Model:
    """Build the default network: conv 64, pool, conv 64, pool, conv 128, dropout, dense 64, dense 10.

    The layers and widths are those of the Fashion-MNIST notebook by Steve Depp
    (github.com/stevedepp/FMNIST). Kernels are 3×3 without padding, so a 28×28 picture leaves conv3 as
    3×3 and the whole network has 185,866 parameters. It expects pixels in 0…1, shape (n, 28, 28, 1), and
    ends in a softmax over ten classes.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="picture"),
            layers.Conv2D(64, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(64, 3, activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Conv2D(128, 3, activation="relu", name="conv3"),
            layers.Dropout(dropout, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(64, activation="relu", name="dense1"),
            layers.Dense(10, activation="softmax", name="predictions"),
        ],
        name="fmnist-cnn",
    )
