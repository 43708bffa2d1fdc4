"""``--custom-objects``: classes and functions of the user's own that a model needs, imported from Python source."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from cnnviz.core.names import unknown_name

_OPTION = "--custom-objects"


def custom_objects(given: Sequence[str], trust: bool) -> dict[str, Any]:
    """Return objects by name from words such as ``layers.py:Scale,Mix`` and ``package.module:Scale``.

    The source is imported, so that whatever it says runs: UsageError unless the caller trusts it, before anything is
    imported, and for source that is missing, fails or lacks a name.
    """
    if not given:
        return {}
    if not trust:
        raise click.UsageError(f"{_OPTION} runs the code of {_split(given[0])[0]}; if you trust it, add --trust-model")
    places = [_split(word) for word in given]
    found: dict[str, Any] = {}
    for source, names in places:
        module = _imported(source)
        for name in names:
            if not hasattr(module, name):
                offered = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
                raise click.UsageError(f"{_OPTION} {source}: {unknown_name('object', name, offered)}")
            found[name] = getattr(module, name)
    return found


def _split(word: str) -> tuple[str, list[str]]:
    source, _, listed = word.rpartition(":")
    names = [name.strip() for name in listed.split(",")]
    if not source or not all(name.isidentifier() for name in names):
        raise click.UsageError(f"{_OPTION} {word} names no objects; write FILE.py:Name or package.module:Name,Other")
    return source, names


def _imported(source: str) -> ModuleType:
    from cnnviz.models.import_tensorflow import tensorflow

    path = Path(source).expanduser()
    is_path = source.endswith(".py") or len(path.parts) > 1
    if is_path and not path.is_file():
        raise click.UsageError(
            f"{_OPTION}: there is no file {source}; give Python source, or a module's name with dots"
        )
    # The source imports Keras, whose start-up messages are held back there.
    tensorflow()
    with _one_line_errors(source), redirect_stdout(sys.stderr):
        return _run(path) if is_path else _by_name(source)


def _by_name(name: str) -> ModuleType:
    # As with python -m, packages in the current folder count.
    if "" not in sys.path:
        sys.path.insert(0, "")
    return importlib.import_module(name)


def _run(path: Path) -> ModuleType:
    """Run a file as a module, from whose folder it can import others, as in a script."""
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(f"custom_objects_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _one_line_errors(source: str) -> Iterator[None]:
    """Turn whatever the source raises into one line, with the line of the file where it did."""
    try:
        yield
    except (Exception, SystemExit) as error:
        line, says = None, str(error)
        if isinstance(error, SyntaxError):
            line, says = error.lineno, error.msg
        else:
            file = Path(source).resolve()
            frames = [one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).resolve() == file]
            line = frames[-1].lineno if frames else None
        reason = " ".join(f"{type(error).__name__}: {says}".split())[:200]
        raise click.UsageError(
            f"{_OPTION}: {source}{f', line {line}' if line else ''} cannot be imported ({reason})"
        ) from error
