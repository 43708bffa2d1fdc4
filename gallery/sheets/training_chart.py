"""Training curves on a sheet: pale for the full run, solid up to the snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

from PIL import ImageDraw

from cnnviz.callbacks.snapshot_series import SnapshotSeries

from ..words import certainty
from .paper import ACCENT, INK, MUTED, RULE, fitted, font_of

#: Columns of a history that are not metrics.
_ASIDE = ("epoch", "seconds", "rate", "learning_rate", "lr")

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Curve:
    """One metric over the epochs: of training and, if measured, of validation; ``share`` if it is in 0…1."""

    title: str
    share: bool
    training: Points
    validation: Points

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and highest value."""
        values = [value for _, value in self.training + self.validation]
        low, high = min(values), max(values)
        return (low - (abs(low) or 1), low + (abs(low) or 1)) if low == high else (low, high)

    def said(self, value: float) -> str:
        """Return a formatted value."""
        return certainty(value) if self.share else f"{value:.3g}"


def curves_of(result: SnapshotSeries) -> list[Curve]:
    """Return the curves of a training, accuracy and loss first; the same as in training/snapshots.js."""
    rows = [*result.history, *result.figures]
    names = list(dict.fromkeys(name for row in rows for name in row))
    names = [name for name in names if name not in _ASIDE and not name.startswith("val_")]
    names.sort(key=lambda name: ("acc" not in name, name != "loss"))
    curves = []
    for name in names:
        own = [(float(row["epoch"]), float(row[name])) for row in result.history if name in row]
        between = zip(result.epochs, result.figures, strict=True)
        own += [(float(epoch), float(seen[name])) for epoch, seen in between if epoch % 1 and name in seen]
        held = [(float(r["epoch"]), float(r[f"val_{name}"])) for r in result.history if f"val_{name}" in r]
        if own or held:
            curves.append(Curve(name.replace("_", " "), "acc" in name, sorted(own), held))
    return curves


def chart(pen: ImageDraw.ImageDraw, curve: Curve, box: tuple[int, int, int, int], epoch: float, last: float) -> None:
    """Draw a curve into a box (left, top, width, height), solid up to an epoch."""
    left, top, width, height = box
    x0, x1, y0, y1 = left + 44, left + width - 76, top + 28, top + height - 18
    low, high = curve.ends
    end = max([last, *(at for at, _ in curve.training + curve.validation)]) or 1.0

    def place(at: float, value: float) -> tuple[float, float]:
        return x0 + at / end * (x1 - x0), y1 - (value - low) / (high - low) * (y1 - y0)

    lines = [("training", curve.training, MUTED), ("validation", curve.validation, ACCENT)]
    now = [f"{name} {curve.said(there[-1][1])}" for name, points, _ in lines if (there := until(points, epoch))]
    title = f"{curve.title.capitalize()}: {', '.join(now) or 'not measured yet'}"
    pen.text((left, top), fitted(title, 13, width), INK, font_of(13))
    # As many digits as distinguish the ticks.
    digits = max(0, 1 - floor(log10((high - low) * (100 if curve.share else 1) / 2)))
    for value in (low, (low + high) / 2, high):
        y = place(0, value)[1]
        pen.line((x0, y, x1, y), RULE)
        said = f"{100 * value:.{digits}f} %" if curve.share else f"{value:.{digits}f}"
        pen.text((x0 - 6 - font_of(11).getlength(said), y - 7), said, MUTED, font_of(11))
    for at in sorted({0, int(end) // 2, int(end)}):
        pen.text((place(at, low)[0] - 3, y1 + 4), str(at), MUTED, font_of(11))
    names = [place(*points[-1])[1] if points else 0.0 for _, points, _ in lines]
    if all(points for _, points, _ in lines) and abs(names[0] - names[1]) < 14:
        middle, up = sum(names) / 2, 7 if names[0] < names[1] else -7
        names = [middle - up, middle + up]
    for (name, points, color), y in zip(lines, names, strict=True):
        if not points:
            continue
        pen.line([place(*point) for point in points], RULE, 2)
        there = grown(points, epoch)
        if len(there) > 1:
            pen.line([place(*point) for point in there], color, 3)
        pen.text((x1 + 8, y - 7), name, color, font_of(11))


def until(points: Points, epoch: float) -> Points:
    """Return the points up to an epoch."""
    return [point for point in points if point[0] <= epoch + 1e-9]


def grown(points: Points, epoch: float) -> Points:
    """Return the points up to an epoch, with an interpolated last point."""
    there = until(points, epoch)
    if not there or len(there) == len(points) or there[-1][0] >= epoch - 1e-9:
        return there
    (a, v), (b, w) = there[-1], points[len(there)]
    return [*there, (epoch, v + (epoch - a) / (b - a) * (w - v))]
