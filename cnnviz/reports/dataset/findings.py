"""What stands out in a data set, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnviz.core.number_words import counted, percent

from .result import DataReport, SetReport
from .similar_classes import closest_pairs

#: Classes this many times as large as the smallest are called out of balance.
UNEVEN = 1.5


def findings(report: DataReport) -> list[dict[str, str]]:
    """Return what stands out, what may spoil an experiment first: a figure, words that go on from it, what it is of."""
    found = [
        *_missing(report),
        *_leaks(report),
        *_drift(report),
        *_light(report),
        *_alike(report),
        *_balance(report),
        *_noise(report),
        *_labels(report),
        *_duplicates(report),
        *_odd(report),
    ]
    return [dict(zip(("figure", "text", "of"), one, strict=True)) for one in found]


_Found = Iterator[tuple[str, str, str]]


def pixel(value: float, report: DataReport, sign: str = "") -> str:
    """Return a pixel value, with as many digits as its scale asks for."""
    digits = 2 if report.first.profile.peak > 1 else 4
    return f"{value:{sign}.{digits}f}".replace("-", "−")


def _where(report: DataReport, one: SetReport) -> str:
    """Say which set, where there are two."""
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
        yield "0", f"images are both in {names}: no leak was found.", "duplicates"
        return
    exact = int(report.leaks.exact.sum())
    kinds = f"{exact:,} of them equal in every pixel" if exact else "none of them equal in every pixel"
    pairs = f"{'pair' if len(report.leaks) == 1 else 'pairs'} of images"
    yield f"{len(report.leaks):,}", f"{pairs} lie across {names}: a leak, {kinds}.", "duplicates"


def _drift(report: DataReport) -> _Found:
    if report.drift is None or report.second is None or not report.drift.tests:
        return
    alarms = [test for test in report.drift.tests if test.alarm]
    names = f"{report.first.name} and {report.second.name}"
    tests = len(report.drift.tests)
    if not alarms:
        yield f"0 of {tests}", f"tests tell {names} apart: they could be random parts of one set.", "drift"
        return
    words = "; ".join(test.words for test in alarms[:2])
    yield f"{len(alarms)} of {tests}", f"tests tell {names} apart: {words}.", "drift"


def _light(report: DataReport) -> _Found:
    means = report.first.profile.class_means
    known = np.flatnonzero(np.isfinite(means))
    if len(known) < 2:
        yield pixel(report.first.profile.mean, report), "is the mean of all pixels.", "light"
        return
    light, dark = known[means[known].argmax()], known[means[known].argmin()]
    names = report.class_names
    if means[light] == means[dark]:
        yield pixel(means[light], report), "is the mean pixel of every class: all are equally light.", "light"
        return
    yield (
        pixel(means[light], report),
        f"is the mean pixel of {names[light]}, the lightest class; the darkest is {names[dark]} with "
        f"{pixel(means[dark], report)}, where {report.first.profile.peak:g} is white.",
        "light",
    )


def _alike(report: DataReport) -> _Found:
    pairs = closest_pairs(report.first.profile, 2)
    if pairs:
        a, b, value = pairs[0]
        names, most = report.class_names, ", the most alike of all pairs" if len(pairs) > 1 else ""
        yield (
            percent(value),
            f"is the correlation of the mean images of {names[a]} and {names[b]}{most}.",
            "likeness",
        )


def _balance(report: DataReport) -> _Found:
    profile = report.first.profile
    if not profile.labelled:
        yield "no labels", "so everything here is of all images together.", "balance"
        return
    counts = profile.tally.counts
    present = counts[counts > 0]
    empty = int((counts == 0).sum())
    without = (
        f" {counted(empty, 'class')} of {len(counts):,} {'has' if empty == 1 else 'have'} no images." if empty else ""
    )
    if len(present) == 1:
        yield "1 class", f"is all that there is.{without}", "balance"
    elif present.max() == present.min():
        yield f"{int(present[0]):,}", f"images in every class: perfectly balanced.{without}", "balance"
    else:
        most, least = int(counts.argmax()), int(np.where(counts > 0, counts, counts.max() + 1).argmin())
        ratio = counts[most] / counts[least]
        verdict = "out of balance" if ratio >= UNEVEN else "nearly balanced"
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
        yield f"0 of {known}", f"mean pixels differ between {names} by more than chance.", "light"
        return
    largest = real[np.abs(held.differences[real]).argmax()]
    value = pixel(held.differences[largest], report, "+")
    what = f"{report.class_names[largest]} by {value}"
    yield (
        f"{len(real)} of {known}",
        f"mean pixels differ between {names} by more than chance, most of all {what}.",
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
            f"{'label' if len(held) == 1 else 'labels'}{_where(report, one)} may be wrong, first of all image "
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
                f"{pairs} are the same or nearly, {int(held.exact.sum()):,} exactly{labels}.",
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
    """Return the number that an image has in the set that it came from."""
    if one.images is None or one.images.indices is None:
        return position
    return int(one.images.indices[position])
