"""Networks and recipes in YAML files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from cnnviz.core.errors import DataError, UnknownNameError, UsageError
from cnnviz.data.paths import one_line, shown

from .recipe import KINDS, TrainingRecipe, field_name

SUFFIXES = (".yaml", ".yml")

#: The most characters of a file, and the deepest nesting, of which a list of layers needs two.
MOST_CHARACTERS, DEEPEST = 1_000_000, 8


class _EachOnce(yaml.SafeLoader):  # type: ignore[misc]
    """Rejects duplicate keys, of which YAML would silently take the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: list[str] = []
        for key, _ in node.value:
            name = field_name(str(key.value))
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name} is there twice", key.start_mark)
            seen.append(name)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True)
class Plan:
    """The content of a file: a network's name or its layer text, and fields of the recipe."""

    network: str | None
    layers: str | None
    fields: dict[str, Any]


def read_plan(path: Path) -> Plan:
    """Read a YAML file such as ::

        layers:
          - conv 32 3x3 relu
          - pool 2
          - flatten
          - dense 10
        epochs: 5
        changes: [flip, "shift:pixels=2"]

    ``network: fmnist-cnn`` may replace ``layers``. DataError for a missing file or invalid YAML, UsageError for invalid
    keys and values.
    """
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_more_than_data(text)
        document = yaml.load(text, _EachOnce)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DataError(f"cannot read {path}: {(reason or str(error)).lower()}") from error
    # Python raises its own errors for values that YAML converts, such as a thirteenth month or a mismatched tag.
    except (yaml.YAMLError, ValueError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        why = one_line(getattr(error, "problem", None) or error)
        raise DataError(f"{path}{place}: this cannot be read ({why})") from error
    if not isinstance(document, dict):
        raise UsageError(f"{path} must name layers (or a network) and settings, such as 'epochs: 5'")
    kinds = {field.name: str(field.type) for field in fields(TrainingRecipe)}
    known = ["network", "layers", *kinds]
    for key in document:
        if field_name(str(key)) not in known:
            raise UnknownNameError(f"setting in {path.name}", str(key), known)
    document = {field_name(str(key)): value for key, value in document.items()}
    for key in ("layers", "network"):
        if key in document and document[key] in (None, "", []):
            raise UsageError(f"{path}: {key} is empty; fill it in or leave it out")
    layers = document.pop("layers", None)
    network = document.pop("network", None)
    if isinstance(layers, list) and all(isinstance(one, str) for one in layers):
        layers = ", ".join(layers)
    if not (layers is None or isinstance(layers, str)) or not (network is None or isinstance(network, str)):
        raise UsageError(f"{path}: layers are a list of words, such as '- conv 32 3x3', and a network is a name")
    return Plan(network, layers, {key: _fit(path, key, value, kinds[key]) for key, value in document.items()})


def _refuse_more_than_data(text: str) -> None:
    """Raise for what a list of settings never needs: aliases, which multiply; tags; deep nesting; a very long text."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it is longer than {MOST_CHARACTERS:,} characters")
    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        problem = None
        if depth > DEEPEST:
            problem = f"it is nested more than {DEEPEST} deep"
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors (&) and aliases (*) are not used here"
        elif getattr(event, "tag", None):
            problem = f"tags such as {shown(event.tag)[:40]} are not used here"
        if problem:
            raise yaml.constructor.ConstructorError(None, None, problem, event.start_mark)


def _fit(path: Path, key: str, value: Any, kind: str) -> Any:
    if key == "changes":
        value = [value] if isinstance(value, str) else value
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
    wanted, _ = KINDS[kind]
    # YAML 1.1 reads 1e-3 as text.
    if kind == "float" and isinstance(value, str):
        with suppress(ValueError):
            value = float(value)
    if isinstance(value, wanted) and (kind == "bool" or not isinstance(value, bool)):
        return value
    raise UsageError(f"{path}: {key} cannot be {repr(value)[:60]}")
