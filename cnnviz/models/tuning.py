"""Choices between ways of computing the same bits, made by a measurement where the code runs.

Which way is faster depends on the processor. The first use of a way measures all of them for a few milliseconds, on
the shapes of the network at hand; the winner is kept for the process, and in the user's cache folder for later ones,
by processor and version of TensorFlow. Only ways whose results are the same to the last bit are offered, so a result
never depends on the outcome. ``CNNVIZ_TUNE=off`` takes each question's default, and ``CNNVIZ_TUNE="QUESTION=WAY,…"``
fixes the answers to some.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cnnviz.core.cache_folder import cache_folder
from cnnviz.core.errors import OutputError, UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.processor import processor_name

from .import_tensorflow import tensorflow

#: The environment variable that fixes choices.
VARIABLE = "CNNVIZ_TUNE"
#: Runs of each way; the fastest counts, since whatever else the processor does only adds time.
ROUNDS = 5
#: Answers kept for one processor, and bytes of the file that are read.
MOST_ANSWERS, MOST_BYTES = 1000, 2**20

#: The answers of this process, by question and shapes.
_answers: dict[str, str] = {}


def fastest(
    question: str, shapes: str, ways: tuple[str, ...], prepare: Callable[[], Mapping[str, Callable[[], object]]]
) -> str:
    """Return which of ``ways`` is fastest for these shapes; the first is the default.

    ``prepare`` returns a call of each way, and is not called where the answer is known. UsageError for a way in
    ``CNNVIZ_TUNE`` that does not exist.
    """
    fixed = _fixed().get(question)
    if fixed is not None:
        if fixed not in ways:
            raise UsageError(f"{VARIABLE} has {question}={fixed}; choose {' or '.join(ways)}")
        return fixed
    if os.environ.get(VARIABLE) == "off":
        return ways[0]
    key = f"{question} {shapes}"
    if key not in _answers:
        known = _kept().get(key)
        _answers[key] = known if known in ways else _measured(key, prepare())
    return _answers[key]


def _fixed() -> dict[str, str]:
    """Return the answers in the environment, by question."""
    given = os.environ.get(VARIABLE, "").strip()
    if given in ("", "on", "off"):
        return {}
    pairs = [part.partition("=") for part in given.split(",")]
    if not all(way for _, _, way in pairs):
        raise UsageError(f"{VARIABLE} is {given!r}; set it to off, or to QUESTION=WAY, as in max-pool-gradient=arrays")
    return {question.strip(): way.strip() for question, _, way in pairs}


def _measured(key: str, ways: Mapping[str, Callable[[], object]]) -> str:
    for run in ways.values():
        run()
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for way, run in ways.items():
            begun = time.perf_counter()
            run()
            seconds[way] = min(seconds[way], time.perf_counter() - begun)
    best = min(seconds, key=seconds.__getitem__)
    _keep(key, best)
    return best


def _file() -> Path:
    return cache_folder() / "tuning.json"


def _machine() -> str:
    return f"{processor_name()}, TensorFlow {tensorflow().__version__}"


def _kept() -> dict[str, Any]:
    """Return the answers of earlier processes on this kind of machine."""
    found = _read().get(_machine())
    return found if isinstance(found, dict) else {}


def _read() -> dict[str, Any]:
    """Return the whole file, {} for one that is missing or is not what this module writes."""
    try:
        with _file().open("rb") as file:
            found = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(key: str, way: str) -> None:
    """Add an answer to the file; where it cannot be written, the next process measures again."""
    everything = _read()
    own = everything.get(_machine())
    own = own if isinstance(own, dict) and len(own) < MOST_ANSWERS else {}
    everything[_machine()] = own | {key: way}
    text = json.dumps(everything, indent=1, sort_keys=True)
    if len(text) > MOST_BYTES:
        text = json.dumps({_machine(): {key: way}}, indent=1)
    try:
        write_bytes(_file(), text.encode())
    except OutputError:
        return
