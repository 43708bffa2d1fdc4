"""The confusion matrix as a sheet."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import UsageError
from cnnviz.features.predictions import Predictions
from cnnviz.reports.evaluation.confusion import confusion

from ..color import colorize, lightness, viridis
from ..words import certainty, class_name, counted
from .paper import INK, MARGIN, MUTED, PAPER, RULE, fitted, font_of

#: The most classes of a matrix; the same as in parts/confusion-matrix.js.
MOST = 20
_ROW, _NAMES, _HEAD = 34, 136, 96
_KEY = 200


def confusion_sheet(result: Predictions) -> Image.Image:
    """Draw the confusion matrix; a cell's color is its share of the true class's images.

    UsageError without labels of the model's classes, or with too many classes for a matrix.
    """
    require_classes(result.model, "confusion matrix")
    classes = result.probabilities.shape[1]
    if result.truth is None:
        raise UsageError(
            "a png of a report is its confusion matrix, which needs labels of the model's classes; write csv"
        )
    if classes > MOST:
        raise UsageError(f"a png of a report is its confusion matrix, and {classes:,} classes are too many; write csv")
    counts = confusion(result.truth, result.predicted, classes).matrix
    across = max(46, min(74, 900 // classes))
    left, top = MARGIN + _NAMES, _HEAD + 24
    right, bottom = left + classes * across, top + classes * _ROW
    image = Image.new("RGB", (max(560, right + 64 + MARGIN), bottom + 74), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 18), fitted(result.model.name, 22, image.width - 2 * MARGIN), INK, font_of(22))
    right_ones = f"{int(np.trace(counts)):,} of {counted(len(result), 'image')} right"
    words = f"{right_ones} · rows: true class · columns: predicted class"
    pen.text((MARGIN, 52), words, MUTED, font_of(13))
    names = [class_name(result, i) for i in range(classes)]
    for i, name in enumerate(names):
        _middle(pen, left + (i + 0.5) * across, top - 20, fitted(name, 11, across - 4), MUTED, 11)
    _middle(pen, right + 36, top - 20, "right", INK, 11)
    for label, own in enumerate(counts.sum(axis=1).tolist()):
        y = top + label * _ROW
        pen.rectangle((left, y, right, y), RULE)
        pen.text((MARGIN, y + 9), fitted(names[label], 12, _NAMES - 12), INK, font_of(12))
        for said in np.flatnonzero(counts[label]).tolist():
            x = left + said * across
            color = colorize(np.array(counts[label, said] / own), 0.0, 1.0, viridis())
            pen.rectangle((x, y, x + across - 1, y + _ROW - 1), tuple(color.tolist()))
            ink = INK if lightness(color[None])[0] > 0.6 else PAPER
            _middle(pen, x + across / 2, y + 9, f"{counts[label, said]:,}", ink, 12)
        _middle(pen, right + 36, y + 9, certainty(float(counts[label, label] / own)) if own else "-", INK, 12)
    _legend(image, pen, right - _KEY, bottom + 18)
    return image


def _middle(pen: ImageDraw.ImageDraw, x: float, y: float, words: str, ink: tuple[int, int, int], size: int) -> None:
    pen.text((round(x - font_of(size).getlength(words) / 2), y), words, ink, font_of(size))


def _legend(image: Image.Image, pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    ramp = viridis()[np.linspace(0, 255, _KEY).round().astype(int)]
    image.paste(Image.fromarray(ramp[None].repeat(10, axis=0)), (x, y))
    for words, at in (("0 %", 0.0), ("100 %", 1.0)):
        pen.text((x + at * (_KEY - font_of(11).getlength(words)), y + 13), words, INK, font_of(11))
    words = "share of the true class's images"
    pen.text((x + _KEY - font_of(11).getlength(words), y + 29), words, MUTED, font_of(11))
