"""SmoothGrad, SquareGrad and VarGrad: gradients of noisy copies of the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images
from cnnviz.models.summed_gradients import Summed, Take

from ..method import METHODS, Maps, Method
from ..perturbed_copies import Original, gradients_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True)
class _Noisy(Method):
    """The base of the three methods.

    ``noise`` is the standard deviation of the noise as a share of the range of each image's inputs. All images get the
    same noise patterns, so an image's map does not depend on the others.
    """

    samples: int = 20
    noise: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        if self.samples < 1 or not 0 <= self.noise < np.inf or self.seed < 0:
            raise UsageError(f"{self.name} needs samples of at least 1, noise of at least 0, a seed from 0")

    def means(self, original: Original, of: Summed = "gradients") -> list[np.ndarray]:
        """Return the means over the noisy copies of something of their gradients, shaped as the images."""
        inputs = original.inputs
        own = tuple(range(1, inputs.ndim))
        sigma = self.noise * (inputs.max(axis=own, keepdims=True) - inputs.min(axis=own, keepdims=True))

        def from_start() -> Take:
            rng = np.random.default_rng(self.seed)
            return lambda count: rng.standard_normal((count, 1, *inputs.shape[1:]), np.float32)

        sums = gradients_of_copies(original, sigma, from_start, np.ones(self.samples), of)
        return [total.reshape(original.images.pixels.shape) / np.float32(self.samples) for total in sums]


@METHODS.enter("smoothgrad")
@dataclass(frozen=True)
class SmoothGrad(_Noisy):
    """The mean gradient of noisy copies, signed, (n, height, width, channels).

    ``absolute`` averages magnitudes instead, as some other tools do.
    """

    absolute: bool = False

    title = "SmoothGrad"
    paper = "Smilkov, Thorat, Kim, Viégas & Wattenberg 2017, arXiv:1706.03825, section 3"
    measures = "change of score per unit of input, averaged"
    signed = True

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = 1/n Σ_k ∂S/∂x (x + g_k), g_k ~ N(0, σ²)."""
        original = Original(probe, images, target)
        return original.maps(self.means(original, "sizes" if self.absolute else "gradients")[0])


@METHODS.enter("squaregrad")
@dataclass(frozen=True)
class SquareGrad(_Noisy):
    """The mean squared gradient of noisy copies, (n, height, width, channels)."""

    title = "SquareGrad"
    paper = "Hooker, Erhan, Kindermans & Kim 2019, arXiv:1806.10758, section 4"
    measures = "squared change of score per unit of input, averaged"
    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = 1/n Σ_k (∂S/∂x (x + g_k))²."""
        original = Original(probe, images, target)
        return original.maps(self.means(original, "squares")[0])


@METHODS.enter("vargrad")
@dataclass(frozen=True)
class VarGrad(_Noisy):
    """The variance of the gradient among noisy copies, (n, height, width, channels)."""

    title = "VarGrad"
    paper = "Adebayo, Gilmer, Goodfellow & Kim 2018, arXiv:1810.03307"
    measures = "variance of the change of score per unit of input"
    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """M = Var_k (∂S/∂x (x + g_k)), the population variance of the samples."""
        original = Original(probe, images, target)
        mean, square = self.means(original, "deviations")
        return original.maps(np.asarray(np.maximum(square - np.square(mean), 0)))
