"""Write gallery/page/js/contract.d.ts, the TypeScript types of a page's data, from the contract's JSON schema.

    python tools/make_contract_types.py [--check]

Each definition becomes an exported type in CamelCase. A nullable one excludes null, and its uses add ``| null``.
``--check`` only compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "gallery" / "page"
SCHEMA = PAGE / "contract.schema.json"
TARGET = PAGE / "js" / "contract.d.ts"

HEAD = """/**
 * The data of a page. Written by tools/make_contract_types.py from gallery/page/contract.schema.json; do not edit it.
 */
"""

#: Definitions whose fields depend on the operation, which the schema does not describe; the engine does.
WRITTEN = {"node": 'import("./engine/manifest.js").Node'}
PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
#: Arrays of a fixed length up to this become tuples.
LONGEST_TUPLE = 4


def camel(name: str) -> str:
    """Return a definition's name as a type name: evaluated_classes becomes EvaluatedClasses."""
    return "".join(part.capitalize() for part in name.split("_"))


class Types:
    """Translates schema rules to types; ``definitions`` are the rules that ``$ref`` names."""

    def __init__(self, definitions: Mapping[str, Mapping[str, Any]]) -> None:
        self.definitions = definitions

    def of(self, rule: Mapping[str, Any], indent: str = "", null: bool = True) -> str:
        """Return the type of values that match ``rule``, without null if ``null`` is false."""
        if "$ref" in rule:
            name = rule["$ref"].removeprefix("#/$defs/")
            return camel(name) + (" | null" if "null" in kinds(self.definitions[name]) else "")
        if "const" in rule:
            return json.dumps(rule["const"])
        if "enum" in rule:
            return " | ".join(json.dumps(value) for value in rule["enum"])
        found = [self._one(kind, rule, indent) for kind in kinds(rule) if null or kind != "null"]
        return " | ".join(dict.fromkeys(found))

    def _one(self, kind: str, rule: Mapping[str, Any], indent: str) -> str:
        if kind == "object":
            return self._object(rule, indent)
        if kind == "array":
            return self._array(rule, indent)
        return PLAIN[kind]

    def _array(self, rule: Mapping[str, Any], indent: str) -> str:
        item = self.of(rule["items"], indent)
        if rule.get("minItems", 0) == rule.get("maxItems") and rule["maxItems"] <= LONGEST_TUPLE:
            return f"[{', '.join([item] * rule['maxItems'])}]"
        return f"({item})[]" if " | " in item and not item.startswith("{") else f"{item}[]"

    def _object(self, rule: Mapping[str, Any], indent: str) -> str:
        properties, required = rule.get("properties", {}), rule.get("required", [])
        more = rule.get("additionalProperties", True)
        inner = indent + "  "
        # Arbitrary objects are the data of third-party sections, which only their own modules read.
        other = self.of(more, inner) if isinstance(more, dict) and more != {"type": "object"} else None
        if not properties and not required:
            return f"Record<string, {other or ('never' if more is False else 'unknown')}>"
        held = {name: self.of(properties[name], inner) if name in properties else other for name in required}
        held |= {f"{name}?": self.of(value, inner) for name, value in properties.items() if name not in required}
        lines = [f"{inner}{key(name)}: {type_};" for name, type_ in held.items()]
        if other:
            lines.append(f"{inner}[name: string]: {' | '.join(dict.fromkeys([other, *map(str, held.values())]))};")
        return "\n".join(["{", *lines, indent + "}"])


def kinds(rule: Mapping[str, Any]) -> list[str]:
    """Return the JSON types that a rule allows."""
    held = rule.get("type", [])
    return [held] if isinstance(held, str) else held


def key(name: str) -> str:
    """Return a property's name, quoted if it contains a space."""
    bare = name.removesuffix("?")
    return name if bare.isidentifier() else json.dumps(bare) + "?" * (name != bare)


def contract(schema: Mapping[str, Any]) -> str:
    """Return the content of the file."""
    types = Types(schema["$defs"])
    parts = [HEAD, f"export type PageData = {types.of(schema)};\n"]
    for name, rule in schema["$defs"].items():
        parts.append(f"export type {camel(name)} = {WRITTEN.get(name) or types.of(rule, null=False)};\n")
    return "\n".join(parts)


def main() -> None:
    written = contract(json.loads(SCHEMA.read_text(encoding="utf-8")))
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != written:
            sys.exit(f"{TARGET.name} is out of date: run python tools/make_contract_types.py")
        return
    TARGET.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
