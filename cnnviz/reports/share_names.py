"""The names of two models and of their classes, for a comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.models.distinct_names import with_distinct_names

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


def share_names(
    first: tuple[Probe, Images], second: tuple[Probe, Images]
) -> tuple[tuple[Probe, Images], tuple[Probe, Images]]:
    """Return both models with names that suit a comparison.

    If one model has class names and the other only as many numbers, both take the names. Models of the same name are
    named after their files, if these differ.
    """
    (a, seen_by_a), (b, seen_by_b) = first, second
    if a.named != b.named and len(a.class_names) == len(b.class_names):
        if a.named:
            b, seen_by_b = _with_class_names(b, a.class_names).align(seen_by_b)
        else:
            a, seen_by_a = _with_class_names(a, b.class_names).align(seen_by_a)
    a, b = with_distinct_names(a, b)
    return (a, seen_by_a), (b, seen_by_b)


def _with_class_names(probe: Probe, class_names: tuple[str, ...]) -> Probe:
    return replace(probe, card=replace(probe.card, class_names=class_names), named=True)
