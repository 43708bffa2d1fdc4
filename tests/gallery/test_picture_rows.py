"""Rows of pictures as a sheet, a page without a script, and in a notebook."""

from __future__ import annotations

import base64
import io
import re
from html import unescape

import numpy as np
import pytest
from PIL import Image

from cnnviz.core.render import show
from cnnviz.data.image_rows import ImageRows
from cnnviz.gallery.sheets.paper import MARGIN

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 3, 9, 12, 1), np.uint8)
ROWS = ImageRows("A <title>", "about & so", ("as they are", "flip <b>"), (PIXELS[0], PIXELS[1, :2]), parted=1)


def test_the_page_holds_every_picture_and_no_script() -> None:
    html = ROWS.to_html().decode()
    assert "<script" not in html and "A &lt;title&gt;" in html and "flip &lt;b&gt;" in html
    assert "default-src 'none'; img-src data:;" in unescape(html)
    found = re.findall(r'alt="([^"]*)" src="data:image/png;base64,([^"]*)" width="(\d+)" height="(\d+)"', html)
    assert [one[0] for one in found] == [
        *(f"as they are, {i}" for i in (1, 2, 3)),
        "flip &lt;b&gt;, 1",
        "flip &lt;b&gt;, 2",
    ]
    assert {(one[2], one[3]) for one in found} == {("84", "63")}, "7 times as large: whole pixels"
    for (_, data, _, _), picture in zip(found, [*PIXELS[0], *PIXELS[1, :2]], strict=True):
        held = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
        np.testing.assert_array_equal(held, picture.repeat(3, axis=2))
    assert ROWS.to_html() == html.encode()


def test_the_sheet_shows_the_pictures_enlarged() -> None:
    sheet = np.asarray(Image.open(io.BytesIO(show(ROWS, "png"))).convert("RGB"))
    for picture in [*PIXELS[0], *PIXELS[1, :2]]:
        large = picture.repeat(6, axis=0).repeat(6, axis=1).repeat(3, axis=2)
        places = np.argwhere((sheet[:, :, 0] == large[0, 0, 0])[: 1 - large.shape[0], : 1 - large.shape[1]])
        cut = (sheet[y : y + large.shape[0], x : x + large.shape[1]] for y, x in places if x > MARGIN)
        assert any((one == large).all() for one in cut)


def test_a_notebook_shows_the_sheet() -> None:
    assert ROWS._repr_png_().startswith(b"\x89PNG")
    summary = ROWS._repr_html_()
    assert summary.count("<img") == 1 and "A &lt;title&gt;" in summary and len(summary) < 300_000


@pytest.mark.parametrize("width", [1280, 360])
def test_in_a_browser_nothing_is_blocked_and_rows_scroll_by_themselves(chromium, tmp_path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    many = ImageRows("Rows", "about", ("one", "two"), (PIXELS[0].repeat(4, axis=0),) * 2)
    path = many.to_html(tmp_path / "rows.html")
    page = chromium.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth === 12)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    scrolls = page.evaluate(
        "(() => { const rows = document.querySelector('.rows'); return rows.scrollWidth > rows.clientWidth; })()"
    )
    assert scrolls == (width == 360)
    assert not Axe().run(page).response["violations"] and not said
    page.close()
