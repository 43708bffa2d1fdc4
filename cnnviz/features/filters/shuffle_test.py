"""Permutation test of kernels against their own weights in shuffled places.

Spatial kernels are tested for smoothness by Moran's I (Moran 1950, "Notes on Continuous Stochastic Phenomena"), the
correlation of adjacent weights, which sums up the low end of their spectrum. Kernels without spatial extent (1×1
convolutions, dense units) are tested for their share in the directions of other filters, the strongest singular vectors
of their weights. Either statistic is compared with its values for shuffled weights: Phipson & Smyth 2010, "Permutation
P-values Should Never Be Zero", p = (1 + k) / (1 + n).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Annotated

import numpy as np

from cnnviz.core.declared_arrays import floats

#: Shuffles of each layer's weights, and weights to move in all; larger kernels get fewer shuffles.
SHUFFLES, MOST_MOVED = 999, 300_000_000
#: Fewer shuffles cannot reach LEVEL.
FEWEST = 99
#: A filter differs from its shuffles if p is below this.
LEVEL = 0.05
#: Multiplications for the shuffles of all layers of a network, some seconds. Each layer of the bundled networks gets
#: all SHUFFLES; 53 layers of MobileNetV2 share the time.
MOST_WORK = 5_000_000_000
#: Share of the squared weights of other filters that the compared directions hold.
_HELD = 0.75


@dataclass(frozen=True, eq=False)
class Structure:
    """The test results for the filters of one layer.

    ``places`` is the number of weights of each kernel; nine give little power. ``measure`` is "smoothness", Moran's I
    in about −1…1, or "direction", a share in 0…1, or "" if there were too few or too many weights to test. ``value``
    is float64 (channels,); ``null`` float64 (channels, 3), the 2.5 %, 50 % and 97.5 % quantiles over the shuffles;
    ``p`` (channels,), two-sided for smoothness, one-sided for direction. All are NaN where nothing was tested.
    """

    places: int
    measure: str
    shuffles: int
    value: Annotated[np.ndarray, floats("channels", nan=True)]
    null: Annotated[np.ndarray, floats("channels", 3, nan=True)]
    p: Annotated[np.ndarray, floats("channels", nan=True)]

    @property
    def like_shuffled(self) -> np.ndarray:
        """Whether each filter was tested and does not differ from its shuffles, (channels,) bool."""
        return self.p >= LEVEL

    @property
    def by_chance(self) -> float:
        """The expected number of filters that differ from their shuffles by chance, if all were random."""
        return LEVEL * int((~np.isnan(self.p)).sum())


def shuffle_counts(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Return the number of shuffles of each layer, given the shapes of kernels (height, width, inputs, channels).

    Time is divided equally, and what a small kernel leaves goes to larger ones. 0, no test, for a kernel that would get
    fewer than FEWEST.
    """
    left, counts = MOST_WORK, {}
    waiting = sorted(shapes, key=lambda path: _work(shapes[path]))
    for place, path in enumerate(waiting):
        work = _work(shapes[path])
        count = min(SHUFFLES, MOST_MOVED // max(1, prod(shapes[path])), left // (len(waiting) - place) // work)
        counts[path] = count if count >= FEWEST else 0
        left -= counts[path] * work
    return counts


def _work(shape: tuple[int, ...]) -> int:
    """Return the multiplications of one shuffle, roughly."""
    places = prod(shape[:-1])
    # Of the directions of half the filters, no more than a kernel has weights, the strongest half or fewer are used.
    return max(1, prod(shape) * (1 if shape[0] * shape[1] > 1 else min(places, shape[-1] // 2) // 2))


def shuffle_test(kernel: np.ndarray, seed: int = 0, shuffles: int = SHUFFLES) -> Structure:
    """Test each channel of a kernel (height, width, inputs, channels) against its own weights in shuffled places."""
    places = kernel.size // kernel.shape[-1]
    count = min(shuffles, MOST_MOVED // max(1, kernel.size))
    spatial = kernel.shape[0] * kernel.shape[1] > 1
    if places < 4 or count < max(1, min(FEWEST, shuffles)) or (not spatial and kernel.shape[-1] < 4):
        nothing = np.full(kernel.shape[-1], np.nan)
        return Structure(places, "", 0, nothing, np.full((kernel.shape[-1], 3), np.nan), nothing)
    measure = _Smoothness(kernel.shape) if spatial else _Direction(kernel)
    flat = kernel.reshape(places, -1).astype(np.float64)
    centered = flat - flat.mean(axis=0) if spatial else flat
    energy = np.square(centered).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(energy > 0, centered / np.sqrt(energy), np.nan)
    value = measure(unit)
    random = np.random.default_rng(seed)
    shuffled = np.stack([measure(unit[random.permutation(places)]) for _ in range(count)])
    return Structure(
        places,
        "smoothness" if spatial else "direction",
        count,
        value,
        np.quantile(shuffled, [0.025, 0.5, 0.975], axis=0).T,
        _p_values(value, shuffled, two_sided=spatial),
    )


def _p_values(value: np.ndarray, shuffled: np.ndarray, two_sided: bool) -> np.ndarray:
    """Return (1 + shuffles at least as far out) / (1 + shuffles)."""
    if two_sided:
        # Distances are from the mean of all, the value itself included, so that all are treated alike.
        middle = (shuffled.sum(axis=0) + value) / (len(shuffled) + 1)
        value, shuffled = np.abs(value - middle), np.abs(shuffled - middle)
    # Sums in another order differ in their last digits; ties count against the filter.
    beyond = (shuffled >= value - 1e-9).sum(axis=0)
    return np.where(np.isnan(value), np.nan, (1 + beyond) / (1 + len(shuffled)))


class _Smoothness:
    """Moran's I over adjacent weights of a slice, for centered kernels of unit length."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        height, width, inputs, _ = shape
        pairs = inputs * (height * (width - 1) + (height - 1) * width)
        self._scale = height * width * inputs / pairs

    def __call__(self, unit: np.ndarray) -> np.ndarray:
        maps = unit.reshape(self._shape)
        down = np.einsum("hwic,hwic->c", maps[1:], maps[:-1])
        return self._scale * (down + np.einsum("hwic,hwic->c", maps[:, 1:], maps[:, :-1]))


class _Direction:
    """The share of a kernel in the strongest directions of other filters: of the even ones for odd, and vice versa."""

    def __init__(self, kernel: np.ndarray) -> None:
        flat = kernel.reshape(-1, kernel.shape[-1]).astype(np.float64)
        # A filter must not contribute to the directions it is compared with.
        self._bases = [_strongest(flat[:, 1 - half :: 2]) for half in (0, 1)]

    def __call__(self, unit: np.ndarray) -> np.ndarray:
        shares = np.empty(unit.shape[1])
        for half, basis in enumerate(self._bases):
            shares[half::2] = np.square(basis.T @ unit[:, half::2]).sum(axis=0)
        return shares


def _strongest(flat: np.ndarray) -> np.ndarray:
    """Return the fewest orthonormal directions, (places, r), that hold _HELD of the squared weights."""
    # Squared singular values are the eigenvalues of either product with itself, and the smaller one is a fraction of
    # the work of a decomposition of the whole. The strongest directions keep all their digits.
    wide = flat.shape[0] <= flat.shape[1]
    squares, vectors = np.linalg.eigh(flat @ flat.T if wide else flat.T @ flat)
    held = np.cumsum(np.maximum(squares[::-1], 0))
    found = vectors[:, ::-1][:, : int(np.searchsorted(held, _HELD * held[-1])) + 1]
    return found if wide else np.linalg.qr(flat @ found)[0]
