"""Imports between the folders of the page's JavaScript point one way, like those between the Python packages.

Every import counts, also of types in JSDoc comments. Only the two files that declare shared types are exempt.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "gallery" / "page" / "js"

#: Shared type declarations, without code.
TYPES = {"contract.d.ts", "types.d.ts"}
BASE = {"dom", "words"}
DRAWN = BASE | {"parts", "values"}
HEAT = DRAWN | {"engine", "heat", "worker"}

#: Each folder, or file at the root, and what it may import. A missing folder is an error: add new ones here, below
#: everything that they import.
MAY_KNOW = {
    "words": set[str](),
    "route": set[str](),
    "dom": set[str](),
    "engine": set[str](),
    "worker": {"engine"},
    "values": {"words", "engine"},
    "parts": BASE | {"values"},
    "heat": DRAWN | {"engine", "worker"},
    "ablation": DRAWN,
    "data": DRAWN,
    "embedding": DRAWN,
    "filters": DRAWN,
    "layer": DRAWN,
    "compare": HEAT,
    "deconv": HEAT,
    "draw": HEAT,
    "image": HEAT,
    "training": HEAT,
    "channel": DRAWN | {"ablation", "deconv", "filters", "layer"},
    "evaluation": DRAWN | {"compare"},
    "images": HEAT | {"image"},
    "save": HEAT
    | {"ablation", "channel", "compare", "data", "deconv", "draw", "filters", "image", "images", "layer", "training"},
}
MAY_KNOW["pages"] = {*MAY_KNOW} - {"pages", "worker"}
MAY_KNOW["start"] = {"dom", "words", "route", "engine", "worker", "values", "parts"}

IMPORT = re.compile(r'(?:\bfrom |\bimport\()"([^"]+)"')
FILES = sorted(file for file in ROOT.rglob("*") if file.suffix in {".js", ".ts"} and file.name not in TYPES)


def folder(path: Path) -> str:
    """Return the top folder of a file, or the name of a file at the root."""
    return path.relative_to(ROOT).parts[0].split(".")[0]


def imports(file: Path) -> list[Path]:
    """Return the files that one imports or names a type of."""
    found = []
    for specifier in IMPORT.findall(file.read_text(encoding="utf-8")):
        target = (file.parent / specifier).resolve()
        declared = target.with_suffix(".d.ts")
        assert target.is_file() or declared.is_file(), f"{file.relative_to(ROOT)} imports {specifier}, which is missing"
        found.append(target if target.is_file() else declared)
    return found


@pytest.mark.parametrize("name", sorted({folder(file) for file in FILES}))
def test_imports_point_down(name: str) -> None:
    assert name in MAY_KNOW, f"add {name} to MAY_KNOW"
    for file in (file for file in FILES if folder(file) == name):
        for target in imports(file):
            known = target.name in TYPES or folder(target) in MAY_KNOW[name] | {name}
            assert known, f"{file.relative_to(ROOT)} may not import {target.relative_to(ROOT)}"


def test_no_two_folders_may_import_each_other() -> None:
    names = list(MAY_KNOW)
    for place, name in enumerate(names):
        assert MAY_KNOW[name] <= set(names[:place]), f"{name} stands above what it may import"


def test_every_folder_of_the_table_is_there() -> None:
    assert set(MAY_KNOW) == {folder(file) for file in FILES}
