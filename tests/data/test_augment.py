"""Changed copies of pictures: by hand, by identities, repeatable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnviz
from cnnviz.data.augmentation.augment import (
    PRESETS,
    augment,
    augmented_parts,
    changed,
    chosen_changes,
    fitting_preset,
)
from cnnviz.data.augmentation.change import CHANGES
from cnnviz.data.augmentation.geometric import Flip, Rotate, Scale, Shift, resampled
from cnnviz.data.augmentation.photometric import Baseline, Brightness, Erase, Noise
from cnnviz.data.augmentation.preview_rows import preview
from cnnviz.data.augmentation.write_augmented import write_augmented
from cnnviz.data.class_names import DIGITS
from cnnviz.data.images import Images


class Fixed:
    """A generator that gives what it was told."""

    def __init__(self, value):
        self.value = value

    def integers(self, low, high, size):
        return np.broadcast_to(self.value, size).copy()

    def uniform(self, low, high, size):
        assert low <= self.value <= high
        return np.full(size, self.value, float)

    def random(self, size):
        return np.full(size, self.value, float)


PICTURE = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1) / 12
DARK = np.zeros((1, 1), np.float32)


def test_a_shift_by_hand():
    moved = Shift(2)(PICTURE, np.full((1, 1), 0.5, np.float32), Fixed([1, -2]))[0, ..., 0] * 12
    np.testing.assert_allclose(moved, [[6, 6, 6, 6], [2, 3, 6, 6], [6, 7, 6, 6]], atol=1e-6)


def test_a_flip_by_hand():
    np.testing.assert_array_equal(Flip(0.5)(PICTURE, DARK, Fixed(0.4)), PICTURE[:, :, ::-1])
    np.testing.assert_array_equal(Flip(0.5)(PICTURE, DARK, Fixed(0.6)), PICTURE)


def test_a_quarter_and_a_half_turn_are_exact():
    square = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
    turned = Rotate(180)(square, DARK, Fixed(90.0))
    assert any(np.allclose(turned[0], np.rot90(square[0], k), atol=1e-3) for k in (1, 3))
    np.testing.assert_allclose(Rotate(180)(square, DARK, Fixed(180.0))[0], square[0, ::-1, ::-1], atol=1e-3)


def test_a_scale_of_two_spreads_the_middle():
    line = np.array([0, 1, 0, 0, 0], np.float32).reshape(1, 1, 5, 1).repeat(5, axis=1)
    # Enlarged twice about the middle column 2: what was at column 1 is at column 0, halfway to its neighbours around.
    made = Scale(1.0)(line, DARK, Fixed(np.log(2)))[0, 2, :, 0]
    np.testing.assert_allclose(made, [1, 0.5, 0, 0, 0], atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), h=st.integers(1, 7), w=st.integers(1, 7), c=st.sampled_from([1, 3]))
def test_turning_by_nothing_changes_nothing(seed, h, w, c):
    pixels = np.random.default_rng(seed).random((3, h, w, c), np.float32)
    same = resampled(pixels, np.zeros((3, c), np.float32), np.ones(3), np.zeros(3))
    np.testing.assert_allclose(same, pixels, atol=1e-3)
    for change in (Shift(0), Rotate(0), Scale(0), Noise(0), Brightness(0), Baseline(0), Flip(0)):
        made = change(pixels, np.zeros((3, c), np.float32), np.random.default_rng(0))
        np.testing.assert_allclose(made, pixels, atol=1e-3)


def test_light_by_hand():
    np.testing.assert_allclose(Brightness(0.5)(PICTURE, DARK, Fixed(1.5)), PICTURE * 1.5)
    np.testing.assert_allclose(Baseline(0.5)(PICTURE, DARK, Fixed(-0.25)), PICTURE - 0.25)
    noisy = Noise(0.1)(np.zeros((1, 200, 200, 1), np.float32), DARK, np.random.default_rng(0))
    assert noisy.std() == pytest.approx(0.1, rel=0.02) and noisy.mean() == pytest.approx(0, abs=2e-3)


def test_erasing_covers_one_rectangle():
    rng = np.random.default_rng(0)
    made = Erase(0.5)(np.ones((50, 10, 8, 1), np.float32), np.zeros((50, 1), np.float32), rng)[..., 0]
    for picture in made:
        rows, columns = np.flatnonzero((picture == 0).any(axis=1)), np.flatnonzero((picture == 0).any(axis=0))
        assert 1 <= len(rows) <= 5 and 1 <= len(columns) <= 4
        assert (picture == 0).sum() == len(rows) * len(columns)


@pytest.mark.parametrize("preset", [*PRESETS, *CHANGES])
def test_a_set_grows_by_its_factor_and_keeps_labels(preset):
    images = cnnviz.open_images("sample")[:30]
    made = augment(images, 2.5, preset, seed=4)
    assert len(made) == 75 and made.pixels.dtype == np.uint8
    np.testing.assert_array_equal(made.pixels[:30], images.pixels)
    owners = [*range(30), *range(30), *range(0, 30, 2)]
    np.testing.assert_array_equal(made.labels, images.labels[owners])
    np.testing.assert_array_equal(made.indices, images.indices[owners])
    assert (made.pixels[30:60] != images.pixels).any()
    assert made.notes[-1].startswith("45 changed copies: ") and made.notes[-1].endswith(", seed 4")
    np.testing.assert_array_equal(augment(images, 2.5, preset, seed=4).pixels, made.pixels)
    assert (augment(images, 2.5, preset, seed=5).pixels != made.pixels).any()


def test_floats_stay_in_their_range_and_type():
    images = Images(np.random.default_rng(0).random((5, 6, 6, 3), np.float32))
    made = augment(images, 3, ["noise:deviation=1", "brightness:most=1"])
    assert made.pixels.dtype == np.float32 and made.pixels.min() >= 0 and made.pixels.max() <= 1


def test_a_light_border_is_what_opens():
    images = Images(np.full((1, 5, 5, 1), 200, np.uint8))
    np.testing.assert_array_equal(augment(images, 3, "shift").pixels, 200)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0.5,), "at least 1"),
        ((2, "turn"), "there is no change 'turn'"),
        ((2, "shift:pixels=many"), "whole number"),
        ((2, []), "name at least one change"),
        ((2, "flip:share=2"), "from 0 to 1"),
    ],
)
def test_bad_wishes_get_one_line(arguments, words):
    with pytest.raises(cnnviz.CnnvizError, match=words):
        augment(cnnviz.open_images("sample")[:2], *arguments)


def test_a_preset_spells_its_changes():
    assert chosen_changes("lab") == (Shift(4), Noise(0.05), Baseline(0.1))


def test_a_change_is_spelled_short_or_in_full():
    assert chosen_changes(["shift 3", "rotate:degrees=5", "flip"]) == (Shift(3), Rotate(5), Flip())
    with pytest.raises(cnnviz.UsageError, match="shift: pixels must be a whole number, not 'far'"):
        chosen_changes(["shift far"])
    with pytest.raises(cnnviz.UsageError, match="there is no change 'turn'"):
        chosen_changes(["turn 3"])


def test_turns_and_sizes_in_a_row_blur_once():
    """Enlarged by two and turned by 180 degrees is the enlarged picture upside down, to the last bit of blur."""
    images = Images(np.random.default_rng(0).integers(0, 256, (4, 9, 9, 1), np.uint8))

    class Given(Fixed):
        def uniform(self, low, high, size):
            return np.full(size, high, float)

    large = changed(images.pixels, 255.0, (Scale(1.0),), Given(0))
    both = changed(images.pixels, 255.0, (Scale(1.0), Rotate(180)), Given(0))
    np.testing.assert_allclose(both[:, ::-1, ::-1].astype(int), large.astype(int), atol=1)


def test_parts_do_not_depend_on_how_many_there_are():
    images = cnnviz.open_images("sample")[:40]
    parts = [part for _, part in augmented_parts(images, 3, "lab", seed=2)]
    assert [len(part) for part in parts] == [40, 80]
    np.testing.assert_array_equal(
        np.concatenate([part.pixels for part in parts]), augment(images, 3, "lab", seed=2).pixels
    )
    assert (next(iter(augmented_parts(images, 3, "lab", seed=(2, 1))))[1].pixels == images.pixels).all()
    other = [part for _, part in augmented_parts(images, 3, "lab", seed=(2, 1))]
    assert (other[1].pixels != parts[1].pixels).any(), "the test part has random numbers of its own"


def test_pixels_of_another_range_are_refused():
    images = Images(np.linspace(-1, 1, 50).reshape(2, 5, 5, 1))
    with pytest.raises(cnnviz.UsageError, match="values from -1 to 1; changes are for pixels of 0 to 1 or 0 to 255"):
        augment(images, 2)


def test_sets_of_digits_are_not_mirrored():
    sample = cnnviz.open_images("sample")
    assert fitting_preset(sample) == "clothes"
    assert fitting_preset(Images(sample.pixels[:3], class_names=DIGITS)) == "digits"
    assert not any(name.startswith("flip") for name in PRESETS["digits"])


def test_a_preview_shows_each_change_alone_and_all_together():
    sample = cnnviz.open_images("sample")
    rows = preview(sample, ["brightness 0", "flip 1"])
    assert rows.names == ("as they are", "brightness 0", "flip 1", *3 * ("all together",)) and rows.parted == 1
    first = rows.pixels[0]
    firsts = [int(np.flatnonzero(sample.labels == k)[0]) for k in range(10)]
    np.testing.assert_array_equal(first, sample.pixels[firsts])
    np.testing.assert_array_equal(rows.pixels[1], first)
    for mirrored in rows.pixels[2:]:
        np.testing.assert_array_equal(mirrored, first[:, :, ::-1])


@pytest.mark.parametrize("count", [1, 3, 25])
def test_a_preview_of_a_set_without_labels(count):
    images = Images(np.random.default_rng(0).random((count, 4, 6, 3), np.float32))
    rows = preview(images, "noise 0.1")
    assert rows.names == ("as they are", *3 * ("noise 0.1",))
    assert all(row.shape == (min(count, 10), 4, 6, 3) and row.dtype == np.uint8 for row in rows.pixels)


def test_a_written_set_is_the_augmented_one_and_says_what_was_done(tmp_path):
    told = []
    made = write_augmented(
        "sample", tmp_path / "a.npz", factor=1.5, seed=3, progress=lambda *counts: told.append(counts)
    )
    whole = augment(cnnviz.open_images("sample"), 1.5, seed=3)
    np.testing.assert_array_equal(cnnviz.open_images(made.path).pixels, whole.pixels)
    assert made.preset == "clothes" and told[-1] == (1500, 1500)
    assert (
        made.notes[0].endswith("(preset clothes)") and made.notes[1] == "images: 1,000 originals and 500 changed copies"
    )
    assert made.document()["sets"] == {"all": {"before": 1000, "after": 1500}}
    for how, words in (
        ({"changes": ["flip"], "preset": "lab"}, "not both"),
        ({"test_factor": 2.0}, "no train and test"),
    ):
        with pytest.raises(cnnviz.UsageError, match=words):
            write_augmented("sample", tmp_path / "b.npz", **how)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
