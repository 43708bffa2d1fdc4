"""What an arena's table says, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnviz.core.number_words import counted, listed

if TYPE_CHECKING:
    from .result import Arena, Solved

#: The share of images on which a method has to point at a mark that alone decides.
FOUND = 0.5
#: The problem whose answer is so small that pointing at it is what counts.
SHORTCUT = "shortcut"


def findings_of(arena: Arena) -> tuple[str, ...]:
    """Return the findings about all problems together, one sentence each, most important first."""
    ready = [one for one in arena.problems if one.learned]
    hidden = [one for one in ready if one.present and one.name != SHORTCUT]
    found = [_best(arena, hidden)] if len(hidden) > 1 and arena.methods else []
    found.extend(f"{one.title}: {finding_about(arena, one)}" for one in ready if one not in hidden)
    if len(hidden) > 1 and arena.methods:
        found.append(_hardest(arena, hidden))
    found.extend(f"{one.title}: {finding_about(arena, one)}" for one in arena.problems if not one.learned)
    if not found:
        found.extend(f"{one.title}: {finding_about(arena, one)}" for one in ready)
    return tuple(found)


def finding_about(arena: Arena, problem: Solved) -> str:
    """Return what the scores on one problem say, in a sentence."""
    if not problem.learned:
        return f"the network is right on only {problem.accuracy:.0%} of new images, so its scores mean little."
    if problem.name == SHORTCUT:
        return _shortcut(arena, problem)
    return _against_edges(arena, problem) if problem.present else _ignored(arena, problem)


def _shortcut(arena: Arena, one: Solved) -> str:
    held = {method: arena.find(method, one.name) for method in arena.methods}
    shares = {method: float(scores.pointing.mean()) for method, scores in held.items() if scores is not None}
    first = [method for method, share in shares.items() if share > FOUND]
    missed = [method for method, share in shares.items() if share <= FOUND]
    said = f"{counted(len(first), 'method')} of {len(shares)} {'points' if len(first) == 1 else 'point'} "
    said += "at the mark that decides in most images"
    return f"{said}; {_titles(arena, missed)} {'does' if len(missed) == 1 else 'do'} not." if missed else f"{said}."


def _ignored(arena: Arena, one: Solved) -> str:
    fooled = []
    for method in arena.methods:
        entry = arena.entry(method, one.name)
        if entry is not None and entry.fooled:
            fooled.append(method)
    if not fooled:
        return "no method finds more in the mark that the network ignores than its area."
    return f"{_titles(arena, fooled)} {_find(fooled)} evidence in a mark that the network ignores."


def _against_edges(arena: Arena, one: Solved) -> str:
    entries = {method: arena.entry(method, one.name) for method in arena.methods}
    known = {method: entry for method, entry in entries.items() if entry is not None}
    better = _better(arena, one)
    said = f"{len(better)} of {counted(len(known), 'method')} {_find(better)} more than an edge filter does"
    if not better:
        return f"{said}."
    best = max(better, key=lambda method: known[method].mean)
    return f"{said}; {arena.titles[best]} finds most, {known[best].mean:.0%}, where chance is {one.chance:.0%}."


def _hardest(arena: Arena, problems: Sequence[Solved]) -> str:
    better = {one.title: _better(arena, one) for one in problems}
    least = min(map(len, better.values()))
    hard = [title for title, methods in better.items() if len(methods) == least]
    many = f"{least} of {counted(len(arena.methods), 'method')}"
    return f"Hardest: {listed(hard)}, where {many} {_find([''] * least)} more than an edge filter does."


def _better(arena: Arena, problem: Solved) -> list[str]:
    """Return the methods that find significantly more than the edge filter."""
    entries = [(method, arena.entry(method, problem.name)) for method in arena.methods]
    return [method for method, entry in entries if entry is not None and entry.beats_edges]


def _best(arena: Arena, problems: Sequence[Solved]) -> str:
    means: dict[str, float] = {}
    for method in arena.methods:
        entries = [(arena.entry(method, one.name), one.chance) for one in problems]
        if all(entry is not None for entry, _ in entries):
            means[method] = sum((entry.mean - chance) / (1 - chance) for entry, chance in entries if entry) / len(
                entries
            )
    if not means:
        return "No method ran on every problem."
    order = sorted(means, key=lambda method: -means[method])
    best = ", ".join(f"{arena.titles[method]} ({means[method]:.0%})" for method in order[:3])
    return (
        f"Over {len(problems)} problems, on a scale from chance (0 %) to the exact answer (100 %), the best are {best}."
    )


def _titles(arena: Arena, methods: Sequence[str]) -> str:
    return listed([arena.titles[method] for method in methods])


def _find(methods: Sequence[str]) -> str:
    return "finds" if len(methods) == 1 else "find"
