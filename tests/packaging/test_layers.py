"""Imports point down only: cli, gallery, reports, attribution and its neighbours, models, data, core.

Every import counts, also inside functions and for type checking: a module depends on each name that it knows.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.layout import MODULES, imported

LIBRARY = {"core", "data", "models", "ablation", "attribution", "features", "maximization", "metrics"}

#: Each package and the packages that it may import. A missing package is an error: add new ones here.
MAY_KNOW = {
    "core": set[str](),
    "data": {"core"},
    "models": {"core", "data"},
    "ablation": {"core", "data", "models", "features"},
    "attribution": {"core", "data", "models", "features"},
    "features": {"core", "data", "models", "export"},
    "maximization": {"core", "data", "models", "features"},
    "metrics": {"core", "data", "models", "features", "attribution"},
    "arena": LIBRARY | {"training"},
    "callbacks": {"core", "data", "models", "features", "attribution"},
    "training": {"core", "data", "models", "callbacks"},
    "export": {"core", "data", "models"},
    "reports": LIBRARY | {"callbacks"},
    "gallery": LIBRARY - {"models"} | {"arena", "reports", "callbacks"},
    "cli": LIBRARY | {"arena", "training", "export", "reports", "gallery", "callbacks"},
}
#: The public front, which imports the public names on first use.
FRONT = {"cnnviz": LIBRARY | {"arena", "training", "reports", "callbacks"}, "cnnviz.__main__": {"cli"}}

FRAMEWORKS = {"tensorflow", "keras", "tf_keras_vis"}
MAY_USE_FRAMEWORKS = {"models", "training", "callbacks"}

#: The modules that import by a computed name, which this test cannot follow. Review them by hand.
DOORS = {
    "cnnviz",
    "cnnviz.cli.custom_objects",
    "cnnviz.cli.main",
    "cnnviz.core.render",
    "cnnviz.data.formats.readers",
    "cnnviz.gallery",
    "cnnviz.gallery.views",
}


def package(module: str) -> str:
    """Return the package of a module, "core" for cnnviz.core.files; the front has none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and f"cnnviz.{parts[1]}" not in FRONT else ""


def at_import_time(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes that run at import time: no function bodies, no type-checking blocks."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def faults(module: str, path: Path, is_package: bool) -> list[str]:
    """Return the forbidden imports of a module as sentences."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    everywhere = imported(ast.walk(tree), module, is_package)
    here, found = package(module), []
    may_know = FRONT[module] if module in FRONT else MAY_KNOW[here]
    for name in sorted(everywhere):
        top, there = name.split(".")[0], package(name)
        if top == "cnnviz" and there and there != here and there not in may_know:
            found.append(f"{module} imports {name}: {here or 'the front'} may not know {there}")
        if top in FRAMEWORKS and here not in MAY_USE_FRAMEWORKS:
            found.append(f"{module} imports {name}: only {', '.join(sorted(MAY_USE_FRAMEWORKS))} may")
    for name in sorted(imported(at_import_time(tree), module, is_package)):
        if name.split(".")[0] in FRAMEWORKS:
            found.append(f"{module} imports {name} at import time; do it where it is used")
    if module not in DOORS and "import_module" in path.read_text(encoding="utf-8"):
        found.append(f"{module} imports by a computed name; add it to DOORS if that must be")
    return found


def test_imports_point_down() -> None:
    found = [fault for module, (path, is_package) in MODULES.items() for fault in faults(module, path, is_package)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "code", "words"),
    [
        ("cnnviz.core.files", "from cnnviz.data.images import Images", "core may not know data"),
        ("cnnviz.core.files", "def f():\n    from ..data import images", "core may not know data"),
        ("cnnviz.features.activations", "import cnnviz.gallery.build", "features may not know gallery"),
        ("cnnviz.gallery.build", "if TYPE_CHECKING:\n    from cnnviz.models.probe import Probe", "not know models"),
        ("cnnviz.features.activations", "def f():\n    import keras", "only callbacks, models, training may"),
        ("cnnviz.models.probe", "import tensorflow as tf", "at import time"),
        ("cnnviz.models.probe", "class A:\n    from keras import layers", "at import time"),
        ("cnnviz.data.open", "importlib.import_module('cnnviz.cli')", "computed name"),
    ],
)
def test_the_check_sees(module: str, code: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(code)
    assert any(words in fault for fault in faults(module, file, is_package=False))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("cnnviz.data.open", "from .images import Images\nfrom cnnviz.core.errors import DataError"),
        ("cnnviz.models.probe", "if TYPE_CHECKING:\n    import keras\ndef f():\n    import tensorflow"),
        ("cnnviz.cli.main", "import cnnviz\nfrom cnnviz import __version__"),
    ],
)
def test_the_check_lets_pass(module: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(code)
    assert not faults(module, file, is_package=False)
