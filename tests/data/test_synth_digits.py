"""Digits from fonts: readable, whole, balanced, repeatable, and enough to learn from."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.synthesis.digits import AT_ONCE, Case, Hand, digit_parts, drawn
from cnnviz.data.synthesis.fonts import font_files, readable, usable_fonts
from cnnviz.data.synthesis.glyphs import drawn_digits, glyphs_of
from cnnviz.data.synthesis.preview_rows import preview

OWN = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
STILL = Hand(turn=0, slant=0, shift=0, height=(0.6, 0.6), width=(1, 1), stroke=(0, 0), light=(1, 1), noise=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fonts, one of them twice; two of symbols, one without digits, and what is no font."""
    place = tmp_path_factory.mktemp("fonts")
    for name in ("DejaVuSans.ttf", "cmr10.ttf", "cmsy10.ttf", "cmex10.ttf", "STIXNonUni.ttf"):
        shutil.copy(OWN / name, place)
    (place / "below").mkdir()
    shutil.copy(OWN / "cmr10.ttf", place / "below" / "again.ttf")
    (place / "damaged.ttf").write_bytes((OWN / "cmr10.ttf").read_bytes()[:2000])
    (place / "text.otf").write_text("no font")
    return place


@pytest.fixture(scope="module")
def digits(folder: Path) -> cnnviz.Images:
    return cnnviz.synth_digits(400, fonts=folder)


def test_fonts_without_readable_digits_are_left_out(folder: Path) -> None:
    assert len(font_files(folder)) == 8
    assert [font.name for font in usable_fonts(folder)] == ["DejaVu Sans Book", "cmr10 Regular"]


def test_a_system_without_fonts_still_has_those_of_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", list)
    names = {font.name for font in usable_fonts()}
    assert "DejaVu Sans Book" in names and not any("cmsy" in name or "NonUni" in name for name in names)


def test_digits_in_the_wrong_order_are_not_readable(folder: Path) -> None:
    glyphs = drawn_digits(usable_fonts(folder)[0], 96)
    assert glyphs is not None and readable(glyphs)
    assert not readable(glyphs[1:] + glyphs[:1])
    assert not readable([glyphs[0]] * 10)


def test_a_missing_or_empty_folder_gets_one_line(tmp_path: Path, fails) -> None:
    with fails(DataError, "no folder", "nowhere", ".ttf"):
        cnnviz.synth_digits(10, fonts=tmp_path / "nowhere")
    with fails(DataError, "no font in", str(tmp_path)):
        cnnviz.synth_digits(10, fonts=tmp_path)


@pytest.mark.parametrize(
    ("given", "words"), [({"n": 0}, "n must be"), ({"size": 4}, "size must be"), ({"n": 10**9}, "too many")]
)
def test_counts_and_sizes_out_of_range_get_one_line(folder: Path, fails, given: dict[str, int], words: str) -> None:
    with fails(UsageError, words):
        cnnviz.synth_digits(**{"n": 10, "fonts": folder, **given})


@pytest.mark.parametrize(
    "given", [{"turn": 200}, {"shift": -1}, {"noise": 2}, {"height": (0.9, 0.5)}, {"stroke": (0, 1)}, {"light": (0, 2)}]
)
def test_hands_out_of_range_get_one_line(fails, given: dict[str, object]) -> None:
    with fails(UsageError, next(iter(given)), "from"):
        Hand(**given)


def test_the_distance_to_the_outline_is_that_of_a_bar(folder: Path) -> None:
    """The 1 of a plain font: in its stem the distance grows by one a pixel up to half the stem's width."""
    field = glyphs_of(usable_fonts(folder)[0], 48)[1].field
    row = field[field.shape[0] // 2]
    stem = row[row > 0]
    middle = len(stem) // 2
    np.testing.assert_allclose(np.diff(stem[:middle]), 1, atol=0.05)
    assert stem.max() == pytest.approx(len(stem) / 2, abs=0.6)
    outside = row[: np.flatnonzero(row > 0)[0]][-10:]
    np.testing.assert_allclose(np.diff(outside), 1, atol=0.05)


def test_a_digit_is_as_high_as_was_asked_and_in_the_middle(folder: Path) -> None:
    fonts = usable_fonts(folder)
    case = Case.of(fonts)
    labels, rng = np.arange(10), np.random.default_rng(0)
    made = drawn(case, np.zeros(10, int), labels, 100, STILL, rng)[..., 0]
    for picture in made:
        rows, columns = np.flatnonzero(picture.max(axis=1) > 127), np.flatnonzero(picture.max(axis=0) > 127)
        assert len(rows) == pytest.approx(60, abs=2)
        assert rows.mean() == pytest.approx(49.5, abs=1) and columns.mean() == pytest.approx(49.5, abs=1)
    bold = replace(STILL, stroke=(0.02, 0.02))
    heavy = drawn(case, np.zeros(10, int), labels, 100, bold, rng)[..., 0]
    wider = (heavy[1, 40] > 127).sum() - (made[1, 40] > 127).sum()
    assert wider == pytest.approx(4, abs=1), "the stem of the 1 gains 2 pixels at either edge"


def test_a_turn_is_a_turn(folder: Path) -> None:
    """The 1 turned by a right angle lies down; by half a turn the 6 becomes a 9's shape."""

    class Turned:
        def __init__(self) -> None:
            self.rng = np.random.default_rng(0)
            self.first = True

        def uniform(self, low, high, shape):
            turn, self.first = self.first, False
            return np.full(shape, high) if turn else self.rng.uniform(low, high, shape)

        def standard_normal(self, *given):
            return self.rng.standard_normal(*given)

    case = Case.of(usable_fonts(folder))
    plain = drawn(case, np.zeros(1, int), np.array([6]), 64, STILL, np.random.default_rng(0))[0, ..., 0]
    for degrees, turns in ((90, 1), (180, 2)):
        hand = replace(STILL, turn=degrees)
        made = drawn(case, np.zeros(1, int), np.array([6]), 64, hand, Turned())[0, ..., 0].astype(int)
        assert min(np.abs(made - np.rot90(plain, k).astype(int)).max() for k in (turns, -turns)) <= 2


def test_no_digit_is_cut(folder: Path) -> None:
    hand = Hand(turn=180, slant=30, shift=0.5, height=(0.9, 1.0), width=(1, 2), stroke=(0, 0.05), noise=0)
    made = cnnviz.synth_digits(500, fonts=folder, size=20, hand=hand).pixels[..., 0]
    # At most the soft edge of an outline reaches into the border: less than a tenth of a pixel's ink.
    assert made[:, [0, -1]].max() < 25 and made[:, :, [0, -1]].max() < 25
    assert (made.reshape(500, -1).max(axis=1) > 100).all()


def test_classes_are_balanced_in_any_first_so_many(digits: cnnviz.Images) -> None:
    assert digits.pixels.shape == (400, 28, 28, 1) and digits.pixels.dtype == np.uint8
    assert digits.class_names == tuple("0123456789")
    assert np.bincount(digits.labels).tolist() == [40] * 10
    for start in range(0, 400, 10):
        assert sorted(digits.labels[start : start + 10]) == list(range(10))
    assert digits.labels[:10].tolist() != digits.labels[10:20].tolist()


def test_the_same_seed_gives_the_same_bytes(digits: cnnviz.Images, folder: Path) -> None:
    again = cnnviz.synth_digits(400, fonts=folder)
    assert again.hash == digits.hash and again.notes == digits.notes
    assert cnnviz.synth_digits(400, fonts=folder, seed=1).hash != digits.hash
    assert digits.notes == ("digits drawn from 2 fonts: DejaVu Sans Book, cmr10 Regular, seed 0",)


def test_parts_make_the_whole(folder: Path) -> None:
    n = AT_ONCE + 25
    parts, told = list(digit_parts(n, fonts=folder, size=8)), []
    whole = cnnviz.synth_digits(n, fonts=folder, size=8, progress=lambda done, total: told.append((done, total)))
    assert [len(part) for part in parts] == [AT_ONCE, 25] and told == [(AT_ONCE, n), (n, n)]
    np.testing.assert_array_equal(np.concatenate([part.pixels for part in parts]), whole.pixels)
    np.testing.assert_array_equal(np.concatenate([part.indices for part in parts]), np.arange(n))
    assert np.bincount(whole.labels).max() - np.bincount(whole.labels).min() <= 1


def test_a_linear_model_learns_them() -> None:
    """From 2,000 digits in a few fonts a linear model reads others right nine times in ten."""
    from sklearn.linear_model import RidgeClassifier

    fonts = usable_fonts()
    fonts = fonts[:: max(1, len(fonts) // 6)]
    train, test = (cnnviz.synth_digits(2000, fonts=fonts, seed=seed) for seed in (0, 1))
    model = RidgeClassifier(alpha=30).fit(train.pixels.reshape(2000, -1) / 255, train.labels)
    assert model.score(test.pixels.reshape(2000, -1) / 255, test.labels) > 0.9


def test_a_preview_has_a_row_a_class(digits: cnnviz.Images) -> None:
    rows = preview(digits)
    assert rows.names == tuple("0123456789")
    np.testing.assert_array_equal(rows.pixels[3], digits.of_class("3").pixels[: len(rows.pixels[3])])
