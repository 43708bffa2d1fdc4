"""The page in Debian's Firefox: every route opens in peace, and the network in it computes what Keras does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.render import show
from cnnviz.reports.report import Report, report

from .conftest import SCREENSHOTS
from .firefox import Firefox, FirefoxError

#: A route for every section, and some that ask for more.
ROUTES = {
    "overview": "#/",
    "images": "#/images",
    "image": "#/image/ID",
    "layer": "#/layer/conv2?image=ID&channel=11&cell=4,5",
    "channel": "#/layer/conv2/11",
    "compare": "#/compare?of=classes&a=6&b=4",
    "draw": "#/draw?image=ID",
    "about": "#/about",
    "data": "#/data",
    "network": "#/network",
    "evaluation": "#/evaluation",
    "units": "#/layer/dense1",
    "pictures": "#/compare?a=ID&b=OTHER",
    "nowhere": "#/nowhere",
}
DRAWN = "document.querySelector('main .page') && !document.querySelector('main [aria-busy=true]')"
FRAMES = "await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));"


@pytest.fixture(scope="module")
def made() -> Report:
    """The bundled model on 60 pictures."""
    return report("fmnist-cnn", cnnviz.open_images("sample")[:60], include=())


@pytest.fixture(scope="module")
def page(made: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page as a file on disk."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_bytes(show(made, "page").single())
    return file.as_uri()


@pytest.fixture(scope="module")
def firefox(firefox_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with Firefox(firefox_path, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


def visit(firefox: Firefox, address: str) -> str:
    """Open an address afresh, wait until it is drawn, and return its text."""
    firefox.open("about:blank")
    firefox.open(address)
    firefox.until(DRAWN)
    return firefox.run(FRAMES + "return document.querySelector('main').innerText;")


@pytest.mark.slow
def test_every_route_opens_and_nothing_complains(firefox: Firefox, page: str, made: Report) -> None:
    sections = json.loads(re.search(r'id="data">(.*?)</script>', Path(page[7:]).read_text("utf-8"), re.DOTALL)[1])
    assert set(sections["sections"]) <= set(ROUTES), "give the new section a route here"
    ids = made.images.indices
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for name, route in ROUTES.items():
        words = visit(firefox, page + route.replace("ID", str(ids[6])).replace("OTHER", str(ids[9])))
        assert len(words) > 40 and "could not be shown" not in words, (name, words[:300])
        assert firefox.run("return document.documentElement.scrollWidth <= innerWidth"), name
        requested = firefox.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert [url for url in requested if not url.startswith("data:")] == [], name
        firefox.screenshot(SCREENSHOTS / f"firefox-{name}.png")
    assert firefox.complaints() == []


def test_a_live_layer_has_the_values_of_keras(firefox: Firefox, page: str, made: Report) -> None:
    values = cnnviz.activations("fmnist-cnn", made.images[6:7], ["conv1", "conv2", "conv3"])
    for path, channel in (("conv1", 3), ("conv2", 11), ("conv3", 40)):
        of_channel = values[path][0, ..., channel]
        row, column = np.unravel_index(of_channel.argmax(), of_channel.shape)
        assert of_channel[row, column] > 0.1, "choose a channel that answers"
        route = f"#/layer/{path}?image={made.images.indices[6]}&channel={channel}&cell={row},{column}"
        words = visit(firefox, page + route)
        assert "Computed in this page" in words, path
        shown = firefox.run("return document.querySelector('.readout b').textContent")
        assert float(shown) == pytest.approx(float(of_channel[row, column]), rel=1e-3, abs=5e-4), path
    assert firefox.complaints() == []


def test_what_is_drawn_is_answered_as_keras_does(firefox: Firefox, page: str, made: Report) -> None:
    expected = cnnviz.open_model("fmnist-cnn").probabilities(made.images)
    for k in (0, 6, 21):
        visit(firefox, f"{page}#/draw?image={made.images.indices[k]}")
        firefox.until("document.querySelector('.studio-answer .bars tr.top')")
        firefox.run("document.querySelector('.studio-answer summary').click()")
        firefox.until("document.querySelector('.studio-answer details[open] tbody tr')")
        rows = firefox.run(
            "return [...document.querySelectorAll('.studio-answer details tbody tr')]"
            ".map((row) => [...row.children].map((cell) => cell.textContent))"
        )
        told = {name: float(share) for name, share in rows}
        np.testing.assert_allclose([told[name] for name in made.images.class_names], expected[k], atol=1e-3)
    assert firefox.complaints() == []


def test_back_and_forward_restore_the_view(firefox: Firefox, page: str) -> None:
    visit(firefox, f"{page}#/layer/conv2")
    firefox.run("document.querySelector(\"[data-channel='17']\").click()")
    firefox.until("location.hash.endsWith('channel=17')")
    firefox.until("document.querySelector(\"[data-channel='17'][aria-checked=true]\")")
    firefox.run("document.querySelector('nav a[href^=\"#/about\"]').click()")
    firefox.until("document.querySelector('.page-about')")
    firefox.run("history.back()")
    firefox.until("document.querySelector(\".page-layer [data-channel='17'][aria-checked=true]\")")
    firefox.run("history.back()")
    firefox.until("!location.hash.includes('channel')")
    firefox.until("!document.querySelector(\"[data-channel='17'][aria-checked=true]\")")
    firefox.run("history.go(2)")
    firefox.until("document.querySelector('.page-about')")
    assert firefox.complaints() == []


def test_complaints_are_heard(firefox_path: Path, tmp_path: Path) -> None:
    """A page that logs, throws, breaks a promise and asks for what its policy forbids."""
    file = tmp_path / "page.html"
    file.write_text(
        '<!doctype html><meta charset="utf-8">'
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">"""
        "<main><p class='page'>x</p></main><script>console.warn('logged'); new Image().src = 'https://example.com/a.png';"
        "Promise.reject(new Error('broken promise')); setTimeout(() => { throw new Error('thrown'); });</script>",
        encoding="utf-8",
    )
    with Firefox(firefox_path, tmp_path) as firefox:
        visit(firefox, file.as_uri())
        heard = "\n".join(firefox.complaints())
        for words in ("logged", "example.com", "broken promise", "thrown"):
            assert words in heard
        with pytest.raises(FirefoxError, match="no such word"):
            firefox.run("throw new Error('no such word')")
        process = firefox.process
    assert process.poll() is not None


def test_a_dropped_photo_is_answered_as_in_the_shell(firefox: Firefox, page: str, made: Report, tmp_path: Path) -> None:
    """Its own decoder and canvas give the same pixels."""
    skimage = pytest.importorskip("skimage")
    coffee = Path(skimage.__file__).parent / "data" / "coffee.png"
    expected = cnnviz.predict("fmnist-cnn", [coffee]).probabilities[0]
    visit(firefox, f"{page}#/draw")
    firefox.until("document.querySelector('.studio-answer .bars tr.top')")
    drop = """
      const [text] = arguments;
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], "photo.png", { type: "image/png" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    """
    firefox.run(drop, base64.b64encode(coffee.read_bytes()).decode())
    firefox.until("document.querySelector('.done')?.textContent.includes('resized from 600×400')")
    firefox.run(FRAMES + "document.querySelector('.studio-answer summary').click()")
    firefox.until("document.querySelector('.studio-answer details[open] tbody tr')")
    rows = firefox.run(
        FRAMES + "return [...document.querySelectorAll('.studio-answer details tbody tr')]"
        ".map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    told = {name: float(share) for name, share in rows}
    np.testing.assert_allclose([told[name] for name in made.images.class_names], expected, atol=1e-3)
    assert firefox.complaints() == []
