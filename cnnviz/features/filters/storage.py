"""Filters as one .npz file, with the place of each array as its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.features.response_accumulator import LayerResponses
from cnnviz.features.responses import Responses
from cnnviz.features.result_file import read_result, write_parts

from .measures import LayerFilters
from .result import Filters

KIND = "filters"

T = TypeVar("T")


def save(result: Filters, path: Path, force: bool = True) -> Path:
    """Write one result to ``path``."""
    arrays: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {"layers": list(result.layers)}
    for i, name in enumerate(result.layers):
        _taken_apart(result.layers[name], f"filters/{i}", arrays, facts)
        _taken_apart(result.responses[name], f"responses/{i}", arrays, facts)
    return write_parts(iter([(result, {}, facts)]), KIND, len(result), path, force, whole=arrays)


def load(path: Path) -> Filters:
    """Read a file written by ``save``; DataError for any other file."""
    said, arrays, facts = read_result(path, KIND)
    try:
        layers = {
            name: _put_together(LayerFilters, f"filters/{i}", arrays, facts) for i, name in enumerate(facts["layers"])
        }
        answers = {
            name: _put_together(LayerResponses, f"responses/{i}", arrays, facts)
            for i, name in enumerate(facts["layers"])
        }
    except (KeyError, TypeError) as error:
        raise DataError(f"{path} holds no {KIND} saved by cnnviz") from error
    seen = Responses(said.images, said.model, said.probabilities, layers=answers)
    return Filters(said.images, said.model, said.probabilities, layers=layers, responses=seen)


def _taken_apart(value: Any, place: str, arrays: dict[str, np.ndarray], facts: dict[str, Any]) -> None:
    """Store a dataclass's arrays and numbers under names that start with ``place``."""
    for one in fields(value):
        held, name = getattr(value, one.name), f"{place}/{one.name}"
        if is_dataclass(held):
            _taken_apart(held, name, arrays, facts)
        elif isinstance(held, np.ndarray):
            arrays[name] = held
        else:
            facts[name] = held


def _put_together(kind: type[T], place: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> T:
    """Rebuild a dataclass from stored arrays and numbers."""
    given: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        at = f"{place}/{name}"
        if isinstance(hint, type) and is_dataclass(hint):
            given[name] = _put_together(hint, at, arrays, facts)
        else:
            given[name] = arrays[at] if hint is np.ndarray else facts[at]
    return kind(**given)
