"""Time of the draw page in headless Chromium: until it is ready, and per frame during a stroke.

    python benchmarks/frame.py [--check]

A frame is everything: the whole network, class bars, Grad-CAM, and the tiles of every layer. Bounds on the medians:
fmnist-cnn is ready in 300 ms and takes 6 ms per frame, a residual network of 400,000 parameters 16 ms per frame. With
--check a missed bound fails the command.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import cnnviz
from cnnviz.gallery import activations_page

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

READY = 300
FRAMES = {"fmnist-cnn": 6, "residual net": 16}

#: Runs before the page: records when the page is ready, and the computing time of each frame.
WATCH = """
window.times = { ready: 0, frames: [] };
new MutationObserver(() => {
  if (!times.ready && document.querySelector("main > .page-draw .bars tr.top")) times.ready = performance.now();
}).observe(document, { childList: true, subtree: true });
const request = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (work) => request((now) => {
  const from = performance.now();
  work(now);
  times.frames.push(performance.now() - from);
});
"""


def measure(browser: Any, page: bytes, folder: Path) -> tuple[float, float]:
    """Return the medians of five openings (ms until ready) and of the frames of a long stroke (ms)."""
    file = folder / "page.html"
    file.write_bytes(page)
    ready, frames = [], []
    for _ in range(5):
        # Tall, so that every layer is visible and painted.
        tab = browser.new_page(viewport={"width": 1280, "height": 2600})
        tab.add_init_script(WATCH)
        tab.goto(file.as_uri() + "#/draw")
        tab.wait_for_selector(".page-draw .bars tr.top")
        tab.wait_for_timeout(200)
        ready.append(tab.evaluate("times.ready"))
        box = tab.locator(".easel canvas").bounding_box()
        tab.mouse.move(box["x"] + 40, box["y"] + 40)
        tab.mouse.down()
        tab.evaluate("times.frames.length = 0")
        for i in range(40):
            place = 40 + (i * 37) % int(box["width"] - 80)
            tab.mouse.move(box["x"] + place, box["y"] + 40 + i * (box["height"] - 80) / 40)
        frames += tab.evaluate("times.frames")
        tab.mouse.up()
        tab.close()
    return statistics.median(ready), statistics.median(frames)


def main() -> None:
    from engine import residual
    from ensure_needs import NEEDS
    from playwright.sync_api import sync_playwright

    chromium = NEEDS["chromium"].find()
    if chromium is None:
        sys.exit("there is no Chromium; make test-needs installs one")
    images = cnnviz.open_images("sample")[:10]
    missed = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        for name, model, layers in (
            ("fmnist-cnn", cnnviz.open_model("fmnist-cnn"), ["conv2"]),
            ("residual net", cnnviz.wrap(residual(), scale="0-1"), ["out64", "out104"]),
        ):
            page = activations_page(cnnviz.activations(model, images, layers))
            ready, frame = measure(browser, page, Path(folder))
            parameters = f"{model.card.parameters:,} parameters"
            print(f"{name}, {parameters}: page {len(page) / 1e6:.2f} MB, ready in {ready:.0f} ms, {frame:.2f} ms/frame")
            if name == "fmnist-cnn" and ready > READY:
                missed.append(f"{name} is not ready in {READY} ms")
            if frame > FRAMES[name]:
                missed.append(f"{name} takes more than {FRAMES[name]} ms per frame")
        browser.close()
    if missed and "--check" in sys.argv[1:]:
        sys.exit("; ".join(missed))


if __name__ == "__main__":
    main()
