"""Random transforms of an image before each step, so that the result does not depend on single pixels.

Each is a frozen dataclass with hyperparameters as fields. All transforms are combined into one resampling of the image
(Olah et al. 2017, section "Transformation robustness").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnviz.core.registry import Registry
from cnnviz.models.import_tensorflow import tensorflow


@dataclass(frozen=True)
class Transform:
    """A random affine transform; ``draws`` is the number of random numbers it takes per step and image."""

    name: ClassVar[str]
    draws: ClassVar[int] = 1

    def __call__(self, drawn: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return a, b, c, d, e, f, each (n,), of numbers (n, draws) in 0…1.

        The value at (x, y) after the transform, in pixels from the center, was at (ax + by + c, dx + ey + f) before.
        """
        raise NotImplementedError


#: Every transform, by name.
TRANSFORMS: Registry[Transform] = Registry("transform")


@TRANSFORMS.enter("jitter")
@dataclass(frozen=True)
class Jitter(Transform):
    """Shift by a whole number of pixels, at most ``pixels`` in each direction."""

    draws: ClassVar[int] = 2
    pixels: int = 1

    def __call__(self, drawn: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return the inverse affine map."""
        tf = tensorflow()
        across, down = (tf.floor(drawn[:, i] * (2 * self.pixels + 1)) - self.pixels for i in (0, 1))
        one, none = tf.ones_like(across), tf.zeros_like(across)
        return one, none, across, none, one, down


@TRANSFORMS.enter("rotate")
@dataclass(frozen=True)
class Rotation(Transform):
    """Rotate about the center by at most ``degrees`` either way."""

    degrees: float = 3.0

    def __call__(self, drawn: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return the inverse affine map."""
        tf = tensorflow()
        angle = (2 * drawn[:, 0] - 1) * (self.degrees * math.pi / 180)
        none = tf.zeros_like(angle)
        return tf.cos(angle), -tf.sin(angle), none, tf.sin(angle), tf.cos(angle), none


@TRANSFORMS.enter("scale")
@dataclass(frozen=True)
class Scaling(Transform):
    """Scale about the center by at most ``share`` up or down."""

    share: float = 0.05

    def __call__(self, drawn: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Return the inverse affine map."""
        tf = tensorflow()
        factor = 1 / (1 + (2 * drawn[:, 0] - 1) * self.share)
        none = tf.zeros_like(factor)
        return factor, none, none, none, factor, none


def apply_transforms(images: Any, transforms: Sequence[Transform], drawn: Any) -> Any:
    """Apply transforms, the first one first, to images (n, h, w, c); ``drawn`` is (n, all their draws) in 0…1.

    Bilinear; pixels from outside repeat the edge.
    """
    if not transforms:
        return images
    tf = tensorflow()
    whole, at = None, 0
    for transform in transforms:
        own = transform(drawn[:, at : at + transform.draws])
        at += transform.draws
        whole = own if whole is None else _after(whole, own)
    assert whole is not None
    a, b, c, d, e, f = whole
    x, y = (images.shape[2] - 1) / 2, (images.shape[1] - 1) / 2
    # TensorFlow's origin is the corner.
    none = tf.zeros_like(a)
    rows = tf.stack([a, b, c + x - a * x - b * y, d, e, f + y - d * x - e * y, none, none], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=rows,
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _after(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the inverse map of both transforms, ``first`` applied first."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f
