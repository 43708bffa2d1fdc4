"""Write docs/cli.md from the commands' own --help, so that it cannot drift. ``--check`` only compares.

python tools/make_cli_reference.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from click.testing import CliRunner

from cnnviz.cli.main import COMMANDS, cli

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

HEAD = """# The command line

This page is written by `tools/make_cli_reference.py` from what `--help` prints; do not edit it by hand.

Standard output carries results only: the path written, a table, or with `--json` one document that has a
`schema_version`. Progress and notes go to standard error. Files are written whole or not at all, and an existing file
that differs is replaced only with `--force`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a valid request failed: the disk is full, or the path cannot be written |
| 2 | an invalid request: an unknown option, layer or class |
| 3 | the model or the images are missing or cannot be used |
| 4 | a metric missed its bound |
| 130 | interrupted by Ctrl-C; a second one ends the command at once, and the next run deletes what is left |
| 143 | the same by SIGTERM |
"""


def reference() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name in ((), *((command,) for command in COMMANDS)):
        shown = " ".join(["cnnviz", *name])
        result = CliRunner().invoke(cli, [*name, "--help"], prog_name="cnnviz", terminal_width=100)
        parts.append(f"\n## {shown}\n\n```text\n{result.output.rstrip()}\n```\n")
    return "".join(parts)


def main() -> None:
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") != reference():
            sys.exit("docs/cli.md is out of date: run python tools/make_cli_reference.py")
        return
    TARGET.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
