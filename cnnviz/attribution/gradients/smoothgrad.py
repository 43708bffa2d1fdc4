"""SmoothGrad, SquareGrad and VarGrad: the gradient in a cloud of noisy copies of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.data.images import Images

from ..method import METHODS, Method
from ..samples import slopes_of_copies

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True)
class _Noisy(Method):
    """What the three have in common.

    ``noise`` is the standard deviation of the noise as a share of the range of each picture's inputs. All pictures get
    the same noise patterns, so that a picture's map does not depend on its neighbours.
    """

    samples: int = 20
    noise: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        if self.samples < 1 or self.noise < 0:
            raise UsageError(f"{self.name} needs samples of at least 1 and noise of at least 0")

    def means(
        self, probe: Probe, images: Images, target: Any, *of: Callable[[np.ndarray], np.ndarray]
    ) -> list[np.ndarray]:
        """Return the mean over the noisy copies of each function of their gradients, of the pictures' shape."""
        inputs = probe.inputs(images)
        target = probe.settle(images, target)
        own = tuple(range(1, inputs.ndim))
        sigma = self.noise * (inputs.max(axis=own, keepdims=True) - inputs.min(axis=own, keepdims=True))
        rng = np.random.default_rng(self.seed)

        def changed(which: range) -> np.ndarray:
            patterns = rng.standard_normal((len(which), 1, *inputs.shape[1:]), np.float32)
            return inputs + sigma * patterns

        sums = [np.zeros(inputs.shape, np.float32) for _ in of]
        for slopes in slopes_of_copies(probe, len(inputs), target, self.samples, changed):
            for total, function in zip(sums, of, strict=True):
                total += function(slopes).sum(axis=0)
        return [(total / np.float32(self.samples)).reshape(images.pixels.shape) for total in sums]


def _itself(slopes: np.ndarray) -> np.ndarray:
    return slopes


@METHODS.enter("smoothgrad")
@dataclass(frozen=True)
class SmoothGrad(_Noisy):
    """The mean gradient of noisy copies, signed, (n, height, width, channels).

    ``absolute`` averages sizes instead, as some other tools do.
    """

    absolute: bool = False

    title = "SmoothGrad"
    paper = "Smilkov, Thorat, Kim, Viégas & Wattenberg 2017, arXiv:1706.03825, section 3"
    measures = "change of score per unit of input, averaged"
    signed = True

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """M = 1/n Σ_k ∂S/∂x (x + g_k), g_k ~ N(0, σ²)."""
        return self.means(probe, images, target, np.abs if self.absolute else _itself)[0]


@METHODS.enter("squaregrad")
@dataclass(frozen=True)
class SquareGrad(_Noisy):
    """The mean squared gradient of noisy copies, (n, height, width, channels)."""

    title = "SquareGrad"
    paper = "Hooker, Erhan, Kindermans & Kim 2019, arXiv:1806.10758, section 4"
    measures = "squared change of score per unit of input, averaged"
    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """M = 1/n Σ_k (∂S/∂x (x + g_k))²."""
        return self.means(probe, images, target, np.square)[0]


@METHODS.enter("vargrad")
@dataclass(frozen=True)
class VarGrad(_Noisy):
    """The variance of the gradient among noisy copies, (n, height, width, channels)."""

    title = "VarGrad"
    paper = "Adebayo, Gilmer, Goodfellow & Kim 2018, arXiv:1810.03307"
    measures = "variance of the change of score per unit of input"
    signed = False

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """M = Var_k (∂S/∂x (x + g_k)), over the samples themselves."""
        mean, square = self.means(probe, images, target, _itself, np.square)
        return np.maximum(square - np.square(mean), 0)
