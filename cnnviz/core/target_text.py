"""Channels and regions of layers as text: ``conv2/17``, ``conv2/17@4,5``, ``2@12,30``, ``2@0,0-16,16``, ``2@all``."""

from __future__ import annotations

import re

import numpy as np

from .errors import UsageError
from .model_card import LayerInfo, ModelCard
from .names import plain
from .targets import Channel, LayerTarget, PerImageCell, Region

_BOX = re.compile(r"(\d+),(\d+)-(\d+),(\d+)")
_CELL = re.compile(r"(\d+),(\d+)")
_CHANNEL = re.compile(r"(.+)/(\d+)")


def of_layers(targets: object) -> bool:
    """Return whether a target, or every one of a list, is a channel or place of a named layer, by its type or text.

    None of them needs class scores.
    """
    if isinstance(targets, list | tuple):
        return bool(targets) and all(map(of_layers, targets))
    if isinstance(targets, str):
        return _CHANNEL.fullmatch(targets.partition("@")[0]) is not None
    return isinstance(targets, Channel | PerImageCell | Region)


def layer_target(text: str, card: ModelCard) -> LayerTarget | None:
    """Return the target that a text means, or None if it names no channel of a layer and no place.

    ``LAYER/NUMBER`` is a channel, and a number or a class alone one of the model's output, if that is a map. After
    ``@`` follows a cell (row,column), a box of cells (top,left-bottom,right, ends excluded) or "all"; rows and columns
    count from 0 in the layer's own map. UsageError for a place that is none of these.
    """
    name, at, place = text.rpartition("@")
    channel = _channel(name if at else text, card, bool(at))
    if channel is None:
        return None
    if not at:
        return channel
    info = card.layer(channel.layer)
    if not info.spatial:
        raise UsageError(f"{info.path} has no cells, so it has no {place!r}; leave out @{place}")
    if place == "all":
        return Region(channel.layer, channel.index)
    if cell := _CELL.fullmatch(place):
        return Channel(channel.layer, channel.index, (int(cell[1]), int(cell[2])))
    if box := _BOX.fullmatch(place):
        return Region(channel.layer, channel.index, _mask(info, *map(int, box.groups())), name=f"cells {place}")
    raise UsageError(f"{place!r} is no place in a map; write row,column, top,left-bottom,right or all")


def _mask(info: LayerInfo, top: int, left: int, bottom: int, right: int) -> np.ndarray:
    rows, columns = info.shape[:2]
    if not (top < bottom <= rows and left < right <= columns):
        raise UsageError(
            f"there is no box {top},{left}-{bottom},{right} in {info.path}: its maps have {rows}×{columns} cells, and "
            "the last row and column of a box are excluded"
        )
    mask = np.zeros((rows, columns), bool)
    mask[top:bottom, left:right] = True
    return mask


def _channel(name: str, card: ModelCard, placed: bool) -> Channel | None:
    written = _CHANNEL.fullmatch(name)
    if written:
        paths = [layer.path for layer in card.layers]
        known = [path for path in paths if path == written[1]] or [p for p in paths if p.endswith(f"/{written[1]}")]
        if len(known) == 1:
            return Channel(known[0], int(written[2]))
    last = output_layer(card)
    if last is None or not placed:
        return None
    names = [plain(one) for one in card.output_names]
    if plain(name) in names:
        return Channel(last.path, names.index(plain(name)))
    return Channel(last.path, int(name)) if name.isdecimal() else None


def output_layer(card: ModelCard) -> LayerInfo | None:
    """Return the layer of the model's output, if that is a stack of maps."""
    last = next((layer for layer in reversed(card.layers) if layer.shape == card.output_shape), None)
    return last if card.head == "none" and last is not None and last.spatial else None
