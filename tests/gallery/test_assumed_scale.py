"""A page of a model whose input scaling is an assumption says so on every page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cnnviz.gallery import activations_page

pytestmark = pytest.mark.browser


def test_an_assumed_scale_is_said_on_every_page(visit, result) -> None:
    card = replace(result.model, scale="0-1", scale_reason="assumed: nothing shows it", scale_settled=False)
    visitor = visit(activations_page(replace(result, model=card)))
    for address in ("#/", "#/images", "#/about"):
        page = visitor.open(address)
        banner = page.locator(".assumption")
        assert banner.count() == 1 and banner.is_visible()
        assert (
            banner.inner_text().startswith("Input scaling 0-1 is an assumption.") and "--scale" in banner.inner_text()
        )


def test_a_settled_scale_needs_no_banner(visit, result) -> None:
    assert visit(activations_page(result)).open("#/").locator(".assumption").count() == 0


def test_no_finding_is_built_on_an_assumed_scale(visit, result) -> None:
    assert visit(activations_page(result)).open("#/").locator("ul.findings").count() == 1
    card = replace(result.model, scale="0-1", scale_reason="assumed: nothing shows it", scale_settled=False)
    assert visit(activations_page(replace(result, model=card))).open("#/").locator("ul.findings").count() == 0
