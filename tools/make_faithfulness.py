"""Write the tables of docs/faithfulness.md: methods × metrics on a model, and the arena.

``python tools/make_faithfulness.py --model fmnist-cnn --n 500 --work FOLDER`` measures and replaces what is between the
markers of the page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import cnnviz
from cnnviz.core.processor import processor_name

PAGE = Path(__file__).resolve().parents[1] / "docs" / "faithfulness.md"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="fmnist-cnn")
    parser.add_argument("--data", default="fmnist:test")
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--arena-n", type=int, default=100)
    parser.add_argument("--work", type=Path, default=Path("arena"), help="the arena's folder")
    given = parser.parse_args()
    trust = cnnviz.trust(given.model, cnnviz.open_images(given.data)[: given.n], progress=say)
    write("trust", [about(given.model, given.n), "", *trust_table(trust), "", *bullets(trust.findings)])
    arena = cnnviz.run_arena(count=given.arena_n, work=given.work, progress=say)
    write("arena", [*arena_table(arena), "", *bullets(arena.findings)])


def about(model: str, count: int) -> str:
    """Return what a table was made of."""
    return f"`{model}`, the first {count} images of Fashion-MNIST's test set, seed 0; {processor_name()}."


def trust_table(trust: cnnviz.Trust) -> list[str]:
    """Return the table of a trust report, the most faithful method first."""
    head = ["method", *(f"{one.title} ({one.better})" for one in trust.metrics)]
    rows = []
    for method in (*trust.verdicts, *trust.controls):
        cells = []
        for one in trust.metrics:
            entry = trust.entry(method, one.spec)
            if entry is None:
                cells.append("–")
                continue
            bold = "**" if entry.beats_random and entry.beats_edges else ""
            cells.append(f"{bold}{entry.mean:.3f}{bold} ± {(entry.high - entry.low) / 2:.3f}")
        rows.append([trust.titles[method] if method in trust.methods else f"*{trust.titles[method]}*", *cells])
    return table(head, rows)


def arena_table(arena: cnnviz.Arena) -> list[str]:
    """Return the table of an arena, in percent."""
    head = ["method", *(one.title for one in arena.problems)]
    rows = []
    for method in (*arena.methods, *arena.controls):
        cells = []
        for one in arena.problems:
            entry = arena.entry(method, one.name)
            bold = "**" if entry is not None and (entry.beats_edges or entry.fooled) else ""
            cells.append("–" if entry is None else f"{bold}{100 * entry.mean:.0f}{bold}")
        rows.append([arena.titles[method] if method in arena.methods else f"*{arena.titles[method]}*", *cells])
    rows.append(["chance", *(f"{100 * one.chance:.0f}" for one in arena.problems)])
    rows.append(["the network's accuracy", *(f"{100 * one.accuracy:.0f}" for one in arena.problems)])
    return table(head, rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---", *["---:"] * (len(head) - 1)], *rows)]


def bullets(lines: Iterable[str]) -> list[str]:
    """Return a Markdown list."""
    return [f"- {line}" for line in lines]


def write(name: str, lines: Sequence[str]) -> None:
    """Replace what is between a table's markers."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{chr(10).join(lines)}\n\n{end}{after}", encoding="utf-8")


def say(done: int, total: int) -> None:
    """Print how far it is."""
    print(f"\r{done} of {total}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
