"""Ablation findings as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.core.number_words import percent

from .removal_curves import Removable
from .removal_orders import TITLES

if TYPE_CHECKING:
    from .pruned import ModelFile, Pruned
    from .result import Ablation, LayerAblation


def findings(result: Ablation) -> tuple[str, ...]:
    """Return the findings: removable filters overall and per layer, idle filters, and the costliest one."""
    said = []
    if result.overall_removable is not None:
        said.append(can_go(result.overall_removable, everything(result), result.within))
    for layer in result.layers.values():
        said.append(can_go(layer.removable, f"{layer.noun}s of {layer.path}", result.within))
    said += [words for layer in result.layers.values() if (words := _idle(layer))]
    said.append(_costliest(result))
    return tuple(said)


def measured_on(result: Ablation) -> str:
    """Return the images that everything was measured on, with a warning if they look like training images."""
    words = f"measured on {len(result):,} labeled images of {result.images.source}"
    if len(result.measuring) < len(result):
        words += f": {len(result.choosing):,} set the orders, the other {len(result.measuring):,} measure the curves"
    else:
        words += "; too few to set the orders on one half and measure the curves on the other"
    if "train" in result.images.source.lower():
        words += ". The model seems to be trained on them (by name), which overstates the cost of removing filters"
    return words


def pruned_findings(pruned: Pruned, file: ModelFile | None = None) -> tuple[str, ...]:
    """Return what was removed, the accuracy before and after, and the layers that cannot be pruned."""
    gone = ", ".join(f"{len(filters)} of {layer}" for layer, filters in pruned.removed.items())
    removed = f"removed {gone or 'no filter'}; parameters reduced from {pruned.parameters_before:,} to"
    if file is None:
        first = f"R{removed[1:]} {pruned.parameters:,}."
    else:
        was = f", was {file.original_size:,}" if file.original_size else ""
        first = f"{file.path}: {removed} {pruned.parameters:,}; file size {file.size:,} bytes{was}."
    accuracy = (
        f"Accuracy on {pruned.pictures:,} held-out images: {percent(pruned.after, 1)}, before "
        f"{percent(pruned.before, 1)} (95 % interval of the loss: {signed(pruned.low)} to "
        f"{signed(pruned.high)} points)."
    )
    return first, accuracy, *(f"{layer} unchanged: {why}." for layer, why in pruned.left_alone.items())


def everything(result: Ablation) -> str:
    """Return the joint name of the filters of all layers, "filters and units of all layers"."""
    nouns = dict.fromkeys(f"{layer.noun}s" for layer in result.layers.values())
    return f"{' and '.join(nouns)} of all layers"


def headline(found: Removable, whose: str, within: float) -> str:
    """Return "22 of 64 filters of conv2 can be removed for under 0.5 points"."""
    if not found.count:
        return f"None of the {found.total} {whose} can be removed for under {points(within)}"
    return f"{found.count} of {found.total} {whose} can be removed for under {points(within)}"


def can_go(found: Removable, whose: str, within: float) -> str:
    """Return the headline with its evidence."""
    return f"{headline(found, whose, within)}: {evidence(found)}."


def evidence(found: Removable) -> str:
    """Return the order, the accuracy before and after, the number of images, and the interval of the loss."""
    if not found.count:
        return f"not by ablation cost, kernel norm or Taylor score, on {found.pictures:,} images"
    return (
        f"removing the lowest {TITLES[found.order]} first, accuracy goes from {percent(found.before, 1)} to "
        f"{percent(found.after, 1)} on {found.pictures:,} images (95 % interval of the loss: {signed(found.low)} to "
        f"{signed(found.high)} points)"
    )


def points(share: float) -> str:
    """Return a difference of accuracies: "0.5 points"."""
    figure = f"{100 * share:.3g}"
    return f"{figure} point" + ("" if figure == "1" else "s")


def signed(share: float) -> str:
    """Return points with a true minus sign: "−0.3"."""
    return f"{100 * share:.1f}".replace("-", "−")


def _idle(layer: LayerAblation) -> str | None:
    count = int(layer.idle.sum())
    if not count:
        return None
    verb = "changes" if count == 1 else "change"
    return f"{count} of {layer.count} {layer.noun}s of {layer.path} {verb} no score when removed."


def _costliest(result: Ablation) -> str:
    layer = max(result.layers.values(), key=lambda one: float(one.loss[0].max()))
    worst = int(layer.loss[0].argmax())
    lost = float(layer.accuracy[0, worst])
    falls = f"accuracy falls {points(lost)}" if lost > 0 else "accuracy does not fall"
    gained = float(layer.loss[0, worst])
    rises = f"rises by {gained:.2g} nats" if gained > 0 else "does not rise"
    return (
        f"The {layer.noun} that costs most alone is {layer.path}/{worst}: without it {falls} and cross-entropy {rises}."
    )
