"""An arena as a page without scripts: findings, the table of scores, and an example of every map."""

from __future__ import annotations

from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

import cnnviz
from cnnviz.arena.result import Arena, Entry, Solved

from .build import PAGE, content_hash
from .color import viridis
from .notebook import data_address
from .page_file import Page
from .sheets.paper import to_png
from .sheets.rows_sheet import three_channels

_STYLES = ("css/1-base.css", "css/2-frame.css", "arena/arena.css")
_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
#: Steps of the shading of a score, from chance to the exact answer.
_STEPS = 10


def arena_page(result: Arena, start: str | None = None) -> Page:
    """Return the page; it has a single view, so ``start`` is ignored."""
    style = "".join((PAGE / part).read_text(encoding="utf-8") for part in _STYLES)
    environment = Environment(loader=FileSystemLoader(PAGE / "arena"), autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("arena.html.jinja").render(
        lead=_lead(result),
        findings=result.findings,
        left_out=result.left_out,
        problems=[_problem(result, one) for one in result.problems],
        groups=[
            {"name": name, "rows": [_row(result, method) for method in methods]}
            for name, methods in (("Methods", result.methods), ("Controls", result.controls))
        ],
        generator=f"cnnviz {cnnviz.__version__}",
        style=Markup(style),
        policy=f"{_POLICY}; style-src {content_hash(style)}",
    )
    return Page(html.encode("utf-8", "replace"))


def _lead(result: Arena) -> str:
    return (
        f"{len(result.methods)} attribution methods on {len(result.problems)} problems whose answer is known, up to "
        f"{result.count} images of each. A score is the share of the answer that a method finds."
    )


def _problem(result: Arena, one: Solved) -> dict[str, Any]:
    examples = [(method, result.find(method, one.name)) for method in (*result.methods, *result.controls)]
    return {
        "name": one.name,
        "title": one.title,
        "words": one.words,
        "finding": _sentence(result.finding(one)),
        "facts": _facts(one),
        "learned": one.learned,
        "image": _picture(three_channels(one.image)),
        "truth": _picture(np.repeat(one.truth[..., None], 3, axis=2).astype(np.uint8) * 255),
        "maps": [
            {"title": result.titles[method], "address": _picture(_colored(scores.example))}
            for method, scores in examples
            if scores is not None
        ],
    }


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _facts(one: Solved) -> str:
    said = [f"network right on {one.accuracy:.0%} of new images", f"chance {one.chance:.1%}"]
    said.extend(f"{value:.0%} of images {name}" for name, value in one.facts.items())
    said.append(f"{one.count} images explained")
    return "; ".join(said)


def _row(result: Arena, method: str) -> dict[str, Any]:
    entries = [(result.entry(method, one.name), one) for one in result.problems]
    return {"title": result.titles[method], "cells": [_cell(entry, one) for entry, one in entries]}


def _cell(entry: Entry | None, one: Solved) -> dict[str, Any]:
    if entry is None:
        return {"text": "–", "about": "could not be computed", "step": 0, "mark": ""}
    share = (entry.mean - one.chance) / (1 - one.chance)
    return {
        "text": f"{100 * entry.mean:.0f}",
        "about": f"{entry.mean:.1%}, 95 % interval {entry.low:.1%} to {entry.high:.1%}",
        "step": 0 if not one.present else int(np.clip(np.ceil(share * _STEPS), 0, _STEPS)),
        "mark": "fooled" if entry.fooled else "better" if entry.beats_edges else "",
    }


def _colored(evidence: np.ndarray) -> np.ndarray:
    return viridis()[evidence]


def _picture(pixels: np.ndarray) -> str:
    return data_address(to_png(Image.fromarray(pixels)))
