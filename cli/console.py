"""Console output: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cnnviz.cli.waiting import clear_waiting
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.printable import printable


def print_lines(*lines: object) -> None:
    """Print lines on standard output; what a file put into them reaches the terminal as text."""
    clear_waiting()
    for line in lines or ("",):
        print(printable(line))


def print_paths(*paths: Path | str) -> None:
    """Print a path a line: exactly for a program that reads it, and as text for a terminal."""
    clear_waiting()
    for path in paths:
        print(printable(path) if sys.stdout.isatty() else path)


def print_json(kind: str, document: Mapping[str, Any]) -> None:
    """Print one JSON document with its kind and schema version."""
    import json

    whole = {"schema_version": SCHEMA_VERSION, "kind": kind, **document}
    text = json.dumps(whole, indent=2, ensure_ascii=not _utf8(), allow_nan=False)
    # Control characters below the space are escaped by JSON itself, and what has no shape above it here.
    clear_waiting()
    unsafe = {c for c in set(text) - {"\n"} if printable(c) != c}
    print(text.translate({ord(c): _json_escape(c) for c in unsafe}))


def _json_escape(character: str) -> str:
    r"""Return a character as JSON escapes it: "\u202e", with a surrogate pair for those above U+FFFF."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def note(message: str, quiet: bool = False) -> None:
    """Print a note on standard error."""
    if not quiet:
        clear_waiting()
        print(printable(message), file=sys.stderr)


@contextmanager
def progress(what: str, quiet: bool = False) -> Iterator[Any]:
    """Yield a progress callback: a bar on a terminal, a line every few seconds elsewhere, nothing if quiet.

    Besides the items done and the total it takes an optional description of the current item. Its ``staged(stage)`` is
    the callback for one of several stages, see core/progress.py.
    """
    if quiet:
        yield lambda done, total, said="": None
    elif sys.stderr.isatty():
        with _bar(what) as update:
            yield _with_stages(update)
    else:
        yield _with_stages(_lines(what))


def _with_stages(update: Any) -> Any:
    def staged(stage: str) -> Any:
        return lambda done, total, said="": update(done, total, said or stage)

    update.staged = staged
    return update


@contextmanager
def _bar(what: str) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.table import Column
    from rich.text import Text

    class _Rate(TextColumn):
        """The speed column."""

        def render(self, task: Task) -> Text:
            return Text(f"{_figure(task.speed)} a second" if task.speed else "", style="progress.data.speed")

    class _Done(TextColumn):
        """The column of items done; only the share if the numbers are long."""

        def render(self, task: Task) -> Text:
            if not task.total:
                return Text("")
            few = task.total < 100_000
            return Text(f"{task.completed:.0f}/{task.total:.0f}" if few else f"{task.percentage:.0f} %")

    # The bar takes the remaining width.
    console = Console(stderr=True)
    console.width = min(console.width, 110)
    drawn = BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=6))
    columns = (TextColumn("{task.description}", markup=False), drawn, _Done(""), _Rate(""), TimeRemainingColumn())
    clear_waiting()
    with Bar(*columns, console=console, transient=True, expand=True) as bar:
        task = bar.add_task(what, total=None)

        def update(done: int, total: int, said: str = "") -> None:
            bar.update(task, completed=done, total=total, description=printable(said or what))

        yield update


def _lines(what: str, every: float = 5.0) -> Any:
    last = time.monotonic()
    begun: tuple[float, int] | None = None
    whole = 0

    def update(done: int, total: int, said: str = "") -> None:
        nonlocal begun, last, whole
        now = time.monotonic()
        # A new total starts a new stage with its own pace.
        begun, whole = (begun if total == whole else None), total
        # Items done before a resume, and the time until the first item, do not count toward the pace.
        begun = begun or (now, done)
        if now - last >= every and done < total:
            last = now
            pace = (done - begun[1]) / (now - begun[0]) if now > begun[0] else 0.0
            left = f", {_figure(pace)} a second, about {_duration((total - done) / pace)} left" if pace > 0 else ""
            note(f"{said or what}: {done:,} of {total:,}{left}")

    return update


def _duration(seconds: float) -> str:
    """Return a duration as text."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _figure(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
