"""The Python in the README and the docs runs, and links between the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnnviz.attribution.all_methods import METHODS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def python_blocks(document: Path) -> str:
    blocks = re.findall(r"^```python\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return "\n".join(blocks)


@pytest.mark.parametrize("name", ["README.md", "docs/python.md", "docs/channels.md", "docs/attribution.md"])
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # A method that an example enters must not stay for the tests that come after.
    monkeypatch.setattr(METHODS, "_held", dict(METHODS._held))
    code = python_blocks(ROOT / name)
    assert code
    exec(compile(code, name, "exec", dont_inherit=True), {"__name__": "example"})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"
