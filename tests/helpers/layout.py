"""Where the packages lie in the checkout, what they are called once installed, and what they import."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
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


#: Every module by name: its file, and whether it is a package.
MODULES = {
    module_name(installed): (ROOT / source, installed.name == "__init__.py")
    for source, installed in source_files().items()
    if source.suffix == ".py"
}


def imported(nodes: Iterator[ast.AST], module: str, is_package: bool) -> set[str]:
    """Return the full names of the modules that these nodes import; `from a import b` is a.b if that is a module."""
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                above = parts[: len(parts) - node.level + is_package]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                names.add(whole if whole in MODULES else base)
    return names
