"""The animation of predictions: what each frame shows, and for how long."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.errors import UsageError
from cnnviz.core.render import show
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.films.predictions_film import PredictionSheets, predictions_gif
from cnnviz.gallery.sheets.paper import ACCENT, BAR, INK, MARGIN, RULE
from cnnviz.gallery.words import classes_shown
from cnnviz.reports.evaluation.result import Evaluation


@pytest.fixture
def said(conv2) -> Predictions:
    """Ten pictures of ten classes, of which the first four are right and the others are called trousers."""
    truth = conv2.images.labels
    shares = np.full((10, 10), 0.02, np.float32)
    shares[np.arange(10), np.where(np.arange(10) < 4, truth, 1)] = 0.82
    return Predictions(conv2.images, conv2.model, shares)


def colors(sheet: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    return set(map(tuple, np.asarray(sheet.crop(box)).reshape(-1, 3).tolist()))


def test_marks_tell_what_was_right_so_far_and_not_what_comes(said):
    truth = said.truth.tolist()
    hits = [k < 4 or truth[k] == 1 for k in range(10)]
    sheet = PredictionSheets(said).draw(5)
    for k in range(10):
        x, y = MARGIN + k * 11, sheet.height - 30
        expected = RULE if k > 5 else BAR if hits[k] else ACCENT
        assert colors(sheet, (x + 1, y + 1, x + 5, y + 5)) == {expected}, k


def test_bars_are_as_long_as_the_shares_and_the_true_class_is_marked(said):
    sheet = np.asarray(PredictionSheets(said).draw(7)).astype(int)
    long = [row for row in range(sheet.shape[0]) if (sheet[row] == ACCENT).all(axis=1).sum() >= 140]
    lengths = [(sheet[row] == ACCENT).all(axis=1).sum() for row in long]
    assert set(lengths) == {round(0.82 * 176)} and len(long) == 12
    # The mark of the true class stands in its row, 22 pixels a class below that of trousers.
    marks = [row for row in range(sheet.shape[0]) if (sheet[row, 417:420] == INK).all()]
    middle = np.mean(marks[:16])
    assert middle - np.mean(long) == pytest.approx(22 * (said.truth[7] - 1), abs=1)


def test_a_frame_a_picture_and_time_to_read_the_last(said):
    film = Image.open(io.BytesIO(predictions_gif(said)))
    times = []
    for number in range(film.n_frames):
        film.seek(number)
        times.append(film.info["duration"])
    assert times == [1200] * 9 + [2500]
    assert predictions_gif(said) == predictions_gif(said)


def test_an_evaluation_shows_its_random_pictures(said):
    found = Evaluation(said.images, said.model, said.probabilities, seed=3)
    assert show(found, "gif") == predictions_gif(said.take(found.at_random))


def test_pictures_without_labels_and_sets_too_large(said):
    bare = replace(said, images=replace(said.images, labels=None))
    assert Image.open(io.BytesIO(predictions_gif(bare))).n_frames == 10
    with pytest.raises(UsageError, match="210 images are too many"):
        predictions_gif(said.take(np.arange(210) % 10))
    with pytest.raises(UsageError, match="no images"):
        predictions_gif(said.take([]))


def test_of_a_thousand_classes_the_likeliest_and_the_true_one_have_bars(mlp):
    sheets = PredictionSheets(mlp)
    assert sheets.draw(0).size == (sheets.draw(len(mlp) - 1)).size
    chosen = classes_shown(np.linspace(0, 1, 1000), 3)
    assert chosen.tolist() == [999, 998, 997, 996, 995, 994, 993, 992, 991, 3]
