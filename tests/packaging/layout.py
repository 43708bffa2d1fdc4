"""Where the packages lie in the checkout, and what they are called once installed."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]

#: Folder in the checkout to package, as the package-dir table says.
FOLDERS = {Path(folder): package for package, folder in SETUPTOOLS["package-dir"].items()}


def source_files() -> dict[Path, Path]:
    """Map every file of the packages to its path once installed, as Path("cnnviz/cli/main.py")."""
    return {
        file.relative_to(ROOT): Path(package.replace(".", "/")) / file.relative_to(ROOT / folder)
        for folder, package in FOLDERS.items()
        for file in sorted((ROOT / folder).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }


def module_name(installed: Path) -> str:
    """Name the module that an installed file is: cnnviz/cli/__init__.py is cnnviz.cli."""
    parts = installed.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
