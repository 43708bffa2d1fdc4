"""The example of docs/write-a-gallery-page.md, built from the text of that page."""

import re
from pathlib import Path

import pytest

from cnnviz.gallery.build import activations_page
from cnnviz.gallery.contract import ContractError
from cnnviz.gallery.sections import ALL

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
