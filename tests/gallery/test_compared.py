"""Sheets and films of two models and of two classes, and the confusion matrix as a sheet."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageSequence

from cnnviz.core.errors import UsageError
from cnnviz.core.render import show
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.color import viridis
from cnnviz.gallery.sheets.cards import SMALL
from cnnviz.gallery.sheets.paper import MARGIN, enlarged
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison


@pytest.fixture
def said(result) -> Predictions:
    """Ten pictures, one of each class: class 3 is called 6, class 6 nearly 3, the rest are right."""
    shares = np.full((10, 10), 0.01, np.float32)
    np.fill_diagonal(shares, 0.91)
    shares[3, [3, 6]], shares[6, [3, 6]] = (0.3, 0.62), (0.45, 0.47)
    return Predictions(result.images, result.model, shares)


@pytest.fixture
def models(said) -> Comparison:
    """The second model calls pictures 1 and 8 class 0, and is surer of the eighth."""
    shares = said.probabilities.copy()
    shares[1], shares[8] = 0.03, 0.01
    shares[1, 0], shares[8, 0] = 0.73, 0.91
    return Comparison(said, replace(said, probabilities=shares))


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def shown(sheet: np.ndarray, wanted: np.ndarray) -> list[tuple[int, int]]:
    """Where a gray image of 28 by 28 stands on a sheet, enlarged by whole pixels."""
    block = enlarged(wanted.repeat(3, axis=2), SMALL // 28)
    size = block.shape[0]
    windows = np.lib.stride_tricks.sliding_window_view(sheet[..., 0], (size, size))
    rows = np.flatnonzero((windows[:, MARGIN::152] == block[..., 0]).all(axis=(2, 3)).any(axis=1))
    found = []
    for y in rows:
        for x in range(MARGIN, sheet.shape[1] - size + 1, 152):
            if np.array_equal(sheet[y : y + size, x : x + size], block):
                found.append((int(y), x))
    return found


def test_models_are_shown_where_they_differ_surest_first(models):
    assert models.differing.tolist() == [8, 1]
    sheet = pixels(show(models, "png"))
    first, second = (shown(sheet, models.first.images.pixels[i]) for i in (8, 1))
    assert len(first) == len(second) == 1 and first[0][0] == second[0][0] and first[0][1] < second[0][1]
    assert not shown(sheet, models.first.images.pixels[2])


def test_a_film_has_a_frame_a_picture_and_does_not_run_for_ever(models, said):
    film = Image.open(io.BytesIO(show(models, "gif")))
    frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 2 and film.info["loop"] == 1
    # The bars of class 0, the first row: B's is as long as its share.
    for frame, share in zip(frames, (0.91, 0.73), strict=True):
        # Without the numbers at the right, which have its color too.
        blue = (frame[:, : 820 - MARGIN - 124] == (31, 95, 143)).all(axis=2)
        longest = max(int(row.sum()) for row in blue)
        track = (820 - MARGIN - (MARGIN + 280 + 32)) - int((820 - MARGIN - 336) * 0.34) - 124
        assert abs(longest - track * share) <= 2
    pair = Image.open(io.BytesIO(show(ClassPair(said, 3, 6), "gif")))
    assert pair.n_frames == 2


def test_two_models_that_never_differ_have_a_sheet_and_no_film(said):
    same = Comparison(said, said)
    assert pixels(show(same, "png")).shape[2] == 3
    with pytest.raises(UsageError, match="agree on every image"):
        show(same, "gif")
    with pytest.raises(UsageError, match="no image between the two classes"):
        show(ClassPair(replace(said, probabilities=np.full((10, 10), 0.1, np.float32)), 0, 1), "gif")


def test_classes_are_shown_with_means_and_the_closest_call_first(said):
    pair = ClassPair(said, 3, 6)
    assert pair.counts == (1, 1) and pair.calls.tolist() == [[0, 1, 0], [0, 1, 0]]
    assert pair.between.tolist() == [6, 3]
    sheet = pixels(show(pair, "png"))
    # The mean of one image is that picture: each is there twice, as the mean of its class and as in between.
    a, b = (shown(sheet, said.images.pixels[i]) for i in (3, 6))
    columns = [[(x - MARGIN) // 152 for _, x in places] for places in (a, b)]
    assert columns == [[0, 4], [1, 3]]


def test_hostile_names_and_missing_labels_draw(hostile):
    other = Comparison(hostile, replace(hostile, probabilities=hostile.probabilities[:, ::-1].copy()))
    assert other.first.truth is None
    for result in (other, ClassPair(hostile, 0, 1)):
        assert pixels(show(result, "png")).std() > 0


def test_the_confusion_matrix_is_colored_by_each_rows_share(said):
    sheet = pixels(show(said, "confusion"))
    for label, called in enumerate(said.predicted.tolist()):
        assert tuple(sheet[120 + 34 * label + 4, 160 + 74 * called + 4]) == tuple(viridis()[255])
    assert tuple(sheet[120 + 34 * 3 + 4, 160 + 74 * 3 + 4]) == (255, 255, 255)
    with pytest.raises(UsageError, match="needs labels"):
        show(replace(said, images=replace(said.images, labels=None)), "confusion")
