"""SmoothGrad, SquareGrad and VarGrad: gradients of noisy copies of the image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

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

    def mean(self, original: Original, of: Callable[[np.ndarray], np.ndarray] | None = None) -> Maps:
        """Return the mean over the noisy copies of their gradients, or of a function of them, shaped as the images."""
        total = np.zeros(original.images.pixels.shape, np.float32)
        for gradients in self.gradients(original):
            total += (gradients if of is None else of(gradients)).sum(axis=0)
        return original.maps(total / np.float32(self.samples))

    def gradients(self, original: Original) -> Iterator[np.ndarray]:
        """Yield the gradients of the noisy copies, (k, n, height, width, channels), a few copies at a time."""
        inputs = original.inputs
        own = tuple(range(1, inputs.ndim))
        sigma = self.noise * (inputs.max(axis=own, keepdims=True) - inputs.min(axis=own, keepdims=True))
        rng = np.random.default_rng(self.seed)

        def changed(which: range) -> np.ndarray:
            patterns = rng.standard_normal((len(which), 1, *inputs.shape[1:]), np.float32)
            return inputs + sigma * patterns

        for gradients in gradients_of_copies(original, self.samples, changed):
            yield gradients.reshape(-1, *original.images.pixels.shape)


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
        return self.mean(Original(probe, images, target), np.abs if self.absolute else None)


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
        return self.mean(Original(probe, images, target), np.square)


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
        # Deviations from one of the samples avoid cancellation in the sums of squares.
        original = Original(probe, images, target)
        first, mean, square = None, np.float32(0), np.float32(0)
        for gradients in self.gradients(original):
            first = gradients[:1] if first is None else first
            apart = gradients - first
            mean = mean + apart.sum(axis=0) / np.float32(self.samples)
            square = square + np.square(apart).sum(axis=0) / np.float32(self.samples)
        return original.maps(np.asarray(np.maximum(square - np.square(mean), 0)))
