"""Layout of a network drawing: boxes of layers, lines, and frames of nested models."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.core.model_card import LayerInfo, ModelCard

from .ranks import Place, depths, ordered, stretches
from .straighten import straightened

#: Units: a box, the gaps between boxes and rows, the space of a line that passes a row, the margin of a frame.
WIDE, HIGH, GAP, DOWN, LANE, FRAME = 224, 46, 28, 40, 26, 12
_TOP = 28
_SETTLE = 40


@dataclass(frozen=True)
class Box:
    """One layer, or the input (no ``layer``): the center of its upper edge, and its row."""

    layer: LayerInfo | None
    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """The frame of a nested model: its name, and left, top, right, bottom."""

    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """A layout; ``lines`` are points from the lower edge of a box to the upper edge of another, by box index."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[tuple[int, int, tuple[tuple[float, float], ...]], ...]
    frames: tuple[Frame, ...]


def layout(card: ModelCard) -> Layout:
    """Return the layout of a model, from the input at the top to its outputs."""
    number = {layer.path: i + 1 for i, layer in enumerate(card.layers)} | {"": 0}
    feeds = [[], *([number[path] for path in layer.inputs if path in number] for layer in card.layers)]
    rows = depths(feeds)
    edges = stretches(feeds, rows)
    levels = ordered(rows, edges)
    across = _placed(levels, edges)
    tops = _row_tops(card, rows)
    boxes = [Box(layer, across[i], tops[rows[i]]) for i, layer in enumerate((None, *card.layers))]
    frames = _frames(card.layers, boxes[1:])
    left = min([box.x - WIDE / 2 for box in boxes] + [frame.box[0] for frame in frames] + [*across.values()]) - 4
    right = max([box.x + WIDE / 2 for box in boxes] + [frame.box[2] for frame in frames] + [*across.values()]) + 4
    lines = tuple((_node(edge[0]), _node(edge[-1]), _line(edge, across, tops, rows, left)) for edge in edges)
    return Layout(
        right - left,
        tops[-1] + HIGH + _TOP,
        tuple(Box(box.layer, box.x - left, box.y) for box in boxes),
        lines,
        tuple(Frame(f.name, (f.box[0] - left, f.box[1], f.box[2] - left, f.box[3])) for f in frames),
    )


def _node(place: Place) -> int:
    assert isinstance(place, int)
    return place


def _room(place: Place) -> float:
    return WIDE + GAP if isinstance(place, int) else LANE


def _placed(levels: Sequence[Sequence[Place]], edges: Sequence[Sequence[Place]]) -> dict[Place, float]:
    """Return the center of each place: near the mean of its neighbors, without overlap."""
    neighbors: dict[Place, list[Place]] = {}
    for edge in edges:
        for one, other in itertools.pairwise(edge):
            neighbors.setdefault(one, []).append(other)
            neighbors.setdefault(other, []).append(one)
    across: dict[Place, float] = {}
    for level in levels:
        at = -sum(map(_room, level)) / 2
        for place in level:
            across[place] = at + _room(place) / 2
            at += _room(place)
    for _ in range(_SETTLE):
        for level in (*levels, *reversed(levels)):
            wanted = [
                sum(across[other] for other in neighbors[place]) / len(neighbors[place])
                if neighbors.get(place)
                else across[place]
                for place in level
            ]
            for place, x in zip(level, _apart(level, wanted), strict=True):
                across[place] = x
    return straightened(levels, edges, across, _room)


def _apart(level: Sequence[Place], wanted: Sequence[float]) -> list[float]:
    """Return positions in this order without overlap, closest to the ``wanted`` ones (least squares).

    After subtracting the space before each place, positions must not decrease: violating neighbors share their mean
    (pool adjacent violators).
    """
    offset, offsets = 0.0, []
    for i, place in enumerate(level):
        offset += (_room(level[i - 1]) + _room(place)) / 2 if i else 0.0
        offsets.append(offset)
    pools: list[list[float]] = []
    for x, own in zip(wanted, offsets, strict=True):
        pools.append([x - own, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, many = pools.pop()
            before = pools[-1]
            before[0] = (before[0] * before[1] + mean * many) / (before[1] + many)
            before[1] += many
    values = [mean for mean, many in pools for _ in range(int(many))]
    return [value + own for value, own in zip(values, offsets, strict=True)]


def _row_tops(card: ModelCard, rows: Sequence[int]) -> list[float]:
    """Return the upper edge of each row, with space for the names of frames that start there."""
    begins: dict[int, int] = {}
    for prefix in _prefixes(card.layers):
        first = min(rows[i + 1] for i, layer in enumerate(card.layers) if layer.path.startswith(prefix + "/"))
        begins[first] = begins.get(first, 0) + 1
    tops, y = [], float(_TOP)
    for row in range(max(rows) + 1):
        y += 24 * begins.get(row, 0)
        tops.append(y)
        y += HIGH + DOWN
    return tops


def _prefixes(layers: Sequence[LayerInfo]) -> list[str]:
    """Return the paths of nested models, outer ones first."""
    found = {
        "/".join(parts[:depth])
        for layer in layers
        for parts in [layer.path.split("/")]
        for depth in range(1, len(parts))
    }
    return sorted(found, key=lambda path: (path.count("/"), path))


def _frames(layers: Sequence[LayerInfo], boxes: Sequence[Box]) -> list[Frame]:
    prefixes = _prefixes(layers)
    deepest = max((prefix.count("/") for prefix in prefixes), default=0)
    found = []
    for prefix in prefixes:
        own = [box for box, layer in zip(boxes, layers, strict=True) if layer.path.startswith(prefix + "/")]
        around = FRAME * (1 + deepest - prefix.count("/"))
        found.append(
            Frame(
                prefix,
                (
                    min(box.x for box in own) - WIDE / 2 - around,
                    min(box.y for box in own) - 10 - 18 * (1 + deepest - prefix.count("/")),
                    max(box.x for box in own) + WIDE / 2 + around,
                    max(box.y for box in own) + HIGH + around,
                ),
            )
        )
    return found


def _line(
    edge: Sequence[Place], across: dict[Place, float], tops: Sequence[float], rows: Sequence[int], left: float
) -> tuple[tuple[float, float], ...]:
    points = [(across[edge[0]] - left, tops[rows[_node(edge[0])]] + HIGH)]
    for place in edge[1:-1]:
        assert isinstance(place, tuple)
        x, top = across[place] - left, tops[place[2]]
        points += [(x, top - DOWN / 4), (x, top + HIGH + DOWN / 4)]
    return (*points, (across[edge[-1]] - left, tops[rows[_node(edge[-1])]]))
