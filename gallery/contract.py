"""The data contract between Python and the page, and its validation.

``page/contract.schema.json`` is the contract; docs/gallery-contract.md explains it. Every page is checked against
it before it is written, with the few keywords of JSON Schema that the file uses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import CnnvizError

SCHEMA_VERSION = 2
_SCHEMA = Path(__file__).parent / "page" / "contract.schema.json"

_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


class ContractError(CnnvizError):
    """The page's data violates the contract; an error of cnnviz or of a section, never of the user."""


@cache
def schema() -> dict[str, Any]:
    """Return the JSON schema of the page's data."""
    return json.loads(_SCHEMA.read_text(encoding="utf-8"))


def check(value: Any, rule: Mapping[str, Any] | None = None, where: str = "page") -> None:
    """Raise ContractError with the place unless ``value`` matches ``rule``, by default the whole contract."""
    rule = schema() if rule is None else rule
    if "$ref" in rule:
        target: Any = schema()
        for key in rule["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        return check(value, target, where)
    if "const" in rule and value != rule["const"]:
        raise ContractError(f"{where} is {value!r}, not {rule['const']!r}")
    if "enum" in rule and value not in rule["enum"]:
        raise ContractError(f"{where} is {value!r}, not one of {rule['enum']}")
    if "type" in rule:
        _check_type(value, rule["type"], where)
    if isinstance(value, int | float) and value < rule.get("minimum", value):
        raise ContractError(f"{where} is {value}, below {rule['minimum']}")
    if isinstance(value, dict):
        _check_object(value, rule, where)
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            raise ContractError(f"{where} has {len(value)} items")
        for i, item in enumerate(value):
            check(item, rule.get("items", {}), f"{where}[{i}]")


def _check_type(value: Any, wanted: str | Sequence[str], where: str) -> None:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        # True is an integer in Python but not in JSON.
        if isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)):
            return
    raise ContractError(f"{where} is {type(value).__name__}, not {' or '.join(names)}")


def _check_object(value: dict[str, Any], rule: Mapping[str, Any], where: str) -> None:
    known = rule.get("properties", {})
    for key in rule.get("required", ()):
        if key not in value:
            raise ContractError(f"{where} lacks {key!r}")
    for key, item in value.items():
        if key in known:
            check(item, known[key], f"{where}.{key}")
            continue
        others = rule.get("additionalProperties", True)
        if others is False:
            raise ContractError(f"{where} has an unknown {key!r}")
        if isinstance(others, dict):
            check(item, others, f"{where}.{key}")


def plain(value: Any) -> Any:
    """Return ``value`` as JSON values: NumPy numbers as Python's, NaN and infinity as null, others as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    return str(value)


def to_json(value: Any) -> str:
    """Return ASCII JSON that is safe inside a script element, with any names."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c")
