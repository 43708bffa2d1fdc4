"""What commands say: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cnnviz.core.progress import Progress, silent

#: Version of the documents that --json prints.
SCHEMA_VERSION = 1


def print_json(kind: str, document: Mapping[str, Any]) -> None:
    """Print one JSON document with its kind and schema version."""
    whole = {"schema_version": SCHEMA_VERSION, "kind": kind, **document}
    print(json.dumps(whole, indent=2, ensure_ascii=not _utf8(), allow_nan=False))


def _utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def note(message: str, quiet: bool = False) -> None:
    """Say something about the work on standard error."""
    if not quiet:
        print(message, file=sys.stderr)


@contextmanager
def progress(what: str, quiet: bool = False) -> Iterator[Progress]:
    """Yield a progress callback: a bar on a terminal, a line every few seconds elsewhere, nothing if quiet."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        with _bar(what) as update:
            yield update
    else:
        yield _lines(what)


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class _Rate(TextColumn):
        """How many a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{_figure(task.speed)} a second" if task.speed else "", style="progress.data.speed")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(""), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str, every: float = 5.0) -> Progress:
    begun = last = time.monotonic()

    def update(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= every and done < total:
            last = now
            rate = max(done, 1) / (now - begun)
            note(f"{what}: {done:,} of {total:,}, {_figure(rate)} a second, about {(total - done) / rate:.0f} s left")

    return update


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
