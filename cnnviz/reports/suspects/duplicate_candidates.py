"""Candidates for near duplicates: images with similar magnitudes of low frequencies, regardless of position.

The magnitudes of a Fourier transform do not change when an image is moved, a factor of brightness only scales them, and
noise spreads over all frequencies, so the low ones of a copy hardly change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Frequencies kept along either axis, in cycles per image.
HIGHEST = 5
#: How far the cosine of two images' magnitudes may be below 1. Of 300 copies each of brightness, noise (sigma 10 of
#: 255) and moves by a pixel, at least 95 in 100 were within.
FAR = 0.008
#: The least correlation of low frequencies after the best shift, by Parseval's sum over the kept ones.
IN_STEP = 0.98
#: Rows and columns of the table of cosines that are computed at once.
ROWS, COLUMNS = 2048, 8192
#: The most candidates of one search.
MOST = 4_000_000


@dataclass(frozen=True, eq=False)
class Spectra:
    """``waves`` (n, f) complex64 of length 1, ``strengths`` (n, f) float32, their magnitudes; zero for a flat image.

    ``frequencies`` (f, 2) are cycles per image along rows and columns.
    """

    waves: np.ndarray
    strengths: np.ndarray
    frequencies: np.ndarray


def low_frequencies(pixels: np.ndarray) -> Spectra:
    """Transform images (n, h, w, c), channels averaged; the mean of an image is left out."""
    count, height, width, _ = pixels.shape
    down, across = min(HIGHEST, (height - 1) // 2), min(HIGHEST, (width - 1) // 2)
    u, v = np.arange(-down, down + 1), np.arange(across + 1)
    by_row = np.exp(-2j * np.pi * np.outer(u, np.arange(height)) / height).astype(np.complex64)
    by_column = np.exp(-2j * np.pi * np.outer(np.arange(width), v) / width).astype(np.complex64)
    # One of each pair of conjugates, and not the mean.
    kept = (v[None, :] > 0) | (u[:, None] > 0)
    waves = np.empty((count, int(kept.sum())), np.complex64)
    for start in range(0, count, ROWS):
        gray = pixels[start : start + ROWS].mean(axis=3, dtype=np.float32)
        waves[start : start + ROWS] = np.matmul(by_row, np.matmul(gray, by_column))[:, kept]
    strengths = np.abs(waves)
    length = np.sqrt(np.square(strengths).sum(axis=1, keepdims=True))
    # The rest of a flat image is rounding.
    flat = length[:, 0] <= 1e-5 * height * width * max(1e-30, float(np.abs(pixels).max(initial=0)))
    length[flat] = 1
    waves[flat], strengths[flat] = 0, 0
    return Spectra(waves / length, strengths / length, np.argwhere(kept) - [down, 0])


def alike(one: Spectra, other: Spectra | None = None) -> tuple[np.ndarray, np.ndarray, int]:
    """Return pairs of positions with similar strengths, and how many images of ``one`` were searched before the limit.

    Within one set the first position is the smaller one.
    """
    firsts, seconds, found = [], [], 0
    right = one.strengths if other is None else other.strengths
    for top in range(0, len(one.strengths), ROWS):
        rows = one.strengths[top : top + ROWS]
        for left in range(top if other is None else 0, len(right), COLUMNS):
            cosines = rows @ right[left : left + COLUMNS].T
            places = np.flatnonzero(cosines.ravel() > 1 - FAR)
            first, second = places // cosines.shape[1] + top, places % cosines.shape[1] + left
            if other is None:
                first, second = first[first < second], second[first < second]
            firsts.append(first)
            seconds.append(second)
            found += len(first)
        if found > MOST:
            return np.concatenate(firsts), np.concatenate(seconds), min(top + ROWS, len(one.strengths))
    none = np.zeros(0, np.int64)
    return np.concatenate([none, *firsts]), np.concatenate([none, *seconds]), len(one.strengths)


def in_step(one: Spectra, other: Spectra, pairs: tuple[np.ndarray, np.ndarray], moves: np.ndarray,
            size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return the best of ``moves`` (k, 2) for each pair, as its number, and the correlation of low frequencies there.

    A move (rows, columns) is the shift of the second image relative to the first; ``size`` is (h, w).
    """
    first, second = pairs
    turn = np.exp(-2j * np.pi * (one.frequencies / size) @ moves.T).astype(np.complex64)
    best, height = np.zeros(len(first), np.int64), np.zeros(len(first), np.float32)
    for start in range(0, len(first), ROWS * 16):
        part = slice(start, start + ROWS * 16)
        # conj(second) · first · e^(-2πi·u·move/h) is largest at the true shift.
        product = np.conj(one.waves[first[part]]) * other.waves[second[part]]
        sums = (product @ np.conj(turn)).real
        best[part], height[part] = sums.argmax(axis=1), sums.max(axis=1)
    return best, height
