"""The command line holds no sentence about results: what a result says is in the library, for Python and pages too.

Its own sentences are help, messages about options, and the progress; these are told apart by where they stand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.helpers.layout import ROOT

CLI = ROOT / "cli"
#: The modules that see no result: the options, the bar, the errors of the process.
WITHOUT_RESULTS = ("console.py", "main.py", "options.py")
#: Functions that declare commands and options, whose strings are help.
DECLARES = {"argument", "command", "format_option", "group", "option", "second_model", "shared"}
#: Errors in what was asked for, whose messages are about options.
ASKED = {"BadParameter", "UnknownNameError", "UsageError"}
#: What else a command may spell out, … for values.
ALLOWED = {
    # What a bar counts, and which of several trainings it is at.
    "filters measured",
    "…… of …, …",
    # Which of two models a note on its images is about.
    "for A",
    "for B",
    "for …",
    "images: …",
    # Columns of lists of what comes with cnnviz.
    ">test accuracy",
    "what it is",
    # What options are called in a message.
    "--class or --target",
    "image files",
}


def phrases(tree: ast.Module) -> Iterator[str]:
    """Yield each string of two words or more, … for values in it, that a command could print about a result.

    Those are all but docstrings, the help of commands and options, and messages of errors in what was asked for.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and _name(node.func) in DECLARES | ASKED:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr | ast.Constant):
            text = _text(node).strip()
            if len(text.split()) >= 2 and any(map(str.isalpha, text)):
                yield text
            continue
        waiting.extend(ast.iter_child_nodes(node))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_text(part) or "…" for part in node.values) if isinstance(node, ast.JoinedStr) else ""


def test_commands_hold_no_sentence_about_results() -> None:
    modules = [path for path in CLI.rglob("*.py") if path.name not in WITHOUT_RESULTS]
    assert len(modules) > 20
    found = {
        (text, str(path.relative_to(CLI)))
        for path in modules
        for text in phrases(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not {one for one in found if one[0] not in ALLOWED}, "move what they say to the result"
    assert {text for text, _ in found} == ALLOWED, "nothing says this any more"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("note(f'{right} of {count} images are right')", ["… of … images are right"]),
        ("lines = ['no mistake']", ["no mistake"]),
        ("rows.append((name, f'{share} correct'))", ["… correct"]),
        ("def f():\n    return 'is' f'below {bound}'", ["isbelow …"]),
        ("'''About a module.'''\ndef f():\n    '''Return the sum.'''", []),
        ("@click.option('--n', help='The number of images.')\ndef command(n): pass", []),
        ("raise click.UsageError(f'{n} is not a number')", []),
        ("raise QualityGateError(f'{share} is below {bound}')", ["… is below …"]),
        ("print_json('a', {'paths': [str(path)]})", []),
    ],
)
def test_the_check_sees(code: str, said: list[str]) -> None:
    assert list(phrases(ast.parse(code))) == said
