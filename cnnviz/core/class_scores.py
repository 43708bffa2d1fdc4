"""Models without class scores: what they return, which targets they have, and the refusal of what needs classes."""

from __future__ import annotations

from .errors import UsageError
from .model_card import ModelCard
from .targets import AnyTarget, LayerTarget, OneClass, PerImageClass, Ranked, Target


def require_classes(card: ModelCard, what: str) -> None:
    """Raise UsageError, in one line, unless a model has class scores; ``what`` needs them, in the plural."""
    if card.has_classes:
        return
    works = "activations, filters, maximized images, embeddings and heatmaps of a channel work without"
    if card.head == "regression":
        outputs = ", ".join(card.output_names[:3]) + (", …" if len(card.output_names) > 3 else "")
        raise UsageError(
            f"{card.name} returns numbers ({outputs}), so it has no {what}; predictions show the numbers, and {works}"
        )
    raise UsageError(
        f"{card.name} has no class scores ({card.head_reason}), so it has no {what}; {works}: --target "
        f"{_a_channel(card)}, in Python target={_a_channel(card)!r}"
    )


def _a_channel(card: ModelCard) -> str:
    """Return a channel of the last layer with maps, as a target is written."""
    maps = [layer.path for layer in card.layers if layer.spatial] or [layer.path for layer in card.layers]
    return f"{maps[-1] if maps else 'LAYER'}/0"


def target_for(card: ModelCard, target: AnyTarget) -> AnyTarget:
    """Return the target, with the only output of a regression for the predicted class.

    UsageError for a class of a model that has none, and for a predicted or true class of a regression.
    """
    if card.has_classes or isinstance(target, LayerTarget):
        return target
    if card.head == "none":
        require_classes(card, "class to explain" if isinstance(target, Target) else "scores")
    if isinstance(target, Ranked | PerImageClass):
        if target == Ranked(0) and len(card.output_names) == 1:
            return OneClass(0)
        names = ", ".join(card.output_names[:12]) + (", …" if len(card.output_names) > 12 else "")
        raise UsageError(f"{card.name} returns numbers and predicts no class; name the output to explain: {names}")
    return target


def output_words(card: ModelCard) -> str:
    """Return in a few words what a model returns: "10 classes"."""
    if card.has_classes:
        return f"{len(card.class_names)} {'labels' if card.head == 'multilabel' else 'classes'}"
    if card.head == "regression":
        return "1 number" if len(card.output_names) == 1 else f"{len(card.output_names)} numbers"
    return "×".join(map(str, card.output_shape)) or "no class scores"
