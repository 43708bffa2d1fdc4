"""No circles: a module does not import, by any way round, a module that imports it.

Imports inside functions count; those that only a type annotation needs do not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.helpers.layout import MODULES, imported


def at_run_time(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all nodes but those of type-checking blocks."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def graph(sources: Mapping[str, tuple[str, bool]]) -> dict[str, set[str]]:
    """Return what each module imports of the others; a source is a text, and whether the module is a package."""
    return {
        module: imported(at_run_time(ast.parse(text)), module, is_package) & set(sources) - {module}
        for module, (text, is_package) in sources.items()
    }


def circles(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, each sorted: Tarjan's strongly connected components."""
    found: list[list[str]] = []
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in sorted(imports[module]):
            if other not in number:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            at = stack.index(module)
            group, stack[at:] = stack[at:], []
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(imports):
        if module not in number:
            visit(module)
    return sorted(found)


def test_no_modules_import_each_other() -> None:
    sources = {name: (path.read_text(encoding="utf-8"), package) for name, (path, package) in MODULES.items()}
    found = circles(graph(sources))
    assert not found, "\n".join(" ⇄ ".join(group) for group in found)


A, B, C = "cnnviz.core.files", "cnnviz.core.names", "cnnviz.core.errors"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({A: "from . import names", B: "from .files import path"}, [[A, B]]),
        ({A: "def f():\n    from .names import plain", B: "import cnnviz.core.files"}, [[A, B]]),
        ({A: "from .names import x", B: "from .errors import x", C: "from cnnviz.core.files import x"}, [[C, A, B]]),
        ({A: "from .names import x", B: "if TYPE_CHECKING:\n    from .files import x"}, []),
        ({A: "from .names import x\nfrom .errors import x", B: "from .errors import x", C: ""}, []),
    ],
)
def test_the_check_sees_circles_alone(texts: dict[str, str], expected: list[list[str]]) -> None:
    assert circles(graph({module: (text, False) for module, text in texts.items()})) == expected
