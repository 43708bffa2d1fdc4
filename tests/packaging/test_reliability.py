"""The fuzzing tool and its table in the docs: every area without faults; and its judges find what they judge."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from tools.fuzz.__main__ import BEGIN, END, write_table
from tools.fuzz.areas import AREAS
from tools.fuzz.carriers import _check_table, _Elements
from tools.fuzz.mutate import HDF5, mutate

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


def test_the_table_has_every_area_its_seeds_and_no_fault() -> None:
    table = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"^\| ([^|*]+) \| ([\d,]+) \| (\d+) \|$", table, re.MULTILINE)
    assert [row[0] for row in rows] == [area.title for area in AREAS.values()]
    counts = [int(row[1].replace(",", "")) for row in rows]
    assert re.search(r"^Seeds \d+(, \d+)+\.$", table, re.MULTILINE)
    assert all(row[2] == "0" for row in rows) and min(counts) > 0
    assert f"| **all** | **{sum(counts):,}** | **0** |" in table and sum(counts) >= 40_000


def test_the_table_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n")
    write_table(document, ["one", "two"])
    assert document.read_text() == f"before\n\n{BEGIN}\n\none\ntwo\n\n{END}\n\nafter\n"
    document.write_text("no marks")
    with pytest.raises(SystemExit, match=BEGIN):
        write_table(document, ["one"])


def test_formulas_and_markup_are_found() -> None:
    _check_table("name,value\r\n'=1+1,-3.5\r\n")
    for cell in ("=1+1", " @SUM(1)", '"\t=1"', "-1+1"):
        with pytest.raises(AssertionError):
            _check_table(f"name,value\r\n{cell},1\r\n")
    plain, odd = _Elements(), _Elements()
    plain.feed("<p title='x'>&lt;img onerror=1&gt;</p>")
    odd.feed("<p title='x'><img onerror=1></p>")
    assert set(odd.found) - set(plain.found) == {("img", ("onerror",))}


def test_what_is_mutated_differs_and_keeps_its_kind(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["layers/dense/0"] = np.ones((2, 3))
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential"})
    for start, content in (
        (HDF5, (tmp_path / "a.h5").read_bytes()),
        (b"", b"layers:\n  - conv 4 3x3\n  - flatten\nepochs: 5\n"),
        (b"", json.dumps({"a": [1, 2, {"b": None}]}).encode()),
    ):
        made = {mutate(content, random.Random(seed)) for seed in range(60)}
        assert len(made - {content}) > 40 and sum(one.startswith(start) for one in made) > 40
