"""Pages of somebody's own: the example of docs/write-a-gallery-page.md, built from its text, and a real one."""

import re
from pathlib import Path

import pytest

from cnnviz.gallery.build import activations_page
from cnnviz.gallery.contract import ContractError
from cnnviz.gallery.sections import ALL
from tests.gallery.own_page import RECEPTIVE_FIELDS
from tests.helpers.pages import violations

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "write-a-gallery-page.md"


@pytest.fixture
def section(tmp_path):
    blocks = re.findall(r"```(\w+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "loudest.js").write_text(next(text for kind, text in blocks if kind == "js"), encoding="utf-8")
    names = {"__file__": str(tmp_path / "loudest.py")}
    exec(next(text for kind, text in blocks if kind == "python"), names)
    return names


@pytest.mark.browser
def test_the_documented_page_works(visit, conv2, section):
    page = visit(activations_page(conv2, sections=[*ALL, section["LOUDEST"]], start="#/loudest")).open()
    assert page.inner_text("h1") == "Loudest values"
    assert page.inner_text("li:has(a[href='#/layer/conv2'])").startswith("conv2 ")
    page.click("main a[href='#/layer/conv2']")
    page.wait_for_selector("h1:has-text('conv2')")
    page.click("nav a:has-text('Loudest')")
    page.wait_for_selector("h1:has-text('Loudest')")


def test_an_entry_that_breaks_its_schema_is_refused(conv2, section):
    from dataclasses import replace

    wrong = replace(section["LOUDEST"], entry=lambda content, blobs: {"loudest": {"conv2": "very"}})
    with pytest.raises(ContractError, match=r"sections\.loudest\.loudest\.conv2 is str, not number"):
        activations_page(conv2, sections=[*ALL, wrong])


@pytest.mark.browser
def test_a_page_of_ones_own_needs_a_section_a_module_and_a_style(visit, conv2):
    page = visit(activations_page(conv2, sections=[*ALL, RECEPTIVE_FIELDS], start="#/receptive-fields")).open()
    assert page.inner_text("h1") == "Receptive fields"
    assert "reads 9 pixels, 1.1\u202f% of the image" in page.inner_text("main .lead")
    page.click("main td a, main th a:has-text('conv2')")
    page.wait_for_selector("main .lead:has-text('conv2')")
    # Through two convolutions of 3×3 and a pooling of 2×2: 3 + 1 + 2 · 2 = 8 pixels each way.
    assert "reads 64 pixels" in page.inner_text("main .lead")
    box = page.locator(".own-box")
    assert (box.get_attribute("width"), box.get_attribute("height")) == ("8", "8")
    # The style of the section applies under the page's content security policy.
    assert box.evaluate("box => getComputedStyle(box).fill") == "none"
    assert not violations(page)


def test_a_style_that_would_end_its_element_is_refused(conv2, tmp_path):
    from dataclasses import replace

    from cnnviz.core.errors import UsageError

    (tmp_path / "page.css").write_text("a::after { content: '</style>'; }", encoding="utf-8")
    with pytest.raises(UsageError, match=r"page\.css holds text that would end the style element"):
        activations_page(conv2, sections=[replace(RECEPTIVE_FIELDS, style=tmp_path / "page.css")])
