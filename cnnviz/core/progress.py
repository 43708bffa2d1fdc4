"""Progress callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

#: Called with the number of items done and the total; the command line draws a bar from it. A callback with an
#: attribute ``staged`` also follows calls with several stages, see below.
Progress = Callable[[int, int], None]


Part = TypeVar("Part", bound=Sized)


def silent(done: int, total: int) -> None:
    """Report nothing."""


def staged(progress: Progress, stage: str) -> Progress:
    """Return the callback for one named stage of a call that has several.

    That is ``progress.staged(stage)`` for callbacks that distinguish stages, else ``progress`` itself.
    """
    named: Callable[[str], Progress] | None = getattr(progress, "staged", None)
    return progress if named is None else named(stage)


def report_parts(parts: Iterable[Part], total: int, progress: Progress) -> Iterator[Part]:
    """Yield the parts of a stream, and report the number of items so far after each."""
    done = 0
    for part in parts:
        yield part
        done += len(part)
        progress(done, total)


def halves(progress: Progress) -> tuple[Progress, Progress]:
    """Return the progress of two equally long runs, one after the other."""
    return (
        lambda done, total: progress(done, 2 * total),
        lambda done, total: progress(total + done, 2 * total),
    )
