"""Images with their predictions as a PNG and as a notebook summary, also of a report."""

from __future__ import annotations

from collections.abc import Callable

from cnnviz.core.errors import UsageError
from cnnviz.features.predictions import Predictions
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison
from cnnviz.reports.report import Report

from ..notebook import cell
from ..words import class_name, counted, image_ids, said_words
from .cards import Card, Line, cards_sheet
from .comparison_sheet import classes_png, models_png
from .confusion_sheet import confusion_sheet
from .paper import ACCENT, INK, image_pixels, to_png

#: Images on a sheet, and in a cell the most that fit of these.
MOST, FITTING = 40, (21, 14, 7)


def predictions_png(result: Predictions, most: int = MOST) -> bytes:
    """Return a sheet of the first images, each with its predicted class and, where that is wrong, the true one."""
    heads = [Line(_told(result))]
    if len(result) > most:
        heads.append(Line(f"here the first {most}"))
    return to_png(cards_sheet(result.model.name, heads, [_card(result, i) for i in range(min(most, len(result)))]))


def _card(result: Predictions, i: int) -> Card:
    lines = [Line(" ".join(said_words(result, i)).strip(), INK)]
    if result.truth is not None and result.truth[i] != result.predicted[i]:
        lines.append(Line(f"is {class_name(result, int(result.truth[i]))}", ACCENT))
    lines.append(Line(f"image {image_ids(result)[i]}"))
    return Card(image_pixels(result, i), tuple(lines))


def _told(result: Predictions) -> str:
    of = f"{counted(len(result), 'image')} of {result.images.source}"
    return of if result.right is None else f"{of}: {int(result.right.sum()):,} right"


def predictions_summary(result: Predictions) -> str:
    """Return the first images for a notebook's cell, as many as fit."""
    sheets = _lazily(lambda most: predictions_png(result, most))
    alt = "Images, each with its predicted class"
    return cell(f"{result.model.name}: predictions", [_told(result)], alt, sheets)


def report_png(result: Report) -> bytes:
    """Return the confusion matrix; the first images where there are no labels, or too many classes for a matrix."""
    try:
        return to_png(confusion_sheet(result.predictions))
    except UsageError:
        return predictions_png(result.predictions)


def report_summary(result: Report) -> str:
    """Return a report as a notebook summary."""
    dead = {path: int(held.dead.sum()) for path, held in result.responses.layers.items()}
    words = [_told(result.predictions), f"{counted(len(dead), 'layer')}, {sum(dead.values()):,} dead channels"]
    alt = "Confusion matrix" if result.accuracy is not None else "Images, each with its predicted class"
    sheets = [report_png(result), predictions_png(result.predictions, FITTING[-1])]
    return cell(f"{result.model.name}: report", [*words, *result.notes[:6]], alt, sheets)


def comparison_summary(result: Comparison) -> str:
    """Return what two models come to for a notebook's cell, and the first images that they call differently."""
    same = f"both say the same to {round(result.agreement * len(result)):,} of {counted(len(result), 'image')}"
    words = [f"{letter} {_told(side)}" for letter, side in (("A", result.first), ("B", result.second))]
    title = f"{result.first.model.name} and {result.second.model.name}"
    alt = "Images that the models call differently, the surest first"
    return cell(title, [*words, same], alt, _lazily(lambda most: models_png(result, most)))


def class_pair_summary(result: ClassPair) -> str:
    """Return two classes for a notebook's cell: their mean images, and the closest of those in between."""
    counts = zip(result.names, result.counts, strict=True)
    words = [f"{name}: {counted(count, 'image')}" for name, count in counts]
    words.append(f"in between: {counted(len(result.between), 'image')}")
    sheets = _lazily(lambda most: classes_png(result, most))
    return cell(" and ".join(result.names), words, "Mean images, and those in between", sheets)


def _lazily(drawn: Callable[[int], bytes]) -> map[bytes]:
    return map(drawn, FITTING)
