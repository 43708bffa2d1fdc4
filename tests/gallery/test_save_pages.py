"""What the Save button hands out on the overview, on the page of a channel and on comparisons."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.gallery import activations_page
from cnnviz.gallery.color import viridis
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.report import Report
from tests.helpers.saved_files import coloured, pixels, table

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report() -> Report:
    """The bundled model on sixty pictures, with the network in the page."""
    return cnnviz.report("fmnist-cnn", cnnviz.open_images("sample")[:60], include=())


@pytest.fixture(scope="module")
def report_bytes(report) -> bytes:
    return report.to_html()


def test_the_overview_is_saved_as_it_is_told(visit, report_bytes, report, saved):
    page = visit(report_bytes).open()
    names = report.model.class_names
    truth, said = report.predictions.truth, report.predictions.predicted
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (truth, said), 1)
    name, content = saved(page, "PNG")
    assert name == "fmnist-cnn_confusion.png"
    sheet = pixels(content)
    # At two pixels a unit: cells of 74 by 34, of the row's share in the page's colors.
    for label, called in np.argwhere(counts):
        corner = sheet[2 * (156 + 34 * label) + 4, 2 * (168 + 74 * called) + 4]
        share = counts[label, called] / counts[label].sum()
        assert np.array_equal(corner, coloured(np.array(share), 0, 1, viridis())), (label, called)
    name, content = saved(page, "CSV")
    assert name == "fmnist-cnn_confusion.csv"
    rows = table(content)
    assert [row["true class"] for row in rows] == list(names)
    assert [[int(row[name]) for name in names] for row in rows] == counts.tolist()
    assert [int(row["pictures"]) for row in rows] == counts.sum(axis=1).tolist()
    name, content = saved(page, "CSV", 1)
    assert name == "fmnist-cnn_layers.csv"
    silent = {path: np.flatnonzero(layer.dead).tolist() for path, layer in report.responses.layers.items()}
    for row, layer in zip(table(content), report.model.layers, strict=True):
        assert (row["layer"], row["kind"], int(row["parameters"])) == (layer.path, layer.kind, layer.parameters)
        assert row["output"] == "×".join(map(str, layer.shape))
        assert row["silent channels"] == (str(len(silent[layer.path])) if layer.path in silent else "")
    document = json.loads(saved(page, "JSON")[1])
    assert (document["kind"], document["model"]["hash"]) == ("overview", report.model.hash)
    assert document["confusion"] == counts.tolist() and document["right"] == np.trace(counts)
    assert document["accuracy"] == pytest.approx(report.accuracy, rel=1e-6)
    assert document["silent"] == silent and len(document["findings"]) == 3
    assert [epoch["accuracy"] for epoch in document["model"]["history"]] == [
        epoch["accuracy"] for epoch in report.model.history
    ]


def test_without_labels_the_overview_has_no_confusion_to_save(visit, hostile, saved):
    page = visit(activations_page(hostile)).open()
    page.click(".save-button")
    assert page.locator(".save-kind").all_inner_texts() == ["CSV", "JSON"]
    page.keyboard.press("Escape")
    document = json.loads(saved(page, "JSON")[1])
    assert document["confusion"] is None and document["accuracy"] is None
    assert [row["layer"] for row in table(saved(page, "CSV")[1])] == [layer.path for layer in hostile.model.layers]


def test_a_channel_is_saved_with_its_ends_its_classes_and_its_kernel(visit, report_bytes, report, saved):
    path, channel = "conv2", 20
    held, numbers = report.responses[path], report.images.indices
    page = visit(report_bytes).open(f"#/layer/{path}/{channel}?image={numbers[5]}")
    name, content = saved(page, "PNG")
    assert name == "fmnist-cnn_conv2_channel-20.png"
    sheet = pixels(content)
    assert sheet.shape[1] == 2080
    position, cell, _ = report.responses.top(path, channel, 1)[0]
    top, left, bottom, right = report.model.layer(path).field_of(*divmod(cell, 11), (28, 28))
    # The strongest picture at seven pixels a pixel, and beside it the patch that its strongest cell sees.
    seen = report.images.pixels[position, top:bottom, left:right, 0]
    zoom = 208 // max(seen.shape)
    patch = sheet[2 * 134 :, 2 * 140 :][: zoom * seen.shape[0] : zoom, : zoom * seen.shape[1] : zoom, 0]
    assert np.array_equal(patch, seen)
    name, content = saved(page, "CSV")
    assert name == "fmnist-cnn_conv2_channel-20_pictures.csv"
    rows = table(content)
    expected = report.responses.top(path, channel, 9)
    expected += report.responses.top(path, channel, 9, lowest=True)
    layer = report.model.layer(path)
    for row, (position, cell, value) in zip(rows, expected, strict=True):
        assert int(row["number"]) == numbers[position] and float(row["value"]) == pytest.approx(value, rel=1e-6)
        at = divmod(cell, layer.shape[1])
        assert (int(row["row"]), int(row["column"])) == at
        box = tuple(int(row[f"sees {side}"]) for side in ("top", "left", "bottom", "right"))
        assert box == layer.field_of(*at, (28, 28))
        assert row["true class"] == report.model.class_names[report.predictions.truth[position]]
    assert [row["rank"] for row in rows[:9]] == [str(i + 1) for i in range(9)]
    name, content = saved(page, "CSV", 1)
    assert name == "fmnist-cnn_conv2_channel-20_classes.csv"
    means = [float(row["mean"]) for row in table(content)]
    np.testing.assert_allclose(means, held.profile[:, channel], rtol=1e-5)
    assert [int(row["pictures"]) for row in table(content)] == np.bincount(report.responses.reference_class).tolist()
    document = json.loads(saved(page, "JSON")[1])
    assert (document["layer"]["path"], document["channel"], document["pictures"]) == (path, channel, 60)
    assert document["highest"] == pytest.approx(held.high[channel], rel=1e-6)
    assert document["share_active"] == pytest.approx(held.active[channel], rel=1e-6)
    peaks = cnnviz.activations("fmnist-cnn", report.images, path)[path][..., channel].max(axis=(1, 2))
    spread = document["histogram"]
    assert sum(spread["counts"]) + spread["zeros"] == 60
    assert spread["zeros"] == np.count_nonzero(peaks == 0)
    counts = np.histogram(peaks.astype(np.float64), spread["edges"])[0]
    assert [spread["counts"][0] + spread["zeros"], *spread["counts"][1:]] == counts.tolist()
    assert document["on_picture"]["id"] == numbers[5]
    assert np.max(document["on_picture"]["values"]) == pytest.approx(peaks[5], rel=0.01, abs=5e-3)
    # Where the network has its weights in sixteen bits, they are within that of Keras'.
    kernel, bias = cnnviz.open_model("fmnist-cnn").model.get_layer(path).get_weights()
    slices = np.array([part["values"] for part in document["kernel"]["slices"]]).T.reshape(kernel.shape[:3])
    np.testing.assert_allclose(slices, kernel[..., channel], rtol=1e-2, atol=1e-3)
    assert document["kernel"]["bias"] == pytest.approx(bias[channel], rel=1e-2, abs=1e-3)


def test_a_comparison_of_pictures_and_of_classes_is_saved(visit, report_bytes, report, saved):
    a, b = 3, 17
    numbers, probabilities = report.images.indices, report.predictions.probabilities
    held = cnnviz.activations("fmnist-cnn", report.images.take([a, b]))
    watched = visit(report_bytes)
    page = watched.open(f"#/compare?a={numbers[a]}&b={numbers[b]}&by=max")
    sheet = pixels(saved(page, "PNG")[1])
    for i, position in enumerate((a, b)):
        # Twenty pixels a pixel, on a sheet of two pixels a unit; the first of each.
        shown = sheet[208 : 208 + 560 : 20, 64 + 640 * i : 64 + 640 * i + 560 : 20, 0]
        assert np.array_equal(shown, report.images.pixels[position, ..., 0])
    name, content = saved(page, "CSV")
    assert name == f"fmnist-cnn_pictures-{numbers[a]}-{numbers[b]}_classes.csv"
    told = np.array([[float(row["A"]), float(row["B"])] for row in table(content)])
    np.testing.assert_allclose(told.T, probabilities[[a, b]], rtol=1e-5)
    cosines = {row["layer"]: float(row["cosine"]) for row in table(saved(page, "CSV", 1)[1]) if row["cosine"]}
    for path, values in held.values.items():
        if path in cosines:
            own, other = (row.ravel().astype(np.float64) for row in values)
            assert cosines[path] == pytest.approx(own @ other / np.sqrt(own @ own * (other @ other)), abs=2e-3)
    assert {"pixels", "conv1", "conv2", "conv3"} <= set(cosines)
    rows = [row for row in table(saved(page, "CSV", 2)[1]) if row["layer"] == "conv2"]
    highest = held["conv2"].max(axis=(1, 2))
    assert sorted(int(row["channel"]) for row in rows) == list(range(64))
    for row in rows:
        np.testing.assert_allclose([float(row["A"]), float(row["B"])], highest[:, int(row["channel"])], atol=5e-3)
    apart = [abs(float(row["A - B"])) for row in rows]
    assert apart == sorted(apart, reverse=True)
    document = json.loads(saved(page, "JSON")[1])
    assert (document["a"]["id"], document["b"]["id"], document["measure"]) == (numbers[a], numbers[b], "highest value")
    page = watched.open("#/compare?of=classes&a=6&b=0&layer=conv3")
    truth, said = report.predictions.truth, report.predictions.predicted
    page.wait_for_selector(".profile")
    lean = probabilities[:, 0].astype(np.float64) - probabilities[:, 6]
    closest = [i for i in np.argsort(np.abs(lean), kind="stable") if probabilities[i, [0, 6]].sum() >= 0.5][:40]
    sheet = pixels(saved(page, "PNG")[1])
    leftmost = min(closest, key=lambda i: lean[i])
    # Eight pixels a pixel.
    assert np.array_equal(sheet[208 : 208 + 224 : 8, 64 : 64 + 224 : 8, 0], report.images.pixels[leftmost, ..., 0])
    with Image.open(io.BytesIO(saved(page, "GIF")[1])) as film:
        assert film.n_frames == len(closest)
    for row, own in zip(table(saved(page, "CSV")[1]), (6, 0), strict=True):
        calls = [np.count_nonzero((truth == own) & (said == to)) for to in (6, 0)]
        total = np.count_nonzero(truth == own)
        assert [int(value) for value in list(row.values())[1:]] == [*calls, total - sum(calls), total]
    profile = report.responses["conv3"].profile
    rows = table(saved(page, "CSV", 1)[1])
    assert {row["layer"] for row in rows} == {"conv3"} and len(rows) == profile.shape[1]
    for row in rows:
        expected = profile[[6, 0], int(row["channel"])]
        np.testing.assert_allclose([float(row["A"]), float(row["B"])], expected, rtol=1e-5)
    document = json.loads(saved(page, "JSON")[1])
    between = np.flatnonzero(probabilities[:, 6] + probabilities[:, 0] >= 0.5)
    assert sorted(picture["id"] for picture in document["in_between"]) == sorted(int(numbers[i]) for i in between)


def test_a_comparison_of_models_is_saved(visit, report, saved):
    # The same answers with the classes turned by one stand for a second model: right where the first is wrong by that.
    first = report.predictions
    shares = np.roll(first.probabilities, 1, axis=1)
    shares[:30] = first.probabilities[:30]
    second = cnnviz.Predictions(first.images, replace(first.model, name="turned", hash="0" * 12), shares)
    page = visit(Comparison(first, second, report).to_html()).open("#/compare?of=models")
    own, other = first.right, second.right
    rows = table(saved(page, "CSV")[1])
    assert [[int(row["B right"]), int(row["B wrong"])] for row in rows] == [
        [np.count_nonzero(own & other), np.count_nonzero(own & ~other)],
        [np.count_nonzero(~own & other), np.count_nonzero(~own & ~other)],
    ]
    for row in table(saved(page, "CSV", 1)[1]):
        chosen = first.truth == int(row["class"])
        assert int(row["pictures"]) == np.count_nonzero(chosen)
        assert float(row["A"]) == pytest.approx(own[chosen].mean()) and float(row["B"]) == pytest.approx(
            other[chosen].mean()
        )
    name, content = saved(page, "CSV", 2)
    assert name == "fmnist-cnn_turned_pictures.csv"
    rows = table(content)
    names = first.model.class_names
    assert [row["A predicts"] for row in rows] == [names[i] for i in first.predicted]
    assert [row["B predicts"] for row in rows] == [names[i] for i in second.predicted]
    assert [row["B right"] == "true" for row in rows] == other.tolist()
    document = json.loads(saved(page, "JSON")[1])
    assert document["agreement"] == pytest.approx((first.predicted == second.predicted).mean())
    assert [model["accuracy"] for model in document["models"]] == pytest.approx([own.mean(), other.mean()])
