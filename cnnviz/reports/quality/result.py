"""The outcome of a quality check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.errors import QualityGateError
from cnnviz.core.files import write_bytes
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.number_words import counted
from cnnviz.core.printable import printable

from .bounds import FIGURES


@dataclass(frozen=True)
class Checked:
    """One figure and its bound.

    ``value`` is what was measured, ``low`` and ``high`` its 95 % interval or None, ``bound`` the bound. ``about`` says
    what was measured on.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    bound: float
    about: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the measured value, not its interval, is within the bound."""
        return self.value >= self.bound if FIGURES[self.name].at_least else self.value <= self.bound

    @property
    def sentence(self) -> str:
        """The figure with its interval and bound, in a line."""
        figure = FIGURES[self.name]
        interval = "" if self.low is None or self.high is None else f" ({self.low:.4f} to {self.high:.4f})"
        limit = "at least" if figure.at_least else "at most"
        kept = "" if self.passed else ", which it is not"
        return f"{figure.title} {self.value:.4f}{interval}, to be {limit} {self.bound:g}{kept}; {self.about}"


@dataclass(frozen=True)
class QualityCheck(Documented):
    """Figures of a model held against bounds.

    ``model`` and ``source`` name the model and the images, ``images`` is their number and ``checks`` has each figure.
    ``notes`` say what weakens them.
    """

    kind: ClassVar[str] = "check"

    model: str
    source: str
    images: int
    checks: tuple[Checked, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        failed = len(self.failed)
        verdict = f"{failed} of {counted(len(self.checks), 'check')} failed" if failed else "all checks passed"
        return printable(
            f"QualityCheck({self.model!r} on {counted(self.images, 'image')} of {self.source!r}: {verdict})"
        )

    @property
    def failed(self) -> tuple[Checked, ...]:
        """The checks that failed."""
        return tuple(one for one in self.checks if not one.passed)

    @property
    def passed(self) -> bool:
        """Whether all checks passed."""
        return not self.failed

    def enforce(self) -> None:
        """Raise QualityGateError, in one line, if a check failed."""
        if self.failed:
            first = self.failed[0]
            more = f", and {len(self.failed) - 1} more" if len(self.failed) > 1 else ""
            raise QualityGateError(f"{self.model} fails the check: {first.sentence}{more}")

    def document(self) -> dict[str, Any]:
        """Return all figures with their bounds."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "model": self.model,
            "source": self.source,
            "images": self.images,
            "passed": self.passed,
            "checks": [asdict(one) | {"passed": one.passed} for one in self.checks],
            "notes": list(self.notes),
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield column names, then a row for each figure."""
        yield "name", "value", "low", "high", "bound", "passed", "about", "seconds"
        for one in self.checks:
            yield one.name, one.value, one.low, one.high, one.bound, one.passed, one.about, one.seconds

    def to_junit(self, path: str | Path | None = None, force: bool = True) -> str | Path:
        """Return the checks as JUnit XML, which build servers show, or write them to ``path`` and return that."""
        suite = ElementTree.Element(
            "testsuite",
            name=f"cnnviz check {_xml(self.model)}",
            tests=str(len(self.checks)),
            failures=str(len(self.failed)),
            errors="0",
            skipped="0",
            time=f"{sum(one.seconds for one in self.checks):.3f}",
        )
        for one in self.checks:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"cnnviz.{_xml(self.model)}", name=one.name, time=f"{one.seconds:.3f}"
            )
            said = _xml(one.sentence)
            if one.passed:
                ElementTree.SubElement(case, "system-out").text = said
            else:
                ElementTree.SubElement(case, "failure", message=said, type="bound").text = said
        whole = ElementTree.Element("testsuites")
        whole.append(suite)
        ElementTree.indent(whole)
        text = '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(whole, encoding="unicode") + "\n"
        return text if path is None else write_bytes(Path(path), text.encode("utf-8", "replace"), force)


def _xml(words: str) -> str:
    """Return words without the characters that XML cannot hold: control characters and lone surrogates."""
    return printable(words)
