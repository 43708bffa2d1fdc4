"""Actions and checks that browser tests share."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def unfold(page):
    """Open the table beside a chart; it is written a moment after the click."""
    page.click("summary")
    page.wait_for_selector("details[open] td")


def stroke(page) -> None:
    box = page.locator(".easel canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 320, steps=8)
    page.mouse.up()
