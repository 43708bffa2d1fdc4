"""Data-set findings as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.number_words import counted, percent

from .similar_classes import closest_pairs

if TYPE_CHECKING:
    from .result import DataReport, SetReport

#: A data set is imbalanced if its largest class is this many times the smallest.
UNEVEN = 1.5


def highlights(report: DataReport) -> list[dict[str, str]]:
    """Return the findings, most serious first, each with a ``figure``, a ``text`` that continues it, and a topic."""
    found = [
        *_missing(report),
        *_leaks(report),
        *_drift(report),
        *_brightest_class(report),
        *_most_similar_pair(report),
        *_balance(report),
        *_noise(report),
        *_labels(report),
        *_duplicates(report),
        *_odd(report),
    ]
    return [dict(zip(("figure", "text", "of"), one, strict=True)) for one in found]


_Found = Iterator[tuple[str, str, str]]


def pixel(value: float, report: DataReport, sign: str = "") -> str:
    """Return a pixel value with a number of digits that suits its scale."""
    digits = 2 if report.first.profile.peak > 1 else 4
    return f"{value:{sign}.{digits}f}".replace("-", "−")


def _where(report: DataReport, one: SetReport) -> str:
    """Return the name of the set, if there are two."""
    return f" of {one.name}" if len(report.sets) > 1 else ""


def _missing(report: DataReport) -> _Found:
    for one in report.sets:
        if one.missing_values:
            first = f"the first is image {one.missing_pictures[0]}"
            yield (
                f"{one.missing_values:,}",
                f"{'value is' if one.missing_values == 1 else 'values are'} NaN or infinite, in "
                f"{counted(len(one.missing_pictures), 'image')}{_where(report, one)}, left out here; {first}.",
                "facts",
            )


def _leaks(report: DataReport) -> _Found:
    if report.leaks is None or report.second is None:
        return
    names = f"{report.first.name} and {report.second.name}"
    if not len(report.leaks):
        yield "0", f"images are in both {names}: no leak found.", "duplicates"
        return
    exact = int(report.leaks.exact.sum())
    kinds = f"{exact:,} of them pixel for pixel" if exact else "none of them pixel for pixel"
    pairs = "duplicate pair spans" if len(report.leaks) == 1 else "duplicate pairs span"
    yield f"{len(report.leaks):,}", f"{pairs} {names} (leak), {kinds}.", "duplicates"


def _drift(report: DataReport) -> _Found:
    if report.drift is None or report.second is None or not report.drift.tests:
        return
    alarms = [test for test in report.drift.tests if test.alarm]
    names = f"{report.first.name} and {report.second.name}"
    tests = len(report.drift.tests)
    if not alarms:
        yield f"0 of {tests}", f"tests find a difference between {names}.", "drift"
        return
    words = "; ".join(test.words for test in alarms[:2])
    yield f"{len(alarms)} of {tests}", f"tests find a difference between {names}: {words}.", "drift"


def _brightest_class(report: DataReport) -> _Found:
    means = report.first.profile.class_means
    known = np.flatnonzero(np.isfinite(means))
    if len(known) < 2:
        yield pixel(report.first.profile.mean, report), "is the mean pixel value.", "light"
        return
    light, dark = known[means[known].argmax()], known[means[known].argmin()]
    names = report.class_names
    if means[light] == means[dark]:
        yield pixel(means[light], report), "is the mean pixel value of every class: all are equally bright.", "light"
        return
    yield (
        pixel(means[light], report),
        f"is the mean pixel value of {names[light]}, the brightest class; the darkest is {names[dark]} with "
        f"{pixel(means[dark], report)} (white is {report.first.profile.peak:g}).",
        "light",
    )


def _most_similar_pair(report: DataReport) -> _Found:
    pairs = closest_pairs(report.first.profile, 2)
    if pairs:
        a, b, value = pairs[0]
        names, most = report.class_names, ", the most similar pair" if len(pairs) > 1 else ""
        yield (
            percent(value),
            f"is the correlation of the mean images of {names[a]} and {names[b]}{most}.",
            "likeness",
        )


def _balance(report: DataReport) -> _Found:
    profile = report.first.profile
    if not profile.labelled:
        yield "no labels", "so all figures are for all images together.", "balance"
        return
    counts = profile.tally.counts
    present = counts[counts > 0]
    empty = int((counts == 0).sum())
    without = (
        f" {counted(empty, 'class')} of {len(counts):,} {'has' if empty == 1 else 'have'} no images." if empty else ""
    )
    if len(present) == 1:
        yield "1 class", f"is all there is.{without}", "balance"
    elif present.max() == present.min():
        yield f"{int(present[0]):,}", f"images in every class: perfectly balanced.{without}", "balance"
    else:
        most, least = int(counts.argmax()), int(np.where(counts > 0, counts, counts.max() + 1).argmin())
        ratio = counts[most] / counts[least]
        verdict = "imbalanced" if ratio >= UNEVEN else "nearly balanced"
        names = report.class_names
        yield (
            f"{ratio:.3g} ×",
            f"as many images of {names[most]} ({counts[most]:,}) as of {names[least]} ({counts[least]:,}): "
            f"{verdict}.{without}",
            "balance",
        )


def _noise(report: DataReport) -> _Found:
    held = report.differences
    if held is None or report.second is None or not held.known.any():
        return
    real = np.flatnonzero(held.known & ~held.noise)
    known, names = int(held.known.sum()), f"{report.first.name} and {report.second.name}"
    if not len(real):
        yield f"0 of {known}", f"class means differ between {names} by more than chance.", "light"
        return
    largest = real[np.abs(held.differences[real]).argmax()]
    value = pixel(held.differences[largest], report, "+")
    what = f"{report.class_names[largest]} by {value}"
    yield (
        f"{len(real)} of {known}",
        f"class means differ between {names} by more than chance, most of all {what}.",
        "light",
    )


def _labels(report: DataReport) -> _Found:
    for one in report.sets:
        held = one.label_errors
        if held is None or not np.isfinite(held.accuracy):
            continue
        if not len(held):
            yield "0", f"labels{_where(report, one)} look wrong.", "labels"
            continue
        judge = f" ({held.judge} judged)" if held.judge else ""
        given, suggested = (one.profile.class_names[int(of[0])] for of in (held.given, held.suggested))
        yield (
            f"{len(held):,}",
            f"{'label' if len(held) == 1 else 'labels'}{_where(report, one)} may be wrong; most suspect is image "
            f"{number_of(one, int(held.positions[0]))}: {given}, more likely {suggested}{judge}.",
            "labels",
        )


def _duplicates(report: DataReport) -> _Found:
    for one in report.sets:
        held = one.duplicates
        if held is not None and len(held):
            clash = int(held.other_label.sum())
            labels = f", {clash:,} with different labels" if clash else ""
            pairs = f"{'pair' if len(held) == 1 else 'pairs'} of images{_where(report, one)}"
            yield (
                f"{len(held):,}",
                f"{pairs} are duplicates or near duplicates, {int(held.exact.sum()):,} exactly{labels}.",
                "duplicates",
            )


def _odd(report: DataReport) -> _Found:
    for one in report.sets:
        held = one.odd
        if held is not None and len(held):
            kinds = {kind: held.kinds.count(kind) for kind in dict.fromkeys(held.kinds)}
            words = ", ".join(
                f"{count:,} {'far from their class' if kind == 'far' else kind}" for kind, count in kinds.items()
            )
            number = len(set(held.positions.tolist()))
            yield f"{number:,}", f"odd {'image' if number == 1 else 'images'}{_where(report, one)}: {words}.", "odd"


def number_of(one: SetReport, position: int) -> int:
    """Return the number of an image in its original set."""
    if one.images is None or one.images.indices is None:
        return position
    return int(one.images.indices[position])
