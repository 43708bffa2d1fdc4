"""Make the sample gallery in docs/sample and its screenshots for the README.

    python tools/make_sample_gallery.py

Needs Chromium, which `make test-needs` installs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "sample" / "report.html"
FILTERS = ROOT / "docs" / "sample" / "filters.html"
IMAGES = ROOT / "docs" / "images"

#: Screenshot file to route and color scheme.
SHOTS = {
    "layer-light": ("#/layer/conv2?image=4&channel=21", "light"),
    "layer-dark": ("#/layer/conv2?image=4&channel=21", "dark"),
    "overview": ("#/?image=4", "light"),
    "image": ("#/image/4", "light"),
    "channel": ("#/layer/conv2/21", "light"),
    "images": ("#/images?right=0&sort=loss", "dark"),
    "draw": ("#/draw?image=4", "dark"),
}
#: Methods of the heatmap page, which is made only for its screenshots.
METHODS = ("grad-cam", "integrated-gradients", "occlusion", "guided-backprop")
HEAT_SHOTS = {f"heatmap-{scheme}": ("#/images", scheme) for scheme in ("light", "dark")}
FILTER_SHOTS = {"filter": ("#/layer/conv2/17", "light"), "ablation": ("#/ablation", "light")}
MAP_SHOTS = {"embedding": ("#/embedding", "dark")}


def main() -> None:
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tools"))
    from ensure_needs import NEEDS

    browser_path = NEEDS["chromium"].find()
    if browser_path is None:
        sys.exit("there is no Chromium; make test-needs installs one")
    cnnviz = [sys.executable, "-m", "cnnviz"]
    subprocess.run([*cnnviz, "report", "--out", str(PAGE), "--force"], check=True)
    subprocess.run([*cnnviz, "filters", "--layer", "conv2", "--out", str(FILTERS), "--force"], check=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        heat_page = Path(folder) / "heatmap.html"
        methods = [word for method in METHODS for word in ("--method", method)]
        subprocess.run([*cnnviz, "heatmap", "--wrong", "--n", "10", *methods, "--out", str(heat_page)], check=True)
        map_page = Path(folder) / "embedding.html"
        subprocess.run([*cnnviz, "embedding", "--out", str(map_page)], check=True)
        browser = playwright.chromium.launch(executable_path=str(browser_path), args=["--no-sandbox"])
        shots = [(PAGE, SHOTS), (heat_page, HEAT_SHOTS), (FILTERS, FILTER_SHOTS), (map_page, MAP_SHOTS)]
        for file, name, route, scheme in ((file, n, *shot) for file, some in shots for n, shot in some.items()):
            context = browser.new_context(
                viewport={"width": 1280, "height": 880}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(file.as_uri() + route)
            # Space for a scroll bar, which screenshots lack.
            page.evaluate("document.documentElement.style.scrollbarGutter = 'auto'")
            page.wait_for_timeout(800)
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()
    for page in (PAGE, FILTERS):
        print(f"{page.relative_to(ROOT)} ({page.stat().st_size / 1e6:.2f} MB)")


if __name__ == "__main__":
    main()
