"""Heatmaps computed in the page: by a worker as by the engine, restored from the address, and without a worker too."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.core.exported_network import Exported
from cnnviz.export.export_network import export
from cnnviz.features.activations import Activations
from cnnviz.gallery import activations_page
from tests.helpers.node_runner import Job, run_engine
from tests.helpers.pages import stroke, violations
from tests.helpers.sweeps import sweep

from .looks import each_look
from .readings import number
from .waiting import until

pytestmark = pytest.mark.browser

#: Counts the workers that the page starts, and what they send.
COUNT = """
window.started = [];
window.turns = [];
const Own = window.Worker;
window.Worker = class extends Own {
  constructor(address) {
    super(address);
    started.push(address);
    this.addEventListener("message", ({ data: { turn, progress } }) => {
      if (progress) turns.push([turn, progress.done, progress.total]);
    });
  }
};
"""

#: Ways in which there may be no worker.
WITHOUT = {
    "unknown": "delete window.Worker;",
    "refused": "window.Worker = class { constructor() { throw new Error('no'); } };",
    "broken": "window.Worker = class { constructor() { setTimeout(() => this.onerror(new Event('error')), 20); } "
    "postMessage() {} terminate() {} };",
}

NUMBERS = """(title) => [...document.querySelectorAll(".heat-meaning table")]
  .filter((table) => table.caption.textContent.startsWith(title))
  .map((table) => [...table.tBodies[0].rows])
  .map((rows) => rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent)))[0]"""


@pytest.fixture(scope="module")
def shown(pictures) -> Activations:
    return cnnviz.activations("fmnist-cnn", pictures, "conv2")


@pytest.fixture(scope="module")
def page_bytes(shown) -> bytes:
    return activations_page(shown)


@pytest.fixture(scope="module")
def reference(pictures):
    """What the engine finds in node: its answer to a picture, a class and a way of hiding."""
    probe = cnnviz.open_model("fmnist-cnn")
    made = export(probe)
    assert isinstance(made, Exported)

    def find(k: int, **ask: object) -> dict:
        inputs = probe.inputs(pictures.take([k]))
        seed = np.eye(10, dtype=np.float32)[ask["target"]]
        (answer,) = run_engine(
            [Job(made, inputs, seed=seed, gradients=[""], cams=["conv3", "conv2"], occlusions=[ask])]
        )
        return answer | answer["occlusions"][0]

    return find


def numbers(page, fold: str, title: str) -> np.ndarray:
    """The values of a folded table."""
    place = page.locator(f"details:has(summary:text-is('{fold} values'))")
    place.wait_for()
    if place.get_attribute("open") is None:
        place.locator("summary").click()
    place.locator("td").first.wait_for()
    return np.array([[number(cell) for cell in row] for row in page.evaluate(NUMBERS, title)])


def done(page) -> None:
    """Wait until occlusion is computed."""
    page.wait_for_selector("summary:text-is('Occlusion values')")


def veil(page, selector: str, which: int = 0) -> np.ndarray:
    """The colors of a heatmap's veil, one a cell."""
    held = (
        page.locator(f"{selector} .veil")
        .nth(which)
        .evaluate(
            """(canvas) => {
          const pen = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
          pen.drawImage(canvas, 0, 0);
          return [canvas.height, canvas.width, ...pen.getImageData(0, 0, canvas.width, canvas.height).data];
        }""",
        )
    )
    return np.array(held[2:]).reshape(held[0], held[1], 4)


def test_the_worker_finds_what_the_engine_finds(visit, page_bytes, shown, reference):
    watched = visit(page_bytes)
    watched.page.add_init_script(COUNT)
    page = watched.open(f"#/draw?image={shown.images.indices[4]}&overlay=occlusion&class=6&patch=5&fill=mean")
    done(page)
    mean = float(shown.images.pixels[4].mean() / 255)
    wanted = reference(4, size=5, stride=3, fill=[mean], target=6)
    assert page.evaluate("started.length") == 1 and page.evaluate("started[0]").startswith("blob:")
    drops = numbers(page, "Occlusion", "Drop of the score")
    assert drops.shape == (10, 10)
    np.testing.assert_allclose(drops.ravel(), wanted["drops"], atol=2e-3)
    chances = numbers(page, "Occlusion", "Drop of the probability")
    np.testing.assert_allclose(chances.ravel(), wanted["chances"], atol=1e-3)
    assert page.inner_text(".heat-grain") == "10×10 cells, 5×5 patches, stride 3."
    assert page.is_hidden(".heat-bar progress")
    reach = np.abs(wanted["drops"]).max()
    assert number(page.inner_text(".heat-meaning .legend:visible .ends span >> nth=2")) == pytest.approx(
        reach, rel=0.01
    )


def test_a_newer_drawing_takes_the_older_ones_place(visit, page_bytes, shown):
    watched = visit(page_bytes)
    watched.page.add_init_script(COUNT)
    page = watched.open(f"#/draw?image={shown.images.indices[4]}&overlay=occlusion&patch=3")
    until(page, "() => turns.length > 1")
    assert page.is_visible(".heat-bar progress") and 0 < page.eval_on_selector("progress", "bar => bar.value") < 1
    first = page.evaluate("turns[0][0]")
    stroke(page)
    until(page, f"() => turns.some(([turn]) => turn > {first})")
    stroke(page)
    done(page)
    turns = page.evaluate("turns")
    last = max(turn for turn, _, _ in turns)
    assert [done for turn, done, total in turns if done == total] == [784]
    assert turns[-1] == [last, 784, 784] and len({turn for turn, _, _ in turns}) >= 3
    # No older job goes on after a newer one began.
    assert [turn for turn, _, _ in turns] == sorted(turn for turn, _, _ in turns)
    assert page.evaluate("started.length") == 1


def test_frames_go_on_while_it_is_computed(visit, page_bytes, shown):
    watched = visit(page_bytes)
    watched.page.add_init_script(COUNT)
    page = watched.open(f"#/draw?image={shown.images.indices[4]}&overlay=occlusion&patch=3")
    until(page, "() => turns.length > 1")
    longest = page.evaluate(
        """new Promise((go) => {
          let [last, longest, count] = [performance.now(), 0, 0];
          const step = (now) => {
            longest = Math.max(longest, now - last);
            last = now;
            if ((count += 1) < 15) requestAnimationFrame(step);
            else go(longest);
          };
          requestAnimationFrame(step);
        })"""
    )
    # All 784 patches take a second or more: on the page's own time that would show.
    assert longest < 700 and page.is_visible(".heat-bar progress")


@pytest.mark.parametrize("way", sweep(WITHOUT, "broken"))
def test_without_a_worker_the_page_computes_it_itself(visit, page_bytes, shown, reference, way):
    watched = visit(page_bytes)
    watched.page.add_init_script(WITHOUT[way])
    page = watched.open(f"#/draw?image={shown.images.indices[7]}&overlay=occlusion")
    done(page)
    best = int(shown.predicted[7])
    wanted = reference(7, size=7, stride=3, fill=[0.0], target=best)
    drops = numbers(page, "Occlusion", "Drop of the score")
    np.testing.assert_allclose(drops.ravel(), wanted["drops"], atol=2e-3)


def test_the_three_maps_of_a_picture_are_the_engines(visit, page_bytes, shown, reference):
    watched = visit(page_bytes)
    page = watched.open(f"#/image/{shown.images.indices[9]}?class=5&layer=conv2")
    done(page)
    wanted = reference(9, size=7, stride=3, fill=[0.0], target=5)
    for fold, title, values in (
        ("Grad-CAM", "Evidence for the score", wanted["cams"]["conv2"]),
        ("Gradient", "Change of the score", wanted["gradients"][""]),
        ("Occlusion", "Drop of the score", wanted["drops"]),
    ):
        found = numbers(page, fold, title)
        scale = np.abs(values).max()
        np.testing.assert_allclose(found.ravel() / scale, values.ravel() / scale, atol=5e-3)
    assert veil(page, ".heat").shape == (11, 11, 4)
    assert veil(page, ".heat", 2).shape == (10, 10, 4)
    assert "raw and not tested for faithfulness" in page.inner_text(".heat-intro")
    page.click("label:text-is('smooth')")
    watched.settle()
    assert {veil(page, ".heat", k).shape for k in range(3)} == {(28, 28, 4)}
    grains = page.eval_on_selector_all(".heat-grain", "all => all.map((one) => one.innerText)")
    assert grains == [
        "11×11 cells of conv2, interpolated to 28×28 (adds no detail).",
        "28×28 cells, one per pixel.",
        "10×10 cells, 7×7 patches, stride 3, averaged over the patches of each pixel.",
    ]


def test_what_is_chosen_lives_in_the_address(visit, page_bytes, shown):
    ids = shown.images.indices
    watched = visit(page_bytes)
    page = watched.open(f"#/image/{ids[2]}")
    assert page.eval_on_selector(".heat-intro select", "box => box.selectedOptions[0].text").startswith("predicted: ")
    page.select_option(".heat-intro select", label="Coat")
    page.click("label:text-is('smooth')")
    page.select_option(".heat >> nth=0 >> select", label="pool1")
    page.select_option(".heat >> nth=2 >> select >> nth=0", label="9×9")
    page.select_option(".heat >> nth=2 >> select >> nth=1", label="mean")
    wanted = f"#/image/{ids[2]}?class=4&maps=smooth&patch=9&fill=mean&layer=pool1"
    assert page.evaluate("location.hash") == wanted
    done(page)
    words = page.inner_text(".heats")
    assert "Evidence for Coat" in words and "13×13 cells of pool1" in words and "9×9 patches, stride 5" in words
    page.reload()
    page.wait_for_selector(".page-image")
    done(page)
    assert page.inner_text(".heats") == words
    page.keyboard.press(">")
    assert page.evaluate("location.hash") == wanted.replace(str(ids[2]), str(ids[3]))
    watched.settle()
    assert "Evidence for Coat" in page.inner_text(".heats")
    page = watched.open(f"#/draw?image={ids[2]}&overlay=occlusion&class=3&maps=smooth&patch=9")
    done(page)
    assert page.inner_text(".heat-words").startswith("Occlusion for Dress, each patch hidden with black.")
    for overlay, begin in (
        ("none", "The drawing as"),
        ("gradient", "Brightening orange"),
        ("Grad-CAM", "Grad-CAM for Dress"),
    ):
        page.click(f".studio-why label:text-is('{overlay}')")
        watched.settle()
        assert page.inner_text(".heat-words").startswith(begin)
        assert page.locator(".heat-meaning .legend:visible").count() == (overlay != "none")


def test_nonsense_in_the_address_takes_the_usual(visit, page_bytes, shown):
    watched = visit(page_bytes)
    nonsense = "class=77&maps=x&patch=8&fill=red&layer=no&overlay=cold"
    page = watched.open(f"#/image/{shown.images.indices[0]}?{nonsense}")
    done(page)
    assert "7×7 patches" in page.inner_text(".heats") and "3×3 cells of conv3, not smoothed" in page.inner_text(
        ".heats"
    )
    page = watched.open(f"#/draw?{nonsense}")
    assert page.inner_text(".heat-words").startswith("Grad-CAM")


def test_an_empty_drawing_has_no_signal(visit, page_bytes):
    """Black hidden with black changes nothing: flat, and marked so."""
    watched = visit(page_bytes)
    page = watched.open("#/draw?overlay=occlusion")
    done(page)
    assert page.is_visible(".heat-grain .state") and page.inner_text(".heat-grain .state") == "flat"
    assert "No patch changes the score." in page.inner_text(".heat-words")
    cells = veil(page, ".studio-why")
    assert len(np.unique(cells.reshape(-1, 4), axis=0)) == 1


@each_look(1280, 900, 360)
def test_it_is_accessible_at_any_width(visit, page_bytes, shown, width, dark, screenshot):
    watched = visit(page_bytes, dark=dark, size=(width, 900))
    ids = shown.images.indices
    for name, route in {
        "image": f"#/image/{ids[4]}",
        "smooth": f"#/image/{ids[9]}?class=5&maps=smooth&fill=mean",
        "draw": f"#/draw?image={ids[4]}&overlay=occlusion",
    }.items():
        page = watched.open(route)
        done(page)
        if name == "smooth":
            for fold in page.query_selector_all(".heat-meaning summary"):
                fold.click()
            page.wait_for_selector(".heat-meaning td")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        screenshot(page, f"heat-{name}-{width}-{'dark' if dark else 'light'}")


def test_color_pictures_of_many_classes_have_heatmaps(visit):
    import keras

    from cnnviz.data.images import Images

    keras.utils.set_random_seed(2)
    start = keras.Input((20, 16, 3))
    x = keras.layers.Conv2D(6, 3, name="conv")(start)
    x = keras.layers.Dense(40, name="scores")(keras.layers.Flatten(name="flat")(x))
    probe = cnnviz.wrap(keras.Model(start, x), scale="-1-1")
    images = Images(np.random.default_rng(1).integers(0, 256, (2, 20, 16, 3), dtype=np.uint8))
    page = visit(activations_page(cnnviz.activations(probe, images, "conv"))).open("#/image/1?patch=5")
    done(page)
    drops = numbers(page, "Occlusion", "Drop of the score")
    target = int(probe.logits(images)[1].argmax())
    # No ground is known of this model's pictures, so patches are filled with the mean of each channel.
    mean = images.pixels[1].mean(axis=(0, 1)) / 127.5 - 1
    made = export(probe)
    assert isinstance(made, Exported)
    ask = {"size": 5, "stride": 3, "fill": mean.tolist(), "target": target}
    (answer,) = run_engine([Job(made, probe.inputs(images)[1:], occlusions=[ask])])
    assert drops.shape == (7, 6)
    np.testing.assert_allclose(drops.ravel(), answer["occlusions"][0]["drops"], atol=2e-3)


def test_a_page_without_its_network_has_no_heatmaps(visit, conv2):
    page = visit(activations_page(conv2)).open(f"#/image/{conv2.images.indices[0]}")
    assert page.locator(".heats").count() == 0 and page.locator(".strip-row").count() == 1
