"""``cnnviz heatmap --original``: the maps over the image files, on the page and on the sheet."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.attribution.heatmaps import Heatmaps
from cnnviz.core.render import show
from tests.helpers.pages import violations

from .looks import each_look


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> list[Path]:
    folder, random = tmp_path_factory.mktemp("photos"), np.random.default_rng(2)
    paths = []
    for name, size in (("wide.png", (200, 500)), ("large.png", (1600, 1000))):
        small = Image.fromarray(random.integers(0, 256, (4, 5, 3), dtype=np.uint8))
        paths.append(folder / name)
        small.resize(size[::-1], Image.Resampling.BICUBIC).save(paths[-1])
    return paths


def made(photos: list[Path], fit: str) -> Heatmaps:
    return cnnviz.heatmaps("fmnist-cnn", photos, ["grad-cam", "saliency"], fit=fit)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("fit", "spans"),
    [
        ("crop", [(0, 0.3, 1, 0.4), (300 / 1600, 0, 1000 / 1600, 1)]),
        pytest.param("stretch", [(0, 0, 1, 1), (0, 0, 1, 1)], marks=pytest.mark.slow),
        # 28 × 28 with the image in rows 8 to 19 of 28, or columns 5 to 22.
        pytest.param("pad", [(-8 / 11, 0, 28 / 11, 1), (0, -5 / 17, 1, 28 / 17)], marks=pytest.mark.slow),
    ],
)
def test_the_veil_lies_over_what_the_model_saw(visit, photos: list[Path], fit: str, spans) -> None:
    watched = visit(show(made(photos, fit), "page", original=True).single())
    for k, span in enumerate(spans):
        page = watched.open(f"#/image/{k}")
        page.wait_for_selector(f".original[data-drawn='{k}']")
        boxes = page.evaluate(
            "[...document.querySelectorAll('.original')].map((one) => [one, ...one.children].map((part) => "
            "{ const box = part.getBoundingClientRect(); return [box.top, box.left, box.height, box.width]; }))"
        )
        assert len(boxes) == 2
        for stage, picture, veil in boxes:
            assert picture == pytest.approx(stage, abs=1)
            top, left, height, width = picture
            assert width / height == pytest.approx((2.5, 0.625)[k], rel=0.02)
            found = ((veil[0] - top) / height, (veil[1] - left) / width, veil[2] / height, veil[3] / width)
            assert found == pytest.approx(span, abs=0.02)
        said = page.inner_text(".originals .note")
        assert said.startswith(
            ("The image file, 500×200 pixels", "The image file, 1000×1600 pixels, shown with 640×1024")[k]
        )
        assert ("under the map" in said) == (fit == "crop")


@pytest.mark.browser
@each_look(1280, 390)
def test_it_is_accessible_and_fits_wide_and_narrow(visit, photos: list[Path], width: int, dark: bool) -> None:
    watched = visit(show(made(photos, "pad"), "page", original=True).single(), dark, (width, 900))
    page = watched.open("#/image/0")
    page.wait_for_selector(".original[data-drawn]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []


def test_other_pages_hold_no_originals(photos: list[Path]) -> None:
    result = made(photos, "stretch")
    assert result.to_html(original=True) == show(result, "page", original=True).single()
    one = result["saliency"].to_html(original=True)
    assert isinstance(one, bytes) and b'"originals":[{' in one
    with_, without = (show(result, "page", original=wish).single() for wish in (True, False))
    assert b'"originals":null' in without and b'"originals":[{' in with_ and len(with_) > len(without) + 10_000


def test_the_sheet_has_the_size_of_the_files(photos: list[Path]) -> None:
    result = made(photos, "stretch")
    sheet = np.asarray(Image.open(io.BytesIO(show(result, "png", original=True))))
    wide = np.asarray(Image.open(photos[0]))
    np.testing.assert_array_equal(sheet[132 : 132 + 200, 24 : 24 + 500], wide)
    # In its own column, as wide as the widest, the same as from Python.
    column = 24 + 640 + 20
    drawn = result["grad-cam"].overlay(0, original=True)
    np.testing.assert_array_equal(sheet[132 : 132 + 200, column : column + 500], drawn)
