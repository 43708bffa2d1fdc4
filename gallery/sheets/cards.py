"""Sheets of cards, each an image with a caption, and animations with one card per frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ..words import certainty
from .paper import BAR, INK, MARGIN, MUTED, PAPER, RULE, SIDES, fitted, font_of, thumbnail

Ink = tuple[int, int, int]
Shares = tuple[float | None, float | None, float | None]

#: Pixels: a card's image on a sheet and in an animation, the width of a card, the height of a line.
SMALL, LARGE = 112, 280
_STEP, _LINE = 152, 17
_COLUMNS = 7
_HEAD = 66
_BAR = 26


@dataclass(frozen=True)
class Line:
    """A caption line, after a colored letter if ``side`` is 0 (A) or 1 (B)."""

    words: str
    ink: Ink = MUTED
    side: int | None = None


@dataclass(frozen=True, eq=False)
class Card:
    """An image, (h, w, 3) uint8, and caption lines.

    ``bars`` are for animations: a name and shares, 0…1, of A, of B and of neither, or None.
    """

    pixels: np.ndarray
    lines: tuple[Line, ...]
    bars: tuple[tuple[str, Shares], ...] = ()


def cards_sheet(title: str, heads: Sequence[Line], cards: Sequence[Card]) -> Image.Image:
    """Draw a title, lines below, and the cards in rows of seven."""
    columns = max(1, min(_COLUMNS, len(cards)))
    tall = max((thumbnail(card.pixels, SMALL).shape[0] for card in cards), default=0)
    step = tall + _LINE * max((len(card.lines) for card in cards), default=0) + 22
    top = _HEAD + 19 * len(heads)
    width = max(560, 2 * MARGIN + columns * _STEP - (_STEP - SMALL))
    image, pen = _sheet(width, top + ceil(len(cards) / columns) * step + 8, title, heads)
    for i, card in enumerate(cards):
        x, y = MARGIN + i % columns * _STEP, top + i // columns * step
        _place(image, pen, card, x, y, SMALL, tall, _STEP - 10)
    return image


def cards_frames(title: str, heads: Sequence[Line], cards: Sequence[Card]) -> list[Image.Image]:
    """Draw each card on its own sheet, all of one size, with its bars beside the image."""
    rows = max(len(card.bars) for card in cards)
    tall = max(thumbnail(card.pixels, LARGE).shape[0] for card in cards)
    words = _LINE * max(len(card.lines) for card in cards) + 16
    top = _HEAD + 19 * len(heads)
    left = MARGIN + LARGE + 32
    size = 820, top + max(tall + words, rows * _BAR) + MARGIN
    frames = []
    for i, card in enumerate(cards):
        image, pen = _sheet(*size, title, heads)
        count = f"{i + 1} of {len(cards)}"
        pen.text((size[0] - MARGIN - font_of(13).getlength(count), 24), count, MUTED, font_of(13))
        _place(image, pen, card, MARGIN, top, LARGE, tall, LARGE)
        for row, (name, shares) in enumerate(card.bars):
            _bars(pen, left, top + row * _BAR, size[0] - MARGIN - left, name, shares)
        frames.append(image)
    return frames


def _sheet(width: int, height: int, title: str, heads: Sequence[Line]) -> tuple[Image.Image, Any]:
    image = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 18), fitted(title, 22, width - 2 * MARGIN - 90), INK, font_of(22))
    for i, line in enumerate(heads):
        _write(pen, MARGIN, 52 + 19 * i, line, width - 2 * MARGIN)
    return image, pen


def _place(image: Image.Image, pen: Any, card: Card, x: int, y: int, side: int, tall: int, room: int) -> None:
    image.paste(Image.fromarray(thumbnail(card.pixels, side)), (x, y))
    for i, line in enumerate(card.lines):
        _write(pen, x, y + tall + 6 + _LINE * i, line, room)


def _write(pen: Any, x: int, y: int, line: Line, room: int) -> None:
    if line.side is not None:
        pen.text((x, y), "AB"[line.side], SIDES[line.side], font_of(13))
        x, room = x + 15, room - 15
    pen.text((x, y), fitted(line.words, 13, room), line.ink, font_of(13))


def _bars(pen: Any, x: int, y: int, width: int, name: str, shares: Shares) -> None:
    names, numbers = int(width * 0.34), 124
    held = [(share, ink) for share, ink in zip(shares, (*SIDES, BAR), strict=True) if share is not None]
    top = max(share for share, _ in held) >= 0.5
    pen.text((x, y + 4), fitted(name, 13, names - 12), INK if top else MUTED, font_of(13))
    track = width - names - numbers
    pen.rectangle((x + names, y + 3, x + names, y + 19), RULE)
    deep = 16 // len(held)
    for i, (share, ink) in enumerate(held):
        upper = y + 3 + (deep + 1) * i
        if share > 0:
            pen.rectangle((x + names, upper, x + names + max(1, round(track * share)), upper + deep - 1), ink)
        words = certainty(share)
        right = x + width - 62 * (len(held) - 1 - i)
        pen.text((right - font_of(13).getlength(words), y + 4), words, MUTED if ink == BAR else ink, font_of(13))
