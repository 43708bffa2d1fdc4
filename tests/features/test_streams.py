"""Ranks and histograms of what streams: any division into batches gives the same bytes, those of brute force."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import cnnviz
from cnnviz.features.histograms import BINS, Histogram, HistogramAccumulator
from cnnviz.features.responses import responses
from cnnviz.features.top_images import TopImages, TopImagesAccumulator
from tests.helpers.peak import PRINT_PEAK

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
#: Few different values, so that many are equal, and values of any size.
VALUES = st.one_of(
    arrays(
        np.float32, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.sampled_from([0.0, 1.0, -1.0, 2.5])
    ),
    arrays(np.float32, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=FLOATS),
)


def ranked(parts: list[np.ndarray], count: int, lowest: bool) -> TopImages:
    ranking = TopImagesAccumulator(parts[0].shape[1], count, lowest)
    start = 0
    for part in parts:
        ranking.add(start, np.arange(start, start + len(part), dtype=np.int32)[:, None].repeat(part.shape[1], 1), part)
        start += len(part)
    return ranking.top_images()


def counted(parts: list[np.ndarray]) -> Histogram:
    histograms = HistogramAccumulator(parts[0].shape[1])
    for part in parts:
        histograms.add(part)
    return histograms.histogram()


def divided(values: np.ndarray, cuts: list[int]) -> list[np.ndarray]:
    return [part for part in np.split(values, sorted({cut % len(values) for cut in cuts})) if len(part)]


@given(VALUES, st.lists(st.integers(0, 30)), st.integers(1, 9), st.booleans())
def test_ranks_are_those_of_a_stable_sort_however_batches_fall(values, cuts, count, lowest) -> None:
    found = ranked(divided(values, cuts), count, lowest)
    order = np.argsort(values if lowest else -values, axis=0, kind="stable")[:count].T
    np.testing.assert_array_equal(found.positions, order)
    np.testing.assert_array_equal(found.cells, order)
    np.testing.assert_array_equal(found.values, np.take_along_axis(values.T, order, axis=1))


@given(VALUES, st.lists(st.integers(0, 30)))
def test_histograms_count_the_same_however_batches_fall(values, cuts) -> None:
    whole, parts = counted([values]), counted(divided(values, cuts))
    for name in ("start", "width", "counts"):
        assert getattr(whole, name).tobytes() == getattr(parts, name).tobytes(), name
    assert (whole.counts.sum(axis=1) == len(values)).all()
    for channel, column in enumerate(values.T.astype(np.float64)):
        start, width = whole.start[channel], whole.width[channel]
        assert np.frexp(width)[0] == 0.5, "a power of two"
        bins = np.floor(column / width) - np.floor(start / width)
        np.testing.assert_array_equal(whole.counts[channel], np.bincount(bins.astype(int), minlength=BINS))
        # Half as wide they would be too many.
        if column.min() < column.max():
            assert np.floor(column.max() / (width / 2)) - np.floor(column.min() / (width / 2)) >= BINS


def test_two_thousand_pictures_come_out_as_by_brute_force() -> None:
    sample = cnnviz.open_images("sample")
    random = np.random.default_rng(5)
    shaken = np.clip(sample.pixels.astype(int) + random.integers(-20, 21, sample.pixels.shape), 0, 255)
    twice = cnnviz.Images(np.concatenate([sample.pixels, shaken.astype(np.uint8)]))
    seen = responses("fmnist-cnn", twice, ["conv1", "conv2"], batch_size=128)
    for path in ("conv1", "conv2"):
        values = cnnviz.activations("fmnist-cnn", twice, path, batch_size=128)[path]
        maps = values.reshape(2000, -1, values.shape[-1])
        peaks = maps.max(axis=1)
        for held, keys in ((seen[path].top, -peaks), (seen[path].bottom, peaks)):
            order = np.argsort(keys, axis=0, kind="stable")[:9].T
            np.testing.assert_array_equal(held.positions, order)
            np.testing.assert_array_equal(held.values, np.take_along_axis(peaks.T, order, axis=1))
            np.testing.assert_array_equal(held.cells, np.take_along_axis(maps.argmax(axis=1).T, order, axis=1))


@pytest.mark.slow
def test_sixty_thousand_pictures_stream_in_bounded_memory() -> None:
    code = """
import sys
import numpy as np
import cnnviz
pixels = np.tile(cnnviz.open_images("sample").pixels, (int(sys.argv[1]), 1, 1, 1))
seen = cnnviz.responses("fmnist-cnn", cnnviz.Images(pixels), ["conv1", "conv2", "conv3"])
assert seen["conv2"].pictures == len(pixels)
"""
    peaks = []
    for thousands in (6, 60):
        run = [sys.executable, "-c", code + PRINT_PEAK, str(thousands)]
        peaks.append(float(subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()[-1]))
    # What 54,000 more pictures weigh themselves, twice (tile copies), and some slack.
    assert peaks[1] - peaks[0] < 2 * 54_000 * 784 / 2**30 + 0.15, peaks
