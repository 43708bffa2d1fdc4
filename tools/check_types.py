"""Run mypy on the packages as they are when installed.

``cli/`` and ``gallery/`` are ``cnnviz.cli`` and ``cnnviz.gallery`` (see pyproject.toml), which mypy cannot know. So it
gets a temporary tree of links in the installed layout; paths in its messages are mapped back to the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lay_out(tree: Path) -> dict[str, str]:
    """Link the packages under ``tree``; return the installed folder of each that is elsewhere in the checkout."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    moved = {}
    for package, folder in sorted(table["tool"]["setuptools"]["package-dir"].items()):
        place = tree / package.replace(".", "/")
        place.mkdir(parents=True, exist_ok=True)
        for entry in (ROOT / folder).iterdir():
            if entry.name != "__pycache__":
                (place / entry.name).symlink_to(entry)
        if str(place.relative_to(tree)) != folder:
            moved[f"{place.relative_to(tree)}/"] = f"{folder}/"
    return moved


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        moved = lay_out(tree)
        command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml"]
        command += ["--cache-dir", ROOT / ".mypy_cache", "-p", "cnnviz", *sys.argv[1:]]
        checked = subprocess.run(
            command, cwd=tree, stdout=subprocess.PIPE, text=True, check=False, env=os.environ | {"MYPYPATH": ""}
        )
    for line in checked.stdout.splitlines():
        for installed, folder in moved.items():
            if line.startswith(installed):
                line = folder + line.removeprefix(installed)
        print(line)
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
