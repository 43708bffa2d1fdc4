"""Results that look like real ones, without TensorFlow, and a browser that refuses whatever a page must not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz.data.images import Images
from cnnviz.features.activations import Activations
from cnnviz.features.predictions import Predictions
from cnnviz.reports.comparison import Comparison

from .nets import fmnist_card, hostile_result, maps_of, mlp_result
from .picture_sets import page_of, set_of
from .waiting import until

SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-artifacts" / "screenshots"


@pytest.fixture(scope="session")
def pictures() -> Images:
    """Ten Fashion-MNIST pictures, one of each class, from the bundled sample."""
    from cnnviz.data.open import open_images

    sample = open_images("sample")
    assert sample.labels is not None
    return sample.take([int(np.flatnonzero(sample.labels == c)[1]) for c in range(10)])


@pytest.fixture(scope="session")
def result(pictures: Images) -> Activations:
    """Every layer of a net of the bundled one's shape, with Gabor filters for weights."""
    values, probabilities = maps_of(pictures)
    return Activations(pictures, fmnist_card(), probabilities, values=values)


@pytest.fixture(scope="session")
def conv2(result: Activations) -> Activations:
    """Only conv2, as ``cnnviz activations --layer conv2`` has it."""
    return Activations(result.images, result.model, result.probabilities, values={"conv2": result["conv2"]})


@pytest.fixture(scope="session")
def hostile() -> Activations:
    """Names that are markup, signed and flat maps, color, one picture, no labels."""
    return hostile_result()


@pytest.fixture(scope="session")
def mlp() -> Activations:
    """A net of dense layers only, of a thousand classes."""
    return mlp_result()


@pytest.fixture(scope="session")
def hundred() -> Predictions:
    """A hundred made-up pictures and answers."""
    return set_of(100)


@pytest.fixture(scope="session")
def hundred_bytes(hundred: Predictions) -> bytes:
    return page_of(hundred)


@pytest.fixture(scope="session")
def many() -> Predictions:
    """As many as a page takes."""
    return set_of(10_000)


@pytest.fixture(scope="session")
def many_bytes(many: Predictions) -> bytes:
    return page_of(many)


@pytest.fixture(scope="session")
def comparison() -> Comparison:
    """The bundled model and a small one, trained for a moment."""
    import keras

    import cnnviz

    keras.utils.set_random_seed(3)
    sample = cnnviz.open_images("sample")[100:400]
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, 2, activation="tanh", name="first"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(10, activation="softmax", name="out"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(sample.pixels / np.float32(255), sample.labels, epochs=4, batch_size=16, verbose=0)
    small = cnnviz.wrap(model, scale="0-1", name="small")
    return cnnviz.compare("fmnist-cnn", cnnviz.open_images("sample")[:60], other=small)


@pytest.fixture(scope="session")
def compared_bytes(comparison) -> bytes:
    """Their page."""
    return comparison.to_html()


@pytest.fixture(scope="session")
def compared_maps(comparison) -> Activations:
    """What the bundled model's layers answer to those pictures."""
    import cnnviz

    return cnnviz.activations("fmnist-cnn", comparison.first.images)


@pytest.fixture(scope="session")
def chromium(chromium_path: Any) -> Iterator[Any]:
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # One process draws all pages of a context: starting another costs more than most pages do.
        arguments = ["--no-sandbox", "--renderer-process-limit=1"]
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(chromium: Any, tmp_path_factory: Any) -> Any:
    """The context that most tests open their page in, with a page that stays open so that its process does."""
    context = chromium.new_context(reduced_motion="reduce")
    file = tmp_path_factory.mktemp("window") / "stays-open.html"
    file.write_text("<!doctype html><title>stays open</title>", encoding="utf-8")
    context.new_page().goto(file.as_uri())
    return context


def following(action: Callable[..., Any], page: Any) -> Callable[..., Any]:
    """An action that may lead to another address, and returns when the page shows it.

    A link changes the address at once, and the page is told a task later, which on a busy machine is after the next
    question of a test.
    """

    def followed(*given: Any, **options: Any) -> Any:
        result = action(*given, **options)
        until(page, "(document.getElementById('main')?.dataset.shows ?? location.hash) === location.hash")
        return result

    return followed


class Watched:
    """A browser page that notes every request, console message and error."""

    def __init__(self, context: Any, file: Path, dark: bool, size: tuple[int, int]) -> None:
        self.context = context
        self.page = self.context.new_page()
        for name in ("click", "press", "go_back", "go_forward"):
            setattr(self.page, name, following(getattr(self.page, name), self.page))
        self.page.keyboard.press = following(self.page.keyboard.press, self.page)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.url = file.as_uri()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(f"console {message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._request)

    def _request(self, request: Any) -> None:
        # A blob: is the page's own script, started anew as a worker.
        own = request.url.startswith(("data:", "blob:"))
        if request.url.split("#")[0] not in (self.url, "about:blank") and not own:
            self.faults.append(f"request: {request.url}")

    def open(self, route: str = "") -> Any:
        """Go to a route and wait until it is drawn."""
        # Away first: a change of the hash alone would leave the page before on the screen for a moment.
        if self.page.url != "about:blank":
            self.page.goto("about:blank")
        self.page.goto(self.url + route)
        self.page.wait_for_selector("main .page")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait for two frames, so that observers have had their turn."""
        self.page.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., tuple[str, bytes]]:
    """Choose a file from the Save button; give its name and content."""

    def save(page: Any, kind: str, which: int = 0) -> tuple[str, bytes]:
        page.click(".save-button")
        with page.expect_download() as waiting:
            page.click(f".save-offer:has(.save-kind:text-is('{kind}')) >> nth={which}")
        file = tmp_path / "download"
        waiting.value.save_as(file)
        until(page, "document.querySelector('.save-words').textContent.endsWith('saved')")
        return waiting.value.suggested_filename, file.read_bytes()

    return save


@pytest.fixture
def visit(chromium: Any, window: Any, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """Open the bytes of a page from a file; at the end of the test nothing may have been requested or complained of."""
    opened: list[Watched] = []
    own = []

    def start(page: bytes, dark: bool = False, size: tuple[int, int] = (1280, 900), **options: Any) -> Watched:
        file = tmp_path / f"page-{len(opened)}.html"
        file.write_bytes(page)
        context = window
        if options:
            context = chromium.new_context(reduced_motion="reduce", **options)
            own.append(context)
        opened.append(Watched(context, file, dark, size))
        return opened[-1]

    yield start
    for watched in opened:
        watched.page.close()
    for context in own:
        context.close()
    # What a page keeps, its theme, must not reach the next test's.
    window.pages[0].evaluate("localStorage.clear()")
    assert [fault for watched in opened for fault in watched.faults] == []


@pytest.fixture(scope="session")
def screenshot() -> Callable[[Any, str], None]:
    """Write a picture of the page where CI keeps it."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take
