"""Embeddings as PNG and notebook summary."""

from __future__ import annotations

from html import escape

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.features.representation.embedding import Embedding

from ..notebook import LIMIT, STYLE, data_address
from ..words import class_name, counted
from .paper import INK, MARGIN, MUTED, PAPER, fitted, font_of, image_pixels, to_png

TITLES = {"pca": "principal components", "tsne": "t-SNE"}
#: One color per class, after Paul Tol's "muted" scheme; the same as in palette.js.
COLORS = tuple(
    bytes.fromhex(one) for one in "CC6677 88CCEE DDCC77 2A8F4A AA4499 44AA99 999933 9C3A66 6677CC B0B0B0".split()
)
_SIDE, _TOP, _KEY = 760, 84, 200


def embedding_sheet(result: Embedding, method: str | None = None, side: int = _SIDE) -> Image.Image:
    """Draw the images at their points, framed in their class's color, with a folded corner for mistakes."""
    method = method or list(result.points)[-1]
    image = Image.new("RGB", (side + _KEY + 2 * MARGIN, side + _TOP + MARGIN), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text(
        (MARGIN, 16),
        fitted(f"{result.layer.path}: map of the images", 22, image.width - 2 * MARGIN),
        INK,
        font_of(22),
    )
    words = f"{result.model.name} · {TITLES[method]} · {counted(len(result), 'image')}"
    pen.text((MARGIN, 46), fitted(words, 13, image.width - 2 * MARGIN), MUTED, font_of(13))
    points = result[method].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max()) or 1.0
    edge = int(np.clip(np.sqrt(0.45 * side * side / len(result)), 6, 30))
    spread = (points - (low + high) / 2) / extent * (side - edge - 4) * [1, -1]
    corners = np.rint(spread + side / 2 + [MARGIN, _TOP] - edge / 2).astype(int)
    wrong = np.zeros(len(result), bool) if result.right is None else ~result.right
    reference_class = result.reference_class
    for i in np.argsort(wrong, kind="stable").tolist():
        x, y = corners[i].tolist()
        color = MUTED if reference_class is None else tuple(COLORS[reference_class[i] % len(COLORS)])
        pen.rectangle((x - 2, y - 2, x + edge + 1, y + edge + 1), color)
        image.paste(Image.fromarray(image_pixels(result, i)).resize((edge, edge)), (x, y))
        if wrong[i]:
            fold = max(5, edge // 3)
            pen.polygon([(x + edge + 1 - fold, y - 2), (x + edge + 1, y - 2), (x + edge + 1, y - 2 + fold)], INK, PAPER)
    _legend(pen, result, side + MARGIN + 24, wrong)
    return image


def _legend(pen: ImageDraw.ImageDraw, result: Embedding, left: int, wrong: np.ndarray) -> None:
    if result.reference_class is None:
        return
    pen.text(
        (left, _TOP),
        "predicted class" if result.truth is None and result.model.has_classes else "class",
        MUTED,
        font_of(12),
    )
    y = _TOP + 24
    for number in np.unique(result.reference_class).tolist()[:24]:
        pen.rectangle((left, y, left + 12, y + 12), tuple(COLORS[number % len(COLORS)]))
        pen.text((left + 20, y - 1), fitted(class_name(result, number), 12, _KEY - 48), INK, font_of(12))
        y += 22
    if wrong.any():
        pen.polygon([(left, y + 6), (left + 12, y + 6), (left + 12, y + 18)], INK)
        pen.text((left + 20, y + 5), f"wrong: {int(wrong.sum()):,}", INK, font_of(12))


def embedding_png(result: Embedding) -> bytes:
    """Return the sheet as PNG."""
    return to_png(embedding_sheet(result))


def embedding_summary(result: Embedding, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the map, as large as fits."""
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)} · {escape(result.layer.path)}</h4>'
        f"<p>{counted(len(result), 'image')} of {escape(result.images.source)} as points. "
        "Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    alt = f"Map of {counted(len(result), 'image')} by their features of {result.layer.path}"
    for side in (_SIDE, 560, 400):
        address = data_address(to_png(embedding_sheet(result, side=side)))
        image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{address}">'
        if len(head) + len(image) + 6 <= limit:
            return head + image + "</div>"
    return head + "</div>"
