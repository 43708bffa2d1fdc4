"""Tables of measurements in docs/speed.md, one for each kind of processor, and a JSON file of a run of benchmarks."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

from cnnviz.core.processor import processor_name
from cnnviz.models.import_tensorflow import tensorflow

SPEED = Path(__file__).resolve().parents[2] / "docs" / "speed.md"


def record(what: str, rates: Mapping[str, float]) -> None:
    """Add images a second, by whom, to the file named by CNNVIZ_BENCH, as ``make bench`` does."""
    if not (place := os.environ.get("CNNVIZ_BENCH")):
        return
    path = Path(place)
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found["processor"], found["tensorflow"] = processor_name(), tensorflow().__version__
    found.setdefault("images a second", {})[what] = {who: round(rate, 2) for who, rate in rates.items()}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def kind_of_processor() -> str:
    """Return "AVX-512" or "AVX2", which decide what is quick, or "other"."""
    name = processor_name()
    return next((shown for flag, shown in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in name), "other")


def write_table(name: str, lines: list[str], absent: list[str] | None = None) -> None:
    """Put a table into docs/speed.md, in place of the one by this name of the same kind of processor."""
    kind = kind_of_processor()
    begin, end = f"<!-- {name}, {kind} -->\n", f"<!-- end of {name}, {kind} -->\n"
    text = SPEED.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise SystemExit(f"docs/speed.md has no place for the table {name!r} on {kind}; add its two comments")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    about = f"{processor_name()}, TensorFlow {tensorflow().__version__}, Python {platform.python_version()}."
    if absent:
        about += f" Not importable when this was measured: {', '.join(absent)}."
    SPEED.write_text(before + begin + "\n".join(["", *lines, "", about, "", ""]) + end + after, encoding="utf-8")
