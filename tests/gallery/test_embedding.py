"""The map of the pictures, the layers held against one another, and what is said of all values of a layer."""

import json

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

import cnnviz
from cnnviz.core.render import show
from cnnviz.features.representation.embedding import embedding
from cnnviz.features.representation.layer_statistics import layer_statistics
from cnnviz.features.representation.similarity import similarity
from cnnviz.gallery.build import build_page
from cnnviz.gallery.color import viridis
from cnnviz.gallery.content import Content
from tests.helpers.saved_files import coloured, pixels, table
from tests.helpers.sweeps import slow

from .waiting import until


@pytest.fixture(scope="module")
def probe():
    return cnnviz.open_model("fmnist-cnn")


@pytest.fixture(scope="module")
def pictures():
    return cnnviz.open_images("sample")[:60]


@pytest.fixture(scope="module")
def held(probe, pictures):
    return embedding(probe, pictures)


@pytest.fixture(scope="module")
def page(probe, pictures, held):
    further = (held, layer_statistics(probe, pictures), similarity(probe, pictures))
    return build_page(Content(held, results=further), start="#/embedding").single()


def test_every_picture_is_on_the_map_and_can_be_walked_to(visit, page, held):
    tab = visit(page).open("#/embedding?map=pca")
    assert tab.title().startswith("Map of the images")
    canvas = tab.locator(".embedding-canvas")
    canvas.focus()
    canvas.press("ArrowRight")
    first = tab.locator(".embedding-words").inner_text()
    canvas.press("ArrowRight")
    second = tab.locator(".embedding-words").inner_text()
    assert first.startswith("Image ") and second.startswith("Image ") and first != second
    # To the right means further along the first axis.
    ids = held.images.indices.tolist()
    places = [held["pca"][ids.index(int(words.split()[1].rstrip(":")))] for words in (first, second)]
    assert places[1][0] > places[0][0]
    canvas.press("Enter")
    until(tab, "location.hash.startsWith('#/image/')")


def test_pointing_shows_the_picture_that_is_drawn_there(visit, page, held):
    tab = visit(page).open("#/embedding?map=pca&as=dots")
    box = tab.locator(".embedding-canvas").bounding_box()
    points = held["pca"].astype(float)
    # The point that is furthest to the right stands alone; the margin around all points is 6 %.
    i = int(points[:, 0].argmax())
    low, high = points.min(axis=0), points.max(axis=0)
    extent = (high - low).max()
    side = box["width"]
    x = side / 2 + (points[i, 0] - (low + high)[0] / 2) * side * 0.88 / extent
    y = side / 2 - (points[i, 1] - (low + high)[1] / 2) * side * 0.88 / extent
    tab.mouse.move(box["x"] + x, box["y"] + y)
    number = held.images.indices[i]
    assert tab.locator(".embedding-words").inner_text().startswith(f"Image {number}:")


def test_a_class_stands_out_and_is_in_the_address(visit, page):
    tab = visit(page).open("#/embedding")
    tab.locator(".embedding-keys button").first.click()
    until(tab, "location.hash.includes('class=')")
    assert tab.locator(".embedding-keys button[aria-pressed=true]").count() == 1
    tab.reload()
    tab.wait_for_selector(".embedding-keys button[aria-pressed=true]")


def test_neighbors_of_the_same_class_are_counted_as_by_hand(visit, page, held):
    tab = visit(page).open("#/embedding?map=tsne")
    tab.locator(".embedding ~ div summary").click()
    # The table is made once it is asked for.
    tab.locator(".folded tbody tr").nth(len(np.unique(held.truth)) - 1).wait_for()
    rows = tab.locator(".folded tbody tr").all_inner_texts()
    gaps = np.linalg.norm(held["tsne"][:, None] - held["tsne"][None], axis=2) + np.diag(np.full(len(held), np.inf))
    same = held.truth[gaps.argmin(axis=1)] == held.truth
    for row, number in zip(rows, np.unique(held.truth), strict=True):
        share = same[held.truth == number].mean()
        said = row.split("\t")[-1].replace("\u202f", "").rstrip("%")
        assert float(said) == pytest.approx(100 * share, abs=0.06)


def test_wheel_and_buttons_enlarge_and_all_shows_all(visit, page):
    tab = visit(page).open("#/embedding?map=pca&as=dots")
    canvas = tab.locator(".embedding-canvas")
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    tab.get_by_role("button", name="Zoom in").click()
    tab.wait_for_timeout(100)
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    tab.get_by_role("button", name="Show all").click()
    tab.mouse.move(5, 5)
    tab.wait_for_timeout(100)
    assert canvas.evaluate("canvas => canvas.toDataURL()") == before


def test_the_map_is_saved_as_picture_table_and_document(visit, page, held, saved):
    tab = visit(page).open("#/embedding?map=pca&as=dots")
    name, content = saved(tab, "PNG")
    assert (
        name == f"fmnist-cnn_map_{held.layer.path}.png" and len(np.unique(pixels(content).reshape(-1, 3), axis=0)) > 10
    )
    rows = table(saved(tab, "CSV")[1])
    document = json.loads(saved(tab, "JSON")[1])
    assert (document["kind"], document["layer"]) == ("embedding", held.layer.path)
    np.testing.assert_allclose(document["explained"], held.plane.explained, atol=1e-6)
    by_id = {one["id"]: one for one in document["pictures"]}
    for row in rows:
        one = by_id[int(row["picture"])]
        assert one["pca"] == [float(row["pca x"]), float(row["pca y"])] and one["label"] == row["true class"]
    places = np.array([by_id[number]["tsne"] for number in held.images.indices])
    np.testing.assert_allclose(places, held["tsne"], rtol=1e-5)


def test_similarity_is_saved_in_the_colors_of_the_page(visit, page, probe, pictures, saved):
    tab = visit(page).open("#/compare?of=layers")
    made = similarity(probe, pictures)
    sheet = pixels(saved(tab, "PNG")[1])
    # At two pixels a unit: cells of 76 by 40.
    for i, j in np.ndindex(made.values.shape):
        corner = sheet[2 * (128 + 40 * i) + 4, 2 * (182 + 76 * j) + 4]
        assert np.array_equal(corner, coloured(np.array(made.values[i, j]), 0, 1, viridis())), (i, j)
    rows = table(saved(tab, "CSV")[1])
    np.testing.assert_allclose([[float(row[path]) for path in made.columns] for row in rows], made.values, atol=1e-6)
    document = json.loads(saved(tab, "JSON")[1])
    assert (document["rows"], document["pictures"]) == (list(made.rows), 60)
    np.testing.assert_allclose(document["values"], made.values, atol=1e-6)


def test_layers_are_held_against_one_another(visit, page, probe, pictures):
    tab = visit(page).open("#/compare?of=layers")
    made = similarity(probe, pictures)
    cells = tab.locator(".alike tbody button").all_inner_texts()
    assert cells == [f"{value:.2f}" for value in made.values.ravel()]
    above = np.where(np.triu(np.ones(made.values.shape), 1) > 0, made.values, -1)
    i, j = np.unravel_index(above.argmax(), above.shape)
    assert f"Most similar: {made.rows[i]} and {made.rows[j]}, " in tab.locator(".page").inner_text()


def test_a_layer_says_what_all_its_values_are_like(visit, page, probe, pictures):
    tab = visit(page).open("#/layer/conv2")
    said = tab.locator(".layer-statistics").inner_text().replace("\u202f", " ")
    one = layer_statistics(probe, pictures, "conv2")["conv2"]
    assert f"{100 * one.zeros:.1f} %" in said and f"of {one.units}" in said and f"over {len(pictures)} images" in said


@pytest.mark.parametrize("route", ["#/embedding", "#/compare?of=layers", "#/layer/conv2"])
@pytest.mark.parametrize("scheme", ["light", *slow("dark")])
def test_no_accessibility_faults_and_nothing_wider_than_a_phone(visit, page, route, scheme):
    tab = visit(page, dark=scheme == "dark", size=(360, 800)).open(route)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(tab).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found]


def test_without_their_results_the_pages_are_left_out(visit, probe, pictures):
    tab = visit(cnnviz.activations(probe, pictures[:4], "conv2").to_html()).open("#/layer/conv2")
    assert tab.locator(".layer-statistics").count() == 0
    assert "Map" not in tab.locator("nav").first.inner_text()


def test_results_show_themselves_in_a_notebook(probe, pictures, held):
    for result in (held, similarity(probe, pictures, layer=["conv1", "conv2"])):
        assert result._repr_png_().startswith(b"\x89PNG")
        assert len(result._repr_html_()) <= 300_000 and "data:image/png" in result._repr_html_()
    assert show(held, "page").single() == show(held, "page").single()
