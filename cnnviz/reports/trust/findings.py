"""What a trust report says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnviz.core.number_words import counted, listed

if TYPE_CHECKING:
    from .result import Trust


def findings_of(trust: Trust) -> tuple[str, ...]:
    """Return the findings, most important first."""
    found = [_weak(trust)] if not trust.learned else []
    if any(one.asks == "faithful" for one in trust.metrics):
        found.append(_best(trust))
    verdicts = list(trust.verdicts.values())
    if failing := [one.method for one in verdicts if one.fails_randomization]:
        one = len(failing) == 1
        found.append(
            f"{_titles(trust, failing)} {'keeps its map' if one else 'keep their maps'} when the network has random "
            f"weights, so {'it does' if one else 'they do'} not show what it learned."
        )
    if verdicts and verdicts[0].of:
        if useless := [one.method for one in verdicts if not one.beats_edges]:
            verb = "is" if len(useless) == 1 else "are"
            found.append(f"{_titles(trust, useless)} {verb} no better than an edge filter by any faithfulness metric.")
        if blind := [one.method for one in verdicts if not one.beats_random]:
            verb = "is" if len(blind) == 1 else "are"
            found.append(f"{_titles(trust, blind)} {verb} no better than a random map by any of them.")
    found.extend(_disagreement(trust))
    return tuple(found)


def _weak(trust: Trust) -> str:
    return (
        f"{trust.model} is right on {trust.accuracy:.0%} of the images, no better than naming one class for all: "
        "it has learned nothing that a map could show, so that no method is called faithful."
    )


def _best(trust: Trust) -> str:
    faithful = [one.method for one in trust.verdicts.values() if one.faithful]
    if not faithful:
        return "No method can be called faithful: none beats both a random map and an edge filter on most metrics."
    said = f"{trust.titles[faithful[0]]} is the most faithful method here"
    if len(faithful) > 1:
        said += f", followed by {_titles(trust, faithful[1:4])}"
    return f"{said}; {counted(len(faithful), 'method')} of {len(trust.methods)} can be called faithful."


def _disagreement(trust: Trust) -> list[str]:
    """Return a sentence on the pair of faithfulness metrics that rank the methods most differently, if they do."""
    import numpy as np
    from scipy.stats import rankdata

    asked = [one for one in trust.metrics if one.asks == "faithful"]
    rows = []
    for one in asked:
        means = [entry.mean if (entry := trust.entry(m, one.spec)) else np.nan for m in trust.methods]
        rows.append(np.array(means) * (1 if one.better == "high" else -1))
    worst, names = 1.0, ("", "")
    for i, a in enumerate(rows):
        for j, b in enumerate(rows[:i]):
            both = ~(np.isnan(a) | np.isnan(b))
            if both.sum() >= 4 and np.ptp(a[both]) > 0 and np.ptp(b[both]) > 0:
                agree = float(np.corrcoef(rankdata(a[both]), rankdata(b[both]))[0, 1])
                if agree < worst:
                    worst, names = agree, (asked[j].title, asked[i].title)
    if worst >= 0.5:
        return []
    return [f"The metrics disagree: {names[0]} and {names[1]} rank the methods with a correlation of {worst:.2f}."]


def _titles(trust: Trust, methods: Sequence[str]) -> str:
    return listed([trust.titles[method] for method in methods])
