"""Findings are withheld while a model's input scaling is only assumed: they would be about wrong inputs."""

from __future__ import annotations

from collections.abc import Sequence

from cnnviz.core.model_card import ModelCard


def findings_on(model: ModelCard, found: Sequence[str]) -> tuple[str, ...]:
    """Return the findings, or one sentence that says why there are none and how to get them."""
    return tuple(found) if model.scale_settled else (withheld(model),)


def withheld(model: ModelCard) -> str:
    """Return the sentence that stands in place of findings."""
    return (
        f"No findings: the input scaling {model.scale} of {model.name} is an assumption; settle it with --scale, in "
        "Python scale=."
    )
