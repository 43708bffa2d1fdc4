"""A trust report as a page without scripts: findings, the table of metrics, and the curves of each method."""

from __future__ import annotations

from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import cnnviz
from cnnviz.reports.trust.result import EDGES, RANDOM, MetricFacts, Trust

from .build import PAGE, content_hash
from .figures.trust_figure import shaded
from .page_file import Page

_STYLES = ("css/1-base.css", "css/2-frame.css", "arena/arena.css", "trust/trust.css")
_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
#: What the columns of each kind of metric are headed.
_ASKS = {
    "faithful": "Does the score follow the map?",
    "sensitive": "Does it change with the network?",
    "robust": "Is it steady?",
    "simple": "Is it concentrated?",
    "located": "Is it on the object?",
}
#: The size of a curve's drawing, in its own units.
_WIDTH, _HEIGHT = 200, 110
_STEPS = 10


def trust_page(result: Trust, start: str | None = None) -> Page:
    """Return the page; it has a single view, so ``start`` is ignored."""
    style = "".join((PAGE / part).read_text(encoding="utf-8") for part in _STYLES)
    environment = Environment(loader=FileSystemLoader(PAGE / "trust"), autoescape=True, undefined=StrictUndefined)
    metrics = sorted(result.metrics, key=lambda one: list(_ASKS).index(one.asks))
    html = environment.get_template("trust.html.jinja").render(
        title=f"Can the heatmaps of {result.model} be believed?",
        lead=_lead(result),
        findings=result.findings,
        left_out=result.left_out,
        again=result.again if result.again < result.images else 0,
        groups=_groups(metrics),
        metrics=[{"title": one.title, "unit": one.unit, "better": one.better, "paper": one.paper} for one in metrics],
        rows=[_row(result, method, metrics) for method in result.verdicts],
        controls=[_row(result, method, metrics) for method in result.controls],
        curves=[_curves(result, one) for one in metrics if _has_curve(result, one)],
        generator=f"cnnviz {cnnviz.__version__}",
        style=Markup(style),
        policy=f"{_POLICY}; style-src {content_hash(style)}",
    )
    return Page(html.encode("utf-8", "replace"))


def _lead(result: Trust) -> str:
    where = f"{result.images:,} images of {result.source}"
    return f"{len(result.methods)} attribution methods explain the predicted class of {where}."


def _groups(metrics: list[MetricFacts]) -> list[dict[str, Any]]:
    asked = list(dict.fromkeys(one.asks for one in metrics))
    return [{"title": _ASKS[asks], "count": sum(one.asks == asks for one in metrics)} for asks in asked]


def _row(result: Trust, method: str, metrics: list[MetricFacts]) -> dict[str, Any]:
    verdict = result.verdicts.get(method)
    said, kind = "", ""
    if verdict is not None:
        said, kind = ("faithful", "yes") if verdict.faithful else ("", "")
        if verdict.fails_randomization:
            said, kind = "keeps its map with random weights", "no"
    return {
        "title": result.titles[method],
        "verdict": said,
        "kind": kind,
        "cells": [_cell(result, method, one) for one in metrics],
    }


def _cell(result: Trust, method: str, metric: MetricFacts) -> dict[str, Any]:
    entry, drawn = result.entry(method, metric.spec), shaded(result, method, metric)
    if entry is None or np.isnan(entry.mean):
        return {"text": drawn.text, "about": "undefined", "step": 0, "mark": ""}
    return {
        "text": drawn.text,
        "about": f"{entry.mean:.4f}, 95 % interval {entry.low:.4f} to {entry.high:.4f}; better than a random map by "
        f"{entry.over_random:.4f} (p = {entry.p_random:.3g}), than the edges by {entry.over_edges:.4f} "
        f"(p = {entry.p_edges:.3g})",
        "step": round(drawn.shade * _STEPS),
        "mark": "fooled" if drawn.wrong else "better" if drawn.strong else "",
    }


def _has_curve(result: Trust, metric: MetricFacts) -> bool:
    return metric.asks == "faithful" and any(one.metric == metric.spec and len(one.curve) for one in result.scores)


def _curves(result: Trust, metric: MetricFacts) -> dict[str, Any]:
    """Return small drawings, one a method: its mean curve before those of the controls."""
    held = {one.method: one for one in result.scores if one.metric == metric.spec and len(one.curve)}
    every = np.concatenate([one.curve for one in held.values()])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    room = (high - low) or 1.0

    def line(method: str) -> str:
        one = held[method]
        x, y = one.at / one.at[-1] * _WIDTH, (1 - (one.curve - low) / room) * _HEIGHT
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))

    shown = [method for method in result.verdicts if method in held]
    return {
        "title": metric.title,
        "about": f"{'Higher' if metric.better == 'high' else 'Lower'} is better. From {low:.2f} to {high:.2f}.",
        "size": f"-2 -2 {_WIDTH + 4} {_HEIGHT + 4}",
        "drawings": [
            {
                "title": result.titles[method],
                "line": line(method),
                "random": line(RANDOM) if RANDOM in held else "",
                "edges": line(EDGES) if EDGES in held else "",
                "label": f"{metric.title} of {result.titles[method]}",
            }
            for method in shown
        ],
    }
