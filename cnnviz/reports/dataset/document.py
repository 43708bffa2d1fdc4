"""A data report as one JSON document, without its images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.json_document import SCHEMA_VERSION

from ..suspects.duplicates import Duplicates
from .findings import number_of
from .first_of_class import MOST_CLASSES
from .similar_classes import closest_pairs, nearest_pairs

if TYPE_CHECKING:
    from .result import DataReport, SetReport

#: The most pairs of classes and suspects of one kind that are listed.
MOST_PAIRS, MOST_SUSPECTS = 20, 1000


def document(report: DataReport, brief: bool = False) -> dict[str, Any]:
    """Return everything but the images as JSON-ready values. None means left out; ``left_out`` has the reasons.

    ``brief`` leaves out what grows with the square of the number of classes, for more classes than a page can show.
    """
    brief = brief and len(report.class_names) > MOST_CLASSES
    names = report.class_names
    first = report.first.profile
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "data",
        "findings": list(report.findings),
        "left_out": list(report.left_out),
        "class_names": list(names),
        "sets": [_set(one) for one in report.sets],
        "mean_differences": _differences(report),
        "correlation": {
            "order": report.order.tolist(),
            "sets": [] if brief else [plain(one.profile.correlation) for one in report.sets],
            "difference": plain(first.correlation - report.sets[1].profile.correlation)
            if report.same_classes and not brief
            else None,
        },
        "closest_pairs": [
            {"classes": [names[a], names[b]], "correlation": plain(value)}
            for a, b, value in closest_pairs(first, MOST_PAIRS)
        ],
        "nearest_pairs": [
            {"classes": [names[a], names[b]], "separation": plain(value)}
            for a, b, value in nearest_pairs(first, MOST_PAIRS)
        ],
        "fisher": plain(first.fisher.mean(axis=2)),
        "separability": _separability(report),
        "importance": _importance(report),
        "leaks": None if report.leaks is None else _pairs(report.leaks, report.sets[0], report.sets[1]),
        "drift": _drift(report),
    }


def plain(value: Any) -> Any:
    """Return numbers and arrays as JSON values, rounded to ten digits; values that are not finite become None."""
    if isinstance(value, np.ndarray):
        if not value.ndim:
            return plain(value.item())
        finite = np.isfinite(value)
        most = float(np.abs(value[finite]).max(initial=0))
        rounded = np.round(value, 9 - int(np.floor(np.log10(most)))) if most else value
        return np.where(finite, rounded.astype(object), None).tolist()  # type: ignore[call-overload]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(f"{float(value):.10g}") if np.isfinite(value) else None


def _set(one: SetReport) -> dict[str, Any]:
    profile, tally = one.profile, one.profile.tally
    return {
        "name": one.name,
        "source": profile.source,
        "pictures": tally.seen,
        "shape": list(tally.shape),
        "type": one.kind,
        "hash": one.hash or None,
        "labelled": profile.labelled,
        "notes": list(one.notes),
        "missing": {"values": one.missing_values, "pictures": list(one.missing_pictures)},
        "peak": profile.peak,
        "range": [plain(tally.lowest), plain(tally.highest)],
        "darkest_maximum": _extreme(one, tally.darkest_maximum),
        "lightest_minimum": _extreme(one, tally.lightest_minimum),
        "constant": [number_of(one, i) for i in tally.constant],
        "mean": plain(profile.mean),
        "deviation": plain(profile.deviation),
        "classes": [
            {
                "name": name,
                "pictures": int(tally.counts[k]),
                "share": plain(profile.balance[k]),
                "mean": plain(profile.class_means[k]),
                "spread": plain(profile.spreads[k]),
                "levels": tally.levels[k].tolist(),
            }
            for k, name in enumerate(profile.class_names)
        ],
        "duplicates": None if one.duplicates is None else _pairs(one.duplicates, one, one),
        "odd": _odd(one),
        "label_errors": _labels(one),
    }


def _extreme(one: SetReport, found: tuple[float, int]) -> dict[str, Any]:
    return {"value": plain(found[0]), "picture": number_of(one, found[1])}


def _differences(report: DataReport) -> list[dict[str, Any]] | None:
    held = report.differences
    if held is None:
        return None
    names = report.class_names if len(held.differences) == len(report.class_names) else ("all images",)
    return [
        {
            "class": name,
            "difference": plain(held.differences[k]),
            "low": plain(held.low[k]),
            "high": plain(held.high[k]),
            "noise": bool(held.noise[k]) if held.known[k] else None,
        }
        for k, name in enumerate(names)
    ]


def _separability(report: DataReport) -> dict[str, Any] | None:
    held, names = report.separability, report.class_names
    if held is None:
        return None
    return {
        "silhouette": plain(held.overall),
        "pictures": held.pictures,
        "components": held.components,
        "explained": plain(held.explained),
        "classes": [
            {"name": name, "silhouette": plain(value), "nearest": None if near < 0 else names[near]}
            for name, value, near in zip(names, held.silhouettes, held.nearest, strict=True)
        ],
    }


def _importance(report: DataReport) -> dict[str, Any] | None:
    held = report.importance
    if held is None:
        return None
    return {
        "forest": plain(held.forest.sum(axis=2)),
        "forest_accuracy": plain(held.accuracy),
        "forest_trees": held.trees,
        "forest_pictures": held.pictures,
        "information_bits": plain(held.information.max(axis=2)),
        "entropy_bits": plain(held.entropy),
        "information_pictures": held.counted,
    }


def _pairs(held: Duplicates, first: SetReport, second: SetReport) -> dict[str, Any]:
    rows = zip(held.first.tolist(), held.second.tolist(), held.exact, held.likeness, held.other_label, strict=True)
    return {
        "count": len(held),
        "exact": int(held.exact.sum()),
        "pairs": [
            {
                "pictures": [number_of(first, a), number_of(second, b)],
                "exact": bool(exact),
                "likeness": plain(likeness),
                "other_label": bool(other),
            }
            for a, b, exact, likeness, other in list(rows)[:MOST_SUSPECTS]
        ],
    }


def _odd(one: SetReport) -> dict[str, Any] | None:
    held = one.odd
    if held is None:
        return None
    rows = zip(held.positions.tolist(), held.kinds, held.scores, held.reasons, strict=True)
    return {
        "count": len(held),
        "pictures": [
            {"picture": number_of(one, position), "kind": kind, "score": plain(score), "reason": reason}
            for position, kind, score, reason in list(rows)[:MOST_SUSPECTS]
        ],
    }


def _labels(one: SetReport) -> dict[str, Any] | None:
    held, names = one.label_errors, one.profile.class_names
    if held is None:
        return None
    rows = zip(held.positions.tolist(), held.given, held.suggested, held.confidence, held.own, strict=True)
    return {
        "count": len(held),
        "judge": held.judge or None,
        "agreement": plain(held.accuracy),
        "pictures": [
            {
                "picture": number_of(one, position),
                "given": names[given],
                "suggested": names[suggested],
                "confidence": plain(confidence),
                "own": plain(own),
            }
            for position, given, suggested, confidence, own in list(rows)[:MOST_SUSPECTS]
        ],
    }


def _drift(report: DataReport) -> dict[str, Any] | None:
    held = report.drift
    if held is None:
        return None
    return {
        "alarm": held.alarm,
        "level": held.level,
        "tests": [
            {
                "what": test.what,
                "method": test.method,
                "statistic": plain(test.statistic),
                "p": plain(test.p_value),
                "adjusted_p": plain(test.adjusted),
                "alarm": test.alarm,
                "words": test.words,
            }
            for test in held.tests
        ],
    }
