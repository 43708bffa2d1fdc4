"""Resolution of a user's choice of method and target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from cnnviz.core.class_scores import require_classes, target_for
from cnnviz.core.deprecation import Renamed, warn_renamed
from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.names import plain
from cnnviz.core.target_text import layer_target
from cnnviz.core.targets import (
    PREDICTED,
    AnyTarget,
    ClassLike,
    Contrast,
    LayerTarget,
    OneClass,
    PerImageClass,
    Ranked,
    Target,
    TargetsLike,
)
from cnnviz.data.images import Images, class_index

from .all_methods import METHODS
from .method import Method


def resolve_method(given: str | Method, layer: str | Sequence[str] | None = None, **overrides: Any) -> Method:
    """Return the named method, with ``overrides`` of its parameters.

    UsageError for a layer if the method takes none.
    """
    method = METHODS.make(given) if isinstance(given, str) else given
    if layer is not None:
        if "layer" not in {field.name for field in fields(method)}:
            with_layers = [name for name in METHODS if "layer" in {field.name for field in fields(METHODS[name])}]
            raise UsageError(f"{method.name} takes no layer; these methods do: {', '.join(with_layers)}")
        overrides["layer"] = layer if isinstance(layer, str) else tuple(layer)
    known = {field.name for field in fields(method)}
    for name in list(overrides):
        if isinstance(earlier := vars(type(method)).get(name), Renamed):
            warn_renamed(f"{method.name}: {name}=", f"{earlier.new}=")
            overrides[earlier.new] = overrides.pop(name)
    for name in overrides:
        if name not in known:
            raise UsageError(f"{method.name} has no parameter {name!r}; it has {', '.join(sorted(known)) or 'none'}")
    return replace(method, **overrides)


def resolve_target(
    given: TargetsLike | None,
    images: Images,
    class_names: Sequence[str],
    against: ClassLike | None = None,
    card: ModelCard | None = None,
) -> AnyTarget:
    """Return the target of a choice.

    The choice is a class by name or number, a list of one for each image, "predicted" (or None), "second" (the
    runner-up), "true" (each image's label), a target or a function; with the model's ``card`` also a channel of a layer
    or a place in its output, see core/target_text.py, and the target is one that the model has. ``against`` makes it
    the difference to another class. UsageError for "true" without labels of the model's classes, for a class against
    itself and for anything else, UnknownNameError for an unknown class.
    """
    target = _one(given, images, class_names, card)
    if card is not None:
        target = target_for(card, target)
    if against is None:
        return target
    other = _one(against, images, class_names, card)
    if not isinstance(target, Target) or not isinstance(other, Target):
        raise UsageError("only classes can be compared; give two classes")
    if target == other or (isinstance(given, str) and given == against):
        raise UsageError(f"{other.words(class_names)} is compared with itself; name another class")
    return Contrast(target, other)


def _one(
    given: TargetsLike | None, images: Images, class_names: Sequence[str], card: ModelCard | None = None
) -> AnyTarget:
    if given is None:
        return PREDICTED
    if isinstance(given, int | np.integer | str):
        names = [plain(name) for name in class_names]
        word = plain(str(given)) if str(given) not in class_names else ""
        if word not in names:
            if word in ("predicted", "second"):
                return Ranked(("predicted", "second").index(word))
            if word == "true":
                return PerImageClass(_labels(images, class_names), "true class")
            if card is not None and isinstance(given, str) and given not in class_names:
                at_layer = layer_target(given, card)
                if at_layer is not None:
                    return at_layer
            if card is not None and not class_names:
                require_classes(card, f"class {str(given)!r}")
        return OneClass(class_index(given if isinstance(given, str) else int(given), class_names))
    if isinstance(given, list | tuple | np.ndarray):
        return _one_each(given, len(images), class_names)
    if not isinstance(given, Target | LayerTarget) and not callable(given):
        raise UsageError(f"{given!r} is not a target; name one class, or give one of cnnviz.core.targets or a function")
    return given


def _one_each(given: Sequence[Any] | np.ndarray, images: int, class_names: Sequence[str]) -> PerImageClass:
    """Return the target of a list of classes, one for each image."""
    if len(given) != images:
        raise UsageError(f"{len(given)} targets for {images} images; give one class, or one for each image")
    for one in given:
        if isinstance(one, bool) or not isinstance(one, int | np.integer | str | OneClass):
            said = " ".join(repr(one).split())[:60]
            raise UsageError(f"{said} in the list of targets is not a class; give one name or number for each image")
    numbers = [class_index(one if isinstance(one, str | OneClass) else int(one), class_names) for one in given]
    return PerImageClass(np.asarray(numbers, np.int64), "given class")


def _labels(images: Images, class_names: Sequence[str]) -> np.ndarray:
    if images.labels is None or tuple(images.class_names) != tuple(class_names):
        raise UsageError("the images have no labels of the model's classes, so there is no true class to explain")
    return images.labels
