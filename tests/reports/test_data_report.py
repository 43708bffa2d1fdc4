"""The whole report on data: the published figures, streams, and sets of every odd kind."""

import csv
import io
import itertools
import json
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.data.missing_values import MissingPixels
from cnnviz.data.train_test import open_sets
from cnnviz.reports.suspects.label_errors import LabelErrors

CHEAP = ("medians", "noise", "separability")


@pytest.fixture(scope="module")
def fashion():
    return cnnviz.profile_images("fmnist", parts=("noise",))


@pytest.fixture(scope="module")
def sample():
    return cnnviz.open_images("sample")


def test_fashion_mnist_is_opened_with_both_parts_and_its_figures_are_the_published(fashion):
    document = json.loads(fashion.to_json())
    train, test = document["sets"]
    assert (train["name"], train["pictures"], test["name"], test["pictures"]) == ("train", 60_000, "test", 10_000)
    assert f"{train['mean']:.4f}" == "72.9404" and f"{test['mean']:.4f}" == "73.1466"
    means = {one["name"]: f"{one['mean']:.2f}" for one in train["classes"]}
    published = {"Sneaker": "42.76", "Coat": "98.26", "Shirt": "84.61", "T-shirt/top": "83.03"}
    assert {name: means[name] for name in published} == published
    at = {name: i for i, name in enumerate(document["class_names"])}
    percent = {
        (a, b): f"{100 * document['correlation']['sets'][0][at[a]][at[b]]:.2f}"
        for a, b in (("Ankle boot", "Dress"), ("Ankle boot", "T-shirt/top"), ("Dress", "Sandal"), ("Dress", "Sneaker"))
    }
    assert list(percent.values()) == ["27.29", "24.95", "16.72", "20.64"]
    assert train["missing"] == {"values": 0, "pictures": []} and train["constant"] == []
    assert [one["noise"] for one in document["mean_differences"]] == [True] * 10


def test_the_label_averaged_in_gives_the_figures_of_the_source_project(fashion):
    """Source project 001 averages the label in as one more column: a class's mean falls by (mean − label) / 785."""
    profile = fashion.first.profile
    with_label = (profile.class_means * 784 + np.arange(10)) / 785
    names = list(profile.class_names)
    assert f"{with_label[names.index('Coat')]:.2f}" == "98.14"
    assert f"{with_label[names.index('Sneaker')]:.2f}" == "42.72"
    # The label is one more pixel of the mean picture, so likeness moves too, if little.
    pictures = profile.class_pictures.reshape(10, -1)
    moved = np.corrcoef(np.concatenate([np.arange(10.0)[:, None], pictures], axis=1)) - profile.correlation
    assert 1e-4 < np.abs(moved).max() < 0.02


def test_findings_say_it_in_words(fashion):
    words = " ".join(f"{one['figure']} {one['text']}" for one in fashion.highlights)
    assert "98.26 is the mean pixel value of Coat, the brightest class; the darkest is Sandal with 34.87" in words
    assert "96.69 % is the correlation of the mean images of Coat and Shirt" in words
    assert "6,000 images in every class" in words and "0 of 10 class means differ" in words


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_a_stream_of_shards_is_the_whole(sample, kind):
    pixels = sample.pixels.astype(kind) if kind == np.uint8 else sample.pixels.astype(kind) / 255
    whole = cnnviz.profile_images((pixels, sample.labels), parts=())
    cuts = [0, 1, 130, 131, 700, 1000]
    shards = ((pixels[a:b], sample.labels[a:b]) for a, b in itertools.pairwise(cuts))
    streamed = cnnviz.profile_images(shards, class_names=sample.class_names)
    a, b = whole.first.profile, streamed.first.profile
    for name in ("class_pictures", "deviation_pictures", "correlation", "fisher", "spreads", "separation"):
        np.testing.assert_allclose(getattr(b, name), getattr(a, name), rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_array_equal(a.tally.levels, b.tally.levels)
    assert len(streamed.first.examples) == 100 and streamed.first.images is None
    np.testing.assert_array_equal(streamed.first.examples.indices, whole.first.examples.indices)
    assert all("stream" in words for words in streamed.left_out) and streamed.to_html().startswith(b"<!doctype html>")


def test_classes_that_a_later_shard_brings_are_added():
    shards = [(np.full((2, 3, 3), 5, np.uint8), np.array([0, 0])), (np.full((1, 3, 3), 9, np.uint8), np.array([2]))]
    names = ("a", "b", "c")
    opened = [cnnviz.Images(pixels, labels, names[: labels.max() + 1]) for pixels, labels in shards]
    report = cnnviz.profile_images(iter(opened))
    assert report.class_names == names and report.first.profile.tally.counts.tolist() == [2, 0, 1]
    for bad, words in (([opened[0], np.zeros((1, 3, 3))], "labels"), ([], "no images")):
        with pytest.raises(cnnviz.DataError, match=words):
            cnnviz.profile_images(iter(bad))


def test_missing_values_are_counted_and_left_out_or_refused():
    pixels = np.random.default_rng(0).random((9, 4, 4)).astype(np.float32)
    pixels[2, 1, 3] = pixels[2, 0, 0] = np.nan
    pixels[7, 3, 3] = np.inf
    report = cnnviz.profile_images((pixels, np.arange(9) % 2), parts=())
    assert (report.first.missing_values, report.first.missing_pictures, len(report.first)) == (3, (2, 7), 7)
    assert report.highlights[0]["figure"] == "3" and "in 2 images" in report.highlights[0]["text"]
    assert report.first.examples.indices.max() == 8
    with pytest.raises(MissingPixels, match=r"3 values in 2 of 9 images, the first in image 2 at row 0, column 0"):
        cnnviz.profile_images((pixels, np.arange(9) % 2), drop_missing=False)
    with pytest.raises(cnnviz.DataError, match="every image"):
        cnnviz.profile_images(np.full((2, 4, 4), np.nan))


def odd_sets():
    rng = np.random.default_rng(1)

    def noise(*shape):
        return rng.integers(0, 256, shape).astype(np.uint8)

    yield "unlabelled", noise(30, 8, 8), "there are no labels of two classes"
    yield "one class", (noise(30, 8, 8), np.zeros(30, int)), "there are no labels of two classes"
    yield "two classes", (noise(30, 8, 8), np.arange(30) % 2), "there is only one set"
    yield "four hundred classes", (noise(800, 4, 4), np.arange(800) % 400), "there is only one set"
    yield "colour", (noise(20, 8, 8, 3), np.arange(20) % 3), "there is only one set"
    yield "one picture", noise(1, 8, 8), "there are no labels"
    yield "one labelled picture", (noise(1, 8, 8), np.array([0])), "there are no labels"
    yield "one pixel", (noise(12, 1, 1), np.arange(12) % 2), "there is only one set"
    yield "all black", (np.zeros((12, 5, 5), np.uint8), np.arange(12) % 2), "there is only one set"
    yield "large", (noise(6, 150, 210, 3), np.arange(6) % 2), "there is only one set"


#: These take seconds.
SLOW = ("four hundred classes", "large")


@pytest.mark.parametrize(
    ("images", "words"),
    [pytest.param(*case, id=name, marks=[pytest.mark.slow] if name in SLOW else []) for name, *case in odd_sets()],
)
def test_sets_of_every_kind_get_a_report_or_a_word(images, words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = cnnviz.profile_images(images, parts=(*CHEAP, "importance"))
        document = json.loads(report.to_json())
        page = report.to_html()
    assert any(words in left for left in report.left_out), report.left_out
    assert document["sets"][0]["pictures"] == len(report.first) and document["findings"]
    assert page.startswith(b"<!doctype html>")
    assert report._repr_png_().startswith(b"\x89PNG") and 500 < len(report._repr_html_()) <= 300_000


def test_a_folder_with_a_train_and_a_test_part_of_mixed_sizes(tmp_path):
    rng = np.random.default_rng(2)
    for part, count in (("train", 6), ("test", 3)):
        for name in ("cats", "dogs"):
            (tmp_path / part / name).mkdir(parents=True)
            for i in range(count):
                shape = (12, 12 + i % 2, 3)
                Image.fromarray(rng.integers(0, 256, shape).astype(np.uint8)).save(tmp_path / part / name / f"{i}.png")
    report = cnnviz.profile_images(tmp_path, parts=CHEAP)
    assert [one.name for one in report.sets] == ["train", "test"] and [len(one) for one in report.sets] == [12, 6]
    assert report.same_classes and any("resized" in note for note in report.first.notes)
    assert [one.name for one in open_sets(f"{tmp_path}:train")] == ["train"]


def test_two_sets_are_counted_through_the_same_classes_and_fitted(sample):
    names = ("b", "a")
    first = cnnviz.Images(np.zeros((2, 8, 8), np.uint8), np.array([0, 1]), ("a", "b"))
    second = cnnviz.Images(np.full((3, 16, 16), 9, np.uint8), np.array([0, 0, 1]), names)
    report = cnnviz.profile_images(first, second, parts=())
    assert report.same_classes and report.second.profile.tally.counts.tolist() == [1, 2]
    assert "resized from 16×16 to 8×8 (bilinear)" in report.second.notes
    other = cnnviz.profile_images(sample[:20], first, parts=("noise",))
    assert not other.same_classes and any("different classes" in words for words in other.left_out)
    assert other.to_html().startswith(b"<!doctype html>")


def test_a_second_set_of_other_classes_is_told_by_its_own_names(sample):
    first = cnnviz.Images(sample.pixels[:60], np.arange(60) % 2, ("x", "y"))
    report = cnnviz.profile_images(first, sample[:50], parts=())
    one = np.array([7])
    errors = LabelErrors(one, one, one - 4, np.array([0.9]), np.array([0.1]), 0.8)
    report = replace(report, sets=(report.first, replace(report.second, label_errors=errors)))
    text = next(one["text"] for one in report.highlights if one["of"] == "labels")
    assert text == "label of sample may be wrong; most suspect is image 7: Sneaker, more likely Dress."
    assert report.to_html().startswith(b"<!doctype html>")


def test_a_second_set_of_another_range_is_put_on_the_scale_of_the_first(sample):
    bytes_, floats = sample[:100], sample[50:150]
    floats = cnnviz.Images(floats.pixels.astype(np.float32) / 255, floats.labels, floats.class_names)
    for first, second, kind in ((bytes_, floats, np.uint8), (floats, bytes_, np.float32)):
        report = cnnviz.profile_images(first, second, parts=("noise", "duplicates"))
        assert report.second.images.pixels.dtype == kind and "scaled from" in report.second.notes[-1]
        assert report.leaks.exact.sum() == 50 and report.differences.noise.all()
    words = next(one for one in report.highlights if one["of"] == "light")
    assert len(words["figure"]) == 6 and words["text"].endswith("(white is 1).")
    rounded = cnnviz.Images(np.full((2, 4, 4), 0.3, np.float32))
    report = cnnviz.profile_images(cnnviz.Images(np.zeros((2, 4, 4), np.uint8)), rounded, parts=())
    assert report.second.profile.mean == pytest.approx(76.5)


def test_a_test_part_of_another_size_is_fitted_to_the_train_part(tmp_path):
    for part, side in (("train", 10), ("test", 14)):
        (tmp_path / part / "cats").mkdir(parents=True)
        Image.fromarray(np.full((side, side), 9, np.uint8)).save(tmp_path / part / "cats" / "1.png")
    train, test = open_sets(tmp_path)
    assert train.images.shape == test.images.shape == (10, 10, 1) and any("14×14" in one for one in test.images.notes)


def test_classes_that_only_have_numbers_are_those_that_occur(tmp_path):
    np.savez(tmp_path / "two.npz", x=np.random.default_rng(0).integers(0, 256, (8, 5, 5), np.uint8), y=np.arange(8) % 2)
    report = cnnviz.profile_images(tmp_path / "two.npz", parts=())
    assert report.class_names == ("0", "1")
    words = {one["of"]: f"{one['figure']} {one['text']}" for one in report.highlights}
    assert words["balance"] == "4 images in every class: perfectly balanced."
    assert words["likeness"].endswith("of the mean images of 0 and 1.")
    named = cnnviz.profile_images(tmp_path / "two.npz", parts=(), class_names=list("0123"))
    assert named.class_names == tuple("0123") and "2 classes of 4 have no images" in named.highlights[-1]["text"]


def test_classes_that_are_equally_light_are_not_ranked():
    report = cnnviz.profile_images((np.full((6, 5, 5), 7, np.uint8), np.arange(6) % 2), parts=())
    light = next(one for one in report.highlights if one["of"] == "light")
    assert (light["figure"], light["text"]) == (
        "7.00",
        "is the mean pixel value of every class: all are equally bright.",
    )


def test_imbalance_and_difference_are_called_by_name():
    rng = np.random.default_rng(3)
    names, counts = ("few", "many"), (20, 90)

    def made(shift):
        labels = np.repeat([0, 1], counts)
        return cnnviz.Images(
            (rng.normal(90, 9, (110, 4, 4)) + shift * labels[:, None, None]).astype(np.uint8), labels, names
        )

    report = cnnviz.profile_images(made(0), made(30), parts=("noise",))
    words = {one["of"]: f"{one['figure']} {one['text']}" for one in report.highlights}
    assert words["balance"].startswith("4.5 × as many images of many (90) as of few (20): imbalanced")
    texts = [f"{one['figure']} {one['text']}" for one in report.highlights]
    assert any(text.startswith("1 of 2 class means differ") and "most of all many by −" in text for text in texts)


def test_the_table_has_a_row_for_each_class_of_each_set(fashion):
    rows = list(csv.DictReader(io.StringIO(fashion.to_csv())))
    assert len(rows) == 20 and [row["set"] for row in rows[::10]] == ["train", "test"]
    assert float(rows[4]["mean"]) == pytest.approx(fashion.first.profile.class_means[4], rel=1e-9)
    assert rows[4]["difference"] and not rows[14]["difference"] and rows[4]["silhouette"] == ""


def test_the_same_set_gives_the_same_bytes_and_progress_is_told(sample):
    told = []
    one, other = (
        cnnviz.profile_images(sample[:200], parts=CHEAP, progress=lambda *step: told.append(step)) for _ in range(2)
    )
    assert one.to_json() == other.to_json() and one.to_html() == other.to_html()
    assert told[len(told) // 2 - 1][0] == told[-1][1] and told[0][0] < told[-1][0]


def test_a_part_that_does_not_exist_and_sums_that_are_too_large():
    images = cnnviz.Images(np.zeros((2, 4, 4), np.uint8))
    with pytest.raises(cnnviz.UnknownNameError, match="medians"):
        cnnviz.profile_images(images, parts=("median",))
    names = tuple(f"class {i}" for i in range(5000))
    large = cnnviz.Images(np.zeros((2, 128, 128), np.uint8), np.array([0, 1]), names)
    with pytest.raises(cnnviz.UsageError, match="5,000 classes"):
        cnnviz.profile_images(large)
