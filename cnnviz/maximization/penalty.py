"""Penalties on images: frozen dataclasses with hyperparameters as fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from cnnviz.core.registry import Registry
from cnnviz.models.import_tensorflow import tensorflow


@dataclass(frozen=True)
class Penalty:
    """A penalty on an image, scaled so that its gradient at a pixel is of the order of ``weight``.

    The gradient of the objective is normalized to a root mean square of 1 per image before penalties are subtracted, so
    a weight means the same for every unit of every layer.
    """

    name: ClassVar[str]
    weight: float

    def __call__(self, images: Any) -> Any:
        """Return the unweighted cost of each image, (n,), for a tensor (n, h, w, c) in 0…1."""
        raise NotImplementedError


#: Every penalty, by name.
PENALTIES: Registry[Penalty] = Registry("penalty")


@PENALTIES.enter("tv")
@dataclass(frozen=True)
class TotalVariation(Penalty):
    """Sum of the differences of neighboring pixels (Mahendran & Vedaldi 2015, section 3, with β = 1).

    A difference d counts as √(d² + ε²) − ε, which is differentiable; ε is 0.01.
    """

    weight: float = 0.1

    def __call__(self, images: Any) -> Any:
        """Return the cost of each image."""
        return _lengths(images[:, 1:] - images[:, :-1]) + _lengths(images[:, :, 1:] - images[:, :, :-1])


@PENALTIES.enter("l2")
@dataclass(frozen=True)
class SquaredSize(Penalty):
    """Half the sum of squared distances to a shade, 0 black to 1 white (Simonyan et al. 2014, equation 1)."""

    weight: float = 0.02
    shade: float = 0.0

    def __call__(self, images: Any) -> Any:
        """Return the cost of each image."""
        tf = tensorflow()
        return 0.5 * tf.reduce_sum(tf.square(images - self.shade), axis=(1, 2, 3))


def _lengths(differences: Any) -> Any:
    tf = tensorflow()
    softened = 0.01
    return tf.reduce_sum(tf.sqrt(tf.square(differences) + softened**2) - softened, axis=(1, 2, 3))
