"""Make the sample gallery in docs/sample and the pictures of it that the README shows.

    python tools/make_sample_gallery.py

Needs Chromium, which the tests' set-up finds or fetches.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "sample" / "report.html"
IMAGES = ROOT / "docs" / "images"

#: Picture file to the route that it shows and the colour scheme.
SHOTS = {
    "layer-light": ("#/layer/conv2?image=4&channel=21", "light"),
    "layer-dark": ("#/layer/conv2?image=4&channel=21", "dark"),
    "overview": ("#/?image=4", "light"),
    "image": ("#/image/4", "light"),
    "channel": ("#/layer/conv2/21", "light"),
    "images": ("#/images?right=0&sort=loss", "dark"),
    "draw": ("#/draw?image=4", "dark"),
}


def main() -> None:
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tools"))
    from ensure_needs import NEEDS

    browser_path = NEEDS["chromium"].find()
    if browser_path is None:
        sys.exit("there is no Chromium; make test-needs fetches one")
    command = [sys.executable, "-m", "cnnviz", "report", "--out", str(PAGE), "--force"]
    subprocess.run(command, check=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(browser_path), args=["--no-sandbox"])
        for name, (route, scheme) in SHOTS.items():
            context = browser.new_context(
                viewport={"width": 1280, "height": 880}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.goto(PAGE.as_uri() + route)
            page.wait_for_timeout(800)
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()
    print(f"{PAGE.relative_to(ROOT)} ({PAGE.stat().st_size / 1e6:.2f} MB) and {len(SHOTS)} pictures of it")


if __name__ == "__main__":
    main()
