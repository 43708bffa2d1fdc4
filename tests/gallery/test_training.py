"""The page of a training: one slider moves curves, filters, heatmaps and activations, and stops at the end."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from cnnviz.attribution.result import Provenance
from cnnviz.callbacks.snapshot_limits import KeptFilters, KeptMaps
from cnnviz.callbacks.snapshot_series import SnapshotSeries
from cnnviz.core.render import show
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from cnnviz.gallery.sheets.training_chart import curves_of, grown
from cnnviz.gallery.sheets.training_sheet import TrainingSheets

from .looks import each_theme
from .nets import HOSTILE, fmnist_card

EPOCHS = np.array([0.0, 0.5, 1.0, 2.0, 3.0])


def made(result) -> SnapshotSeries:
    """A training of three epochs with five moments whose every value is known."""
    few = result.images.take(range(4))
    moments, n = len(EPOCHS), len(few)
    rng = np.random.default_rng(3)
    growth = np.linspace(0.2, 1, moments)[:, None, None, None, None]
    answers = np.full((moments, n, 10), 0.05, np.float32)
    for moment in range(moments):
        answers[moment, np.arange(n), few.labels] = 0.05 + 0.1 * moment
        answers[moment] /= answers[moment].sum(axis=1, keepdims=True)
    heat = rng.random((moments, n, 3, 3)).astype(np.float32) * growth[..., 0]
    heat[0, 1] = 0
    history = tuple(
        {"epoch": e, "loss": 2.0 / e, "accuracy": 0.5 + 0.1 * e, "rate": 1e-3 / e, "seconds": 1.0}
        | {"val_loss": 2.5 / e, "val_accuracy": 0.45 + 0.1 * e}
        for e in (1, 2, 3)
    )
    return SnapshotSeries(
        few,
        replace(fmnist_card(), name=HOSTILE, history=history),
        answers[-1],
        epochs=EPOCHS,
        kernels={
            "conv1": rng.normal(size=(moments, 3, 3, 1, 16)).astype(np.float32) * growth,
            "dense1": rng.normal(size=(moments, 1, 1, 6, 8)).astype(np.float32),
        },
        maps={
            "conv1": (result["conv1"][None, :4, ..., :8] * growth).astype(np.float32),
            "dense1": np.arange(moments * n * 12, dtype=np.float32).reshape(moments, n, 1, 1, 12),
        },
        kept=(
            KeptFilters("conv1", "Conv2D", 16, 64, 1, 1, (3, 3), (3, 3)),
            KeptFilters("dense1", "Dense", 8, 64, 6, 6, (1, 1), (1, 1)),
        ),
        seen=(
            KeptMaps("conv1", "conv1", 8, 64, (26, 26), (26, 26)),
            KeptMaps("dense1", "dense1", 12, 64, (1, 1), (1, 1)),
        ),
        heat=heat,
        how=Provenance("grad-cam", "Grad-CAM", {}, "true class", ("conv3",), "evidence for the score", False),
        why_no_heat="",
        answers=answers,
        figures=({}, {"loss": 2.2, "accuracy": 0.3}, {}, {}, {}),
        history=history,
        best=2,
        notes=("5 of 9 snapshots",),
    )


@pytest.fixture(scope="module")
def series(result) -> SnapshotSeries:
    return made(result)


@pytest.fixture(scope="module")
def page(series) -> bytes:
    return show(series, "page").single()


def said(tab) -> str:
    return tab.locator(".scrubber-moment").inner_text()


def look(tab) -> dict[str, str]:
    """What is drawn, by part."""
    return tab.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.moment-layer, .moment-card')].map((part, i) =>
        [`${part.className} ${i}`, [...part.querySelectorAll('canvas')].map((c) => c.toDataURL()).join()]))"""
    )


def test_one_slider_moves_everything(visit, page) -> None:
    tab = visit(page).open("#/training")
    assert said(tab) == "epoch 3 of 3"
    assert "validation 75.0" in tab.locator(".curve-said").first.inner_text()
    late = look(tab)
    slider = tab.locator(".scrubber input")
    slider.focus()
    slider.press("Home")
    expect(tab).to_have_url(re.compile("at=0$"))
    assert said(tab) == "before training, of 3"
    assert slider.get_attribute("aria-valuetext") == "before training, of 3"
    early = look(tab)
    assert early.keys() == late.keys() and len(early) == 4 + 4
    assert all(early[part] != late[part] for part in early)
    assert tab.locator(".curve-said").first.inner_text() == "no value yet"
    slider.press("ArrowRight")
    # Half an epoch: what was measured on the way, and no validation yet.
    assert tab.locator(".curve-said").first.inner_text().replace("\u202f", " ") == "training 30.0 %"
    expect(tab).to_have_url(re.compile("at=0.5$"))
    tab.reload()
    tab.wait_for_selector(".scrubber")
    assert said(tab) == "epoch 0.5 of 3"


def test_the_words_are_those_of_the_moment(visit, page, series) -> None:
    tab = visit(page).open("#/training?at=1")
    cards = tab.locator(".moment-card")
    for i in range(len(series)):
        share = series.answers[2, i, series.classes[i]]
        shown = cards.nth(i).locator(".moment-share").inner_text().replace("\u202f", " ")
        assert shown == f"{100 * share:.1f} %"
        width = cards.nth(i).locator(".bar").evaluate("bar => parseFloat(bar.style.width)")
        assert width == pytest.approx(100 * share, abs=0.01)
    weights = tab.locator(".moment-layer [role=img]").first.get_attribute("aria-label")
    numbers = [float(n.replace("−", "-")) for n in re.findall(r"[−\d.]+", weights.split(":")[1])]
    moment = series.kernels["conv1"][2]
    assert numbers == pytest.approx([moment.min(), moment.max()], abs=0.02)  # in 256 steps


def test_a_heatmap_of_zeros_says_so(visit, page, series) -> None:
    watched = visit(page)
    for moment in (0, 2):
        tab = watched.open(f"#/training?at={EPOCHS[moment]:g}")
        for i in range(4):
            card = tab.locator(".moment-card").nth(i)
            zero = not series.heat[moment, i].any()
            assert zero == (moment == 0 and i == 1)
            assert ("all zero" in card.inner_text()) == zero
            assert card.get_attribute("aria-label").endswith("heatmap all zero") == zero


def test_one_scale_holds_for_all_moments(visit, page, series) -> None:
    tab = visit(page).open("#/training?at=0")
    ends = tab.locator(".moment-layer .ends").first.inner_text().replace("−", "-").split()
    reach = np.abs(series.kernels["conv1"]).max()
    assert [float(end) for end in ends] == pytest.approx([-reach, 0, reach], abs=0.01)
    # Units count upwards without a gap from moment to moment: the brightest of all is the last of the last.
    last = "c => [...c.getContext('2d').getImageData(0, 0, c.width, 1).data]"
    canvas = tab.locator(".moment-layer").nth(3).locator("canvas").first
    dark = canvas.evaluate(last)
    tab = visit(page).open("#/training?image=" + str(series.images.indices[3]))
    bright = tab.locator(".moment-layer").nth(3).locator("canvas").first.evaluate(last)
    assert dark[:3] == [68, 1, 84] and bright[-4:-1] == [253, 231, 36]


def test_play_runs_once_and_stops_at_the_end(visit, page) -> None:
    tab = visit(page, size=(1280, 900)).open("#/training?at=2")
    tab.emulate_media(reduced_motion="no-preference")
    button = tab.locator(".scrubber-play")
    button.click()
    assert button.inner_text() == "Pause"
    tab.locator(".scrubber-play:text-is('Play')").wait_for()
    assert said(tab) == "epoch 3 of 3"
    # Again from the first, and halted by the space bar.
    tab.locator("h1").click()
    tab.keyboard.press("Space")
    assert said(tab) == "before training, of 3"
    tab.keyboard.press("Space")
    held = said(tab)
    tab.wait_for_timeout(700)
    assert said(tab) == held and button.inner_text() == "Play"


def test_reduced_motion_goes_slowly(visit, page) -> None:
    tab = visit(page).open("#/training?at=0")
    tab.locator(".scrubber-play").click()
    tab.wait_for_timeout(700)
    assert said(tab) == "before training, of 3"
    tab.locator(".scrubber-play").click()


def test_a_picture_is_chosen_by_pointer_and_key(visit, page, series) -> None:
    tab = visit(page).open("#/training")
    before = look(tab)
    tab.locator(".moment-card").nth(1).click()
    expect(tab).to_have_url(re.compile(f"image={series.images.indices[1]}$"))
    after = look(tab)
    changed = {part for part in before if before[part] != after[part]}
    assert changed == {"moment-layer 6", "moment-layer 7"}
    tab.keyboard.press(">")
    assert tab.locator(".moment-card").nth(2).get_attribute("aria-checked") == "true"


@each_theme
@pytest.mark.parametrize("width", [1280, 360])
def test_no_accessibility_faults_and_nothing_wider_than_the_screen(visit, page, dark, width, screenshot) -> None:
    tab = visit(page, dark=dark, size=(width, 800)).open("#/training?at=1&heat=own")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for summary in tab.locator("summary").all():
        summary.click()
    found = Axe().run(tab).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found]
    screenshot(tab, f"training-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("options", [{}, {"has_touch": True, "is_mobile": True}])
def test_a_narrow_page_does_not_move_sideways(visit, page, options) -> None:
    tab = visit(page, size=(360, 780), **options).open("#/training")
    # A scroll bar takes room of the page, so widths alone do not tell: it is tried.
    assert tab.evaluate("scrollTo(100, 0), scrollX") == 0
    edges = "q => { const { left, right } = document.querySelector(q).getBoundingClientRect(); return [left, right]; }"
    assert tab.evaluate(edges, ".scrubber") == tab.evaluate(edges, "main")
    assert tab.evaluate("innerWidth") == 360


def test_what_is_saved_is_what_is_there(visit, page, series, saved) -> None:
    tab = visit(page).open("#/training?at=1")
    name, content = saved(tab, "CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name.endswith("curves.csv")
    assert [float(row["val_loss"]) for row in rows] == pytest.approx([2.5, 1.25, 2.5 / 3])
    _, content = saved(tab, "JSON")
    document = json.loads(content)
    assert document["best_epoch"] == 2 and document["network"] == HOSTILE
    assert [one["epoch"] for one in document["moments"]] == EPOCHS.tolist()
    shares = [[one["probabilities"] for one in moment["pictures"]] for moment in document["moments"]]
    np.testing.assert_allclose(shares, series.answers, rtol=1e-5)
    _, content = saved(tab, "GIF")
    film = Image.open(io.BytesIO(content))
    assert film.n_frames == len(EPOCHS)
    _, content = saved(tab, "PNG")
    assert Image.open(io.BytesIO(content)).width == 2 * film.width


def test_the_film_in_python(series) -> None:
    content = show(series, "gif")
    film = Image.open(io.BytesIO(content))
    assert film.n_frames == len(EPOCHS)
    frames = []
    for i in range(film.n_frames):
        film.seek(i)
        frames.append((np.asarray(film.convert("RGB")), film.info["duration"]))
    assert [duration for _, duration in frames] == [350] * 4 + [2000]
    assert all((one != other).any() for (one, _), (other, _) in pairwise(frames))
    # The first frame is the sheet; colors of ramps and inks are exact, those of pictures near what they were.
    sheets = TrainingSheets(series)
    sheet = np.asarray(sheets.draw(0)).astype(int)
    off = np.abs(sheet - frames[0][0]).max(axis=2)
    assert off.max() <= 48 and (off > 12).mean() < 0.01
    left, top = sheets.places[0]
    assert not off[top + 34 : top + 60, left : left + 100].any()
    assert series._repr_png_().startswith(b"\x89PNG") and "&lt;img" in series._repr_html_()
    assert content == show(series, "gif") and show(series, "page").single() == show(series, "page").single()


def test_curves_grow_between_points(series) -> None:
    accuracy, loss = curves_of(series)
    assert accuracy.training == [(0.5, 0.3), (1, 0.6), (2, 0.7), (3, pytest.approx(0.8))]
    assert grown(loss.validation, 1.5) == [(1, 2.5), (1.5, pytest.approx(1.875))]
    assert grown(loss.validation, 0.5) == [] and grown(loss.validation, 3) == loss.validation


def test_without_heatmaps_or_curves_the_page_says_so(visit, series) -> None:
    bare = replace(
        series, heat=None, how=None, why_no_heat="it has no convolution", history=(), figures=({},) * 5, best=0
    )
    tab = visit(show(bare, "page").single()).open("#/training")
    assert "No heatmaps: it has no convolution." in tab.locator(".page").inner_text()
    assert tab.locator(".growing").count() == 0
    assert len(show(bare, "png")) > 1000


def test_a_page_about_other_pictures_shows_the_training_too(visit, series, conv2) -> None:
    content = Content(conv2, maps=conv2, results=(series,))
    tab = visit(build_page(content, start="#/training").single()).open("#/training")
    assert tab.locator(".moment-card").count() == len(series)
    assert "Training" in tab.locator("nav").first.inner_text()
