"""The documented command line is the one that there is."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.tools import tool

ROOT = Path(__file__).resolve().parents[2]


def test_the_cli_reference_is_what_help_prints() -> None:
    module = tool("make_cli_reference")
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == module.reference(), (
        "run python tools/make_cli_reference.py"
    )
