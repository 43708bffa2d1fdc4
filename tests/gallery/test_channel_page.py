"""``#/layer/conv2/17`` in a real browser: its numbers are Python's, its links lead there, any net has it."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.core.render import show
from cnnviz.reports.report import Report, report
from tests.helpers.pages import unfold, violations
from tests.helpers.rounding import hold_in_16_bits

from .looks import each_theme
from .readings import number
from .waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made() -> Report:
    """The bundled model on 150 pictures."""
    return report("fmnist-cnn", cnnviz.open_images("sample")[:150], include=())


@pytest.fixture(scope="module")
def page_bytes(made: Report) -> bytes:
    return show(made, "page").single()


def tied_channel(made: Report, path: str) -> tuple[int, int]:
    """A channel that is 0 on more pictures than are shown, but not on all; and on how many."""
    held = made.responses[path]
    zeros = np.where(held.least == 0, held.least_ties, 0)
    channel = int(np.flatnonzero((zeros > 9) & (zeros < 100))[0])
    return channel, int(zeros[channel])


def untied_channel(made: Report, path: str) -> int:
    return int(np.flatnonzero(made.responses[path].least > 0)[0])


def said(value: float) -> str:
    """As words.js writes a number below ten."""
    return "0" if value == 0 else f"{value:.{3 if abs(value) >= 0.1 else 4}f}".replace("-", "−")


def test_highest_and_lowest_pictures_are_those_of_python(visit, made, page_bytes) -> None:
    channel = untied_channel(made, "conv2")
    page = visit(page_bytes).open(f"#/layer/conv2/{channel}")
    assert page.inner_text("h1") == f"conv2 · channel {channel}"
    assert page.title().startswith(f"conv2, channel {channel} ·")
    for name, lowest in (("highest", False), ("lowest", True)):
        shown = page.query_selector_all(f".{name} a.extreme")
        wanted = made.responses.top("conv2", channel, 9, lowest)
        assert [int(tile.get_attribute("data-position")) for tile in shown] == [p for p, _, _ in wanted]
        for tile, (position, _, value) in zip(shown, wanted, strict=True):
            assert tile.query_selector("b").inner_text() == said(value)
            wrong = made.responses.predicted[position] != made.images.labels[position]
            assert (tile.query_selector(".wrong") is not None) == wrong
            assert tile.get_attribute("href") == f"#/image/{made.images.indices[position]}"


def test_the_outlined_patch_is_what_the_cell_sees(visit, made, page_bytes) -> None:
    channel = untied_channel(made, "conv2")
    page = visit(page_bytes).open(f"#/layer/conv2/{channel}")
    card = made.model.layer("conv2")
    for tile, (position, cell, _) in zip(
        page.query_selector_all(".highest a.extreme"), made.responses.top("conv2", channel), strict=True
    ):
        top, left, bottom, right = card.field_of(*divmod(cell, 11), (28, 28))
        picture = tile.query_selector(".picture-stage canvas").bounding_box()
        sight = tile.query_selector(".sight").bounding_box()
        zoom = picture["width"] / 28
        assert sight["x"] - picture["x"] == pytest.approx(left * zoom, abs=0.6)
        assert sight["y"] - picture["y"] == pytest.approx(top * zoom, abs=0.6)
        assert sight["width"] == pytest.approx((right - left) * zoom, abs=0.6)
        pixels = tile.query_selector("canvas.patch").evaluate(
            "c => ({ w: c.width, h: c.height, "
            "gray: [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 0), "
            "zoom: c.getBoundingClientRect().width / c.width })"
        )
        seen = np.array(pixels["gray"], np.uint8).reshape(pixels["h"], pixels["w"])
        np.testing.assert_array_equal(seen, made.images.pixels[position, top:bottom, left:right, 0])
        assert pixels["zoom"] == round(pixels["zoom"]) >= 2


def test_the_sentence_the_histogram_and_the_classes_say_what_numpy_says(visit, made, page_bytes) -> None:
    channel, zeros = tied_channel(made, "conv3")
    held = made.responses["conv3"]
    watched = visit(page_bytes)
    page = watched.open(f"#/layer/conv3/{channel}")
    lead = page.inner_text(".channel-lead")
    best = made.model.class_names[int(np.nanargmax(held.profile[:, channel]))]
    position, _, value = made.responses.top("conv3", channel)[0]
    assert lead.startswith(f"Responds most to {best}; 0 on {100 * zeros / 150:.1f}")
    assert lead.endswith(f"on image {made.images.indices[position]}.") and f"{value:.3f}" in lead
    assert f"{100 * held.active[channel]:.1f}" in page.inner_text(".channel-lead + .note")
    # Of many pictures that it is 0 on the first stand there, and none of their cells is outlined.
    assert page.inner_text(".lowest .note") == f"The first 9 of {zeros} images with the value 0."
    first = made.responses.top("conv3", channel, 9, lowest=True)
    shown = [int(tile.get_attribute("data-position")) for tile in page.query_selector_all(".lowest a")]
    assert shown == [position for position, _, _ in first] and page.query_selector(".lowest .sight") is None
    assert f"{zeros} of 150 images are exactly 0 and not shown" in page.inner_text(".spread")
    page.click(".spread summary")
    page.wait_for_selector(".spread details[open] td")
    counts = page.eval_on_selector_all(".spread td:last-child", "all => all.map(td => Number(td.textContent))")
    wanted = held.histogram.counts[channel]
    wanted = wanted[: np.flatnonzero(wanted)[-1] + 1]
    assert counts == [zeros, wanted[0] - zeros, *wanted[1:]]
    rows = page.eval_on_selector_all(".profile tbody tr", "all => all.map(tr => tr.innerText.split(/\\s*\\t\\s*/))")
    assert [row[0].strip() for row in rows] == list(made.model.class_names)
    # Each class with how many pictures it is the mean of.
    assert [int(row[-1]) for row in rows] == np.bincount(made.responses.reference_class, minlength=10).tolist()
    for row, mean in zip(rows, held.profile[:, channel], strict=True):
        assert row[-2] == said(mean)
    page.click(".profile label:has-text('mean')")
    until(page, "location.hash.endsWith('?sort=mean')")
    names = page.eval_on_selector_all(".profile tbody th", "all => all.map(th => th.textContent)")
    order = np.argsort(-held.profile[:, channel], kind="stable")
    assert names == [made.model.class_names[i] for i in order]


def test_the_chosen_picture_is_marked_in_the_histogram_and_shown_as_a_map(visit, made, page_bytes) -> None:
    channel = untied_channel(made, "conv2")
    ids = made.images.indices
    watched = visit(page_bytes)
    page = watched.open(f"#/layer/conv2/{channel}")
    strongest = made.responses.top("conv2", channel)[0][0]
    assert page.inner_text(".on-picture h2") == f"On image {ids[strongest]}", "its strongest, where none is chosen"
    page = watched.open(f"#/layer/conv2/{channel}?image={ids[7]}")
    peaks = cnnviz.activations("fmnist-cnn", made.images, "conv2")["conv2"][..., channel].max(axis=(1, 2))
    value = peaks[7]
    assert page.inner_text(".spread b").startswith(f"Image {ids[7]}: ")
    # Computed in the page, with weights rounded to 16 bits.
    assert number(page.inner_text(".spread b").split(": ")[1]) == pytest.approx(value, rel=2e-3, abs=1e-3)
    held = made.responses["conv2"].histogram
    place = int((value - held.start[channel]) // held.width[channel])
    marked = page.eval_on_selector_all(".spread .column", "all => all.findIndex(g => g.classList.contains('marked'))")
    assert marked == place and held.counts[channel, marked] > 0
    box = page.locator(".big-map canvas").bounding_box()
    values = cnnviz.activations("fmnist-cnn", made.images[7:8], "conv2")["conv2"][0, ..., channel]
    row, column = divmod(int(values.argmax()), 11)
    page.mouse.click(box["x"] + (column + 0.5) * box["width"] / 11, box["y"] + (row + 0.5) * box["height"] / 11)
    until(page, f"location.hash.endsWith('cell={row},{column}')")
    assert number(page.inner_text(".readout b")) == pytest.approx(float(values.max()), rel=2e-3, abs=1e-3)
    assert page.is_visible(".heroes .sight")
    page.click(".on-picture .all-head a")
    page.wait_for_selector(".page-layer")
    assert page.evaluate("location.hash") == f"#/layer/conv2?image={ids[7]}&channel={channel}"


def test_kernels_are_seen_with_their_numbers_and_lead_to_their_inputs(visit, made, page_bytes) -> None:
    model = hold_in_16_bits(cnnviz.open_model("fmnist-cnn").model)
    watched = visit(page_bytes)
    page = watched.open("#/layer/conv1/5")
    kernel = model.get_layer("conv1").get_weights()[0][:, :, 0, 5].astype(float)
    assert len(page.query_selector_all(".slices canvas")) == 1
    page.click(".kernel summary")
    page.wait_for_selector(".kernel details[open] .weights")
    assert page.inner_text(".kernel .weights").split() == [said(weight) for weight in kernel.ravel()]
    ends = page.eval_on_selector_all(".kernel .ends span", "all => all.map(s => s.title || s.textContent)")
    assert [number(end) for end in ends] == pytest.approx([-np.abs(kernel).max(), 0, np.abs(kernel).max()], rel=1e-3)
    # The ramp's middle is zero: the weight furthest from it has an end's color.
    colors = page.eval_on_selector(
        ".slices canvas", "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    row, column = np.unravel_index(np.abs(kernel).argmax(), (3, 3))
    from cnnviz.gallery.color import diverging

    wanted = diverging()[-1 if kernel[row, column] > 0 else 0]
    np.testing.assert_array_equal(np.array(colors).reshape(3, 3, 4)[row, column, :3], wanted)

    page = watched.open("#/layer/conv2/17")
    held = model.get_layer("conv2").get_weights()[0][..., 17].astype(float)
    heaviest = np.argsort(-np.sqrt((held**2).sum(axis=(0, 1))), kind="stable")[:8]
    assert [int(text) for text in page.locator(".slice-name").all_inner_texts()] == heaviest.tolist()
    assert "rounded to 16 bits" in page.inner_text(".kernel")
    page.click(".slices a >> nth=2")
    page.wait_for_selector(f"h1:has-text('pool1 · channel {heaviest[2]}')")
    assert page.evaluate("location.hash") == f"#/layer/pool1/{heaviest[2]}"
    assert page.query_selector(".kernel") is None, "what pools has no kernel, and that goes without saying"
    page.go_back()
    page.wait_for_selector("h1:has-text('conv2 · channel 17')")

    page = watched.open("#/layer/predictions/7")
    assert page.inner_text("h1") == "predictions · unit 7, Sneaker"
    held = model.get_layer("predictions").get_weights()[0][:, 7].astype(float)
    heaviest = np.argsort(-np.abs(held), kind="stable")[:12]
    assert page.locator(".kernel tbody th").all_inner_texts() == [f"dense1 {i}" for i in heaviest]
    assert page.locator(".kernel td:last-child").all_inner_texts() == [said(weight) for weight in held[heaviest]]
    page.click(".kernel th a >> nth=0")
    page.wait_for_selector(f"h1:has-text('dense1 · unit {heaviest[0]}')")
    held = model.get_layer("dense1").get_weights()[0][:, heaviest[0]].reshape(9, 128)
    first = int(np.linalg.norm(held, axis=0).argmax())
    assert page.inner_text(".slice-name >> nth=0") == str(first)
    assert page.get_attribute(".slices a >> nth=0", "href") == f"#/layer/conv3/{first}"


def test_keys_and_links_lead_from_channel_to_channel_and_back(visit, made, page_bytes) -> None:
    ids = made.images.indices
    watched = visit(page_bytes)
    page = watched.open("#/layer/conv2?channel=3")
    page.click("a:has-text('channel 3 in detail')")
    page.wait_for_selector("h1:has-text('conv2 · channel 3')")
    assert page.evaluate("location.hash") == f"#/layer/conv2/3?image={ids[0]}"
    assert page.get_attribute("nav[aria-label=Pages] a:has-text('Layers')", "aria-current") == "page"
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("h1:has-text('channel 4')")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("h1:has-text('channel 2')")
    page.click("a[rel=next]")
    page.wait_for_selector("h1:has-text('channel 3')")
    page.keyboard.press(">")
    page.wait_for_selector(f"h2:has-text('On image {ids[1]}')")
    # In what moves by arrows, they are its own.
    page.focus(".profile input:checked")
    page.keyboard.press("ArrowRight")
    until(page, "location.hash.includes('sort=mean')")
    assert page.inner_text("h1").endswith("channel 3")
    before = page.inner_text("main")
    page.reload()
    page.wait_for_selector("main .page-channel")
    watched.settle()
    assert page.inner_text("main") == before
    page.keyboard.press("]")
    page.wait_for_selector("h1:has-text('pool2')")
    page.go_back()
    page.wait_for_selector("h1:has-text('conv2 · channel 3')")
    page.click("h1 a")
    page.wait_for_selector(".page-layer [data-channel='3'][aria-checked=true]")
    page.go_back()
    page.wait_for_selector("h1:has-text('conv2 · channel 3')")
    page.click(".highest a.extreme >> nth=0")
    page.wait_for_selector(".page-image")
    page.go_back()
    page.wait_for_selector(".page-channel")
    assert watched.open("#/layer/conv2/0").query_selector("a[rel=prev]") is None
    assert watched.open("#/layer/conv2/63").query_selector("a[rel=next]") is None


def test_addresses_that_name_no_channel_say_so(visit, page_bytes) -> None:
    watched = visit(page_bytes)
    assert "conv2 has 64 channels; the last is number 63" in watched.open("#/layer/conv2/64").inner_text("main")
    assert "no layer “conv9/3”" in watched.open("#/layer/conv9/3").inner_text("main")
    assert "no layer “conv2/x”" in watched.open("#/layer/conv2/x").inner_text("main")
    assert "followed by the channel number" in watched.open("#/channel").inner_text("main")


@pytest.mark.slow
@each_theme
def test_it_is_accessible_wide_and_narrow(visit, made, page_bytes, dark, screenshot) -> None:
    tied = tied_channel(made, "conv3")[0]
    watched = visit(page_bytes, dark=dark, size=(360, 800) if dark else (1280, 900))
    for route in ("conv1/5", "conv2/17", f"conv3/{tied}", "dense1/3", "predictions/7", "pool2/0"):
        page = watched.open(f"#/layer/{route}")
        assert violations(page) == [], route
        assert page.evaluate("document.documentElement.scrollWidth") <= (360 if dark else 1280), route
        screenshot(page, f"channel-{route.replace('/', '-')}-{'dark' if dark else 'light'}")
    unfold(page)
    assert violations(page) == []


def test_it_prints_what_matters(visit, page_bytes) -> None:
    page = visit(page_bytes).open("#/layer/conv2/17")
    page.emulate_media(media="print")
    assert page.is_visible(".highest canvas") and page.is_visible(".kernel canvas") and page.is_visible(".spread svg")
    assert not page.is_visible(".channel-steps") and not page.is_visible(".profile fieldset")


def test_the_layer_says_what_is_so_over_the_set(visit, made, page_bytes) -> None:
    held = made.responses["conv3"]
    page = visit(page_bytes).open("#/layer/conv3?channel=12")
    words = page.inner_text(".overall")
    assert words.startswith(f"Over 150 images: {100 * held.active.mean():.1f}")
    assert f"{held.dead.sum()} of 128 channels dead" in words and f"to {held.high.max():.3f}" in words
    shown = page.locator(".row-pictures a")
    assert shown.all_inner_texts() == [said(v) for _, _, v in made.responses.top("conv3", 12, 7)]
    shown.first.click()
    page.wait_for_selector("h1:has-text('conv3 · channel 12')")
