"""The TypeScript types of the page's data match its JSON schema."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers import tools

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return tools.tool("make_contract_types")


def test_the_types_are_those_of_the_schema(tool: ModuleType) -> None:
    schema = json.loads(tool.SCHEMA.read_text(encoding="utf-8"))
    assert tool.TARGET.read_text(encoding="utf-8") == tool.contract(schema), "run python tools/make_contract_types.py"


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ({"type": "integer", "minimum": 0}, "number"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"const": 2}, "2"),
        ({"enum": ["label", None]}, '"label" | null'),
        ({"type": "array", "items": {"type": ["number", "null"]}}, "(number | null)[]"),
        ({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}, "[number, number]"),
        ({"type": "object", "additionalProperties": {"$ref": "#/$defs/two_ends"}}, "Record<string, TwoEnds | null>"),
        ({"type": "object"}, "Record<string, unknown>"),
        ({"type": "object", "additionalProperties": False}, "Record<string, never>"),
        (
            {"type": "object", "required": ["a b"], "properties": {"a b": {"type": "string"}, "c": {"type": "number"}}},
            '{\n  "a b": string;\n  c?: number;\n}',
        ),
        (
            {"type": "object", "required": ["cost"], "additionalProperties": {"type": "number"}},
            "{\n  cost: number;\n  [name: string]: number;\n}",
        ),
    ],
)
def test_a_rule_is_written_as_a_type(tool: ModuleType, rule: dict[str, object], written: str) -> None:
    types = tool.Types({"two_ends": {"type": ["array", "null"], "items": {"type": "number"}}})
    assert types.of(rule) == written
