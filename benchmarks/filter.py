"""Time of the images page to filter 10,000 images and draw the rest, in headless Chromium.

    python benchmarks/filter.py [--check]

A step is everything between the user's input and the new layout: reading the input, filtering and sorting, tiles,
count, address; and, measured separately, until the next frame is displayed. The bound is 50 ms (median) for the slowest
kind of step. With --check a missed bound fails the command.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.model_card import ModelCard
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

PICTURES, CLASSES, SIDE = 10_000, 10, 28
BOUND = 50

#: Changes a field and measures the time until the layout is complete, and until the second frame after it.
STEP = """async ([selector, value, happens]) => {
  const field = document.querySelector(selector);
  const from = performance.now();
  if (field.type === "radio") field.checked = true;
  else field.value = value;
  field.dispatchEvent(new Event(happens, { bubbles: true }));
  document.body.getBoundingClientRect();
  const laid = performance.now() - from;
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  return [laid, performance.now() - from];
}"""

#: Repeated user actions: a name, and the field, value and event of each step.
STEPS = {
    "true class": [("label:nth-of-type(1) select", str(c % CLASSES), "change") for c in range(20)],
    "right or wrong": [(f".filters input[value='{v}']", v, "change") for v in ("1", "0", "any") * 7],
    "confidence": [("input[type=range]", f"{0.01 * (i % 40):.2f}", "input") for i in range(40)],
    "free text": [("input[type=search]", text, "input") for text in ("1", "12", "12.", "", ".png", "7") * 5],
    "order": [(".found select", name, "change") for name in ("loss", "sure", "class", "unsure", "number") * 5],
}


def page() -> bytes:
    """A page of noise images and random predictions, three quarters of them right."""
    random = np.random.default_rng(0)
    labels = random.integers(0, CLASSES, PICTURES)
    logits = random.normal(0, 1, (PICTURES, CLASSES))
    logits[np.arange(PICTURES), labels] += 2.5
    shares = np.exp(logits)
    names = tuple(f"class {i}" for i in range(CLASSES))
    pixels = random.integers(0, 256, (PICTURES, SIDE, SIDE)).astype(np.uint8)
    images = Images(pixels, labels, names, names=tuple(f"{i:05}.png" for i in range(PICTURES)))
    card = ModelCard("made up", "00", (SIDE, SIDE, 1), names, (), 0)
    answers = Predictions(images, card, (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32))
    return build_page(Content(answers)).single()


def measure(browser: Any, file: Path) -> dict[str, tuple[float, float]]:
    """Return the medians of each kind of step: until laid out, and until shown (ms)."""
    medians = {}
    for name, steps in STEPS.items():
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(file.as_uri() + "#/images")
        tab.wait_for_selector(".wall a")
        times = [tab.evaluate(STEP, list(step)) for step in steps]
        medians[name] = (statistics.median(t[0] for t in times), statistics.median(t[1] for t in times))
        tab.close()
    return medians


def main() -> None:
    from ensure_needs import NEEDS
    from playwright.sync_api import sync_playwright

    chromium = NEEDS["chromium"].find()
    if chromium is None:
        sys.exit("there is no Chromium; make test-needs installs one")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(page())
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        medians = measure(browser, file)
        browser.close()
    print(f"{PICTURES:,} images of {SIDE}×{SIDE}")
    for name, (laid, shown) in medians.items():
        print(f"{name}: {laid:.1f} ms until laid out, {shown:.1f} ms until shown")
    if max(laid for laid, _ in medians.values()) > BOUND and "--check" in sys.argv[1:]:
        sys.exit(f"over the bound of {BOUND} ms")


if __name__ == "__main__":
    main()
