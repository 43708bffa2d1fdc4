"""Names as carriers of script: what people call classes, layers, files and columns comes out as text everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

#: Three class names, a file, a layer's and a source's name, and a column of a table.
PLAIN = {"classes": ["a", "b", "c"], "file": "x.png", "source": "s", "layer": "conv1", "column": "tag"}


def names_seeds(folder: Path) -> dict[str, bytes]:
    """Good names, and those that a page, a spreadsheet or a terminal takes for more than a name."""
    odd = PLAIN | {"classes": ["</script><script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u202egnp.x"]}
    attribute = PLAIN | {"file": '" onerror="alert(1)', "source": "<img src=x onerror=alert(1)>", "layer": "__proto__"}
    markup = PLAIN | {"source": "]]><!--<svg onload=alert(1)>", "column": "@SUM(1)\t", "layer": "${alert(1)}`"}
    made = {"plain.json": PLAIN, "odd.json": odd, "attribute.json": attribute, "markup.json": markup}
    return {name: json.dumps(names).encode() for name, names in made.items()}


def check_names(work: Path, name: str) -> None:
    """Write a result under these names as table, document and page; every one of them must be text."""
    names = _read(work / name)
    if names is None:
        return
    result = _result(names)
    result.to_csv(work / "out.csv")
    _check_table((work / "out.csv").read_text(encoding="utf-8", errors="replace"))
    text = result.to_json()
    assert isinstance(text, str) and text.isascii() and text.count("\n") == 1
    assert all(one in _texts(json.loads(text)) for one in dict.fromkeys(names["classes"]))
    _check_columns(work, names)
    if sum((work / name).read_bytes()[-40:]) % 4 == 0:
        result.to_html(work / "out.html")
        elements, plain = _Elements(), _plain_elements(work)
        elements.feed((work / "out.html").read_text(encoding="utf-8"))
        strange = set(elements.found) - set(plain)
        assert not strange, f"a page has elements and attributes of names: {sorted(strange)!r:.200}"
        assert elements.scripts == _scripts(work)


def _read(path: Path) -> dict[str, Any] | None:
    """Return names of a mutated file that are strings still, None if there are none."""
    try:
        held = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(held, dict):
        return None
    words = {key: value for key, value in held.items() if key in PLAIN and isinstance(value, str) and key != "classes"}
    names = PLAIN | words
    classes = held.get("classes")
    if isinstance(classes, list) and all(isinstance(one, str) for one in classes) and len(set(classes)) == len(classes):
        names["classes"] = (classes + [f"class {i}" for i in range(3)])[:3]
    try:
        "".join([*names["classes"], *(names[key] for key in PLAIN if key != "classes")]).encode()
    except UnicodeEncodeError:
        return None
    return names


@cache
def _base() -> Any:
    import cnnviz

    return cnnviz.predict(cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:6])


def _result(names: dict[str, Any]) -> Any:
    said = _base()
    classes = (*names["classes"], *said.model.class_names[3:])
    layers = tuple(replace(one, path=names["layer"]) if one.path == "conv1" else one for one in said.model.layers)
    images = replace(
        said.images,
        class_names=classes,
        source=names["source"],
        names=(names["file"], *"bcdef"),
        notes=(names["column"],),
    )
    model = replace(said.model, class_names=classes, layers=layers, name=names["layer"])
    return replace(said, images=images, model=model)


def _check_table(text: str) -> None:
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            try:
                float(cell)
            except ValueError:
                assert not cell.lstrip().startswith(("=", "+", "-", "@")), f"a formula: {cell!r:.100}"
                assert not cell.startswith(("\t", "\r", "\n")), f"a cell that ends: {cell!r:.100}"


def _check_columns(work: Path, names: dict[str, Any]) -> None:
    """A table with these names as columns of labels: they become its classes, or it is refused in one line."""
    import cnnviz
    from cnnviz.core.errors import DataError

    columns = [names["column"], names["classes"][0], *(f"pixel{i}" for i in range(16))]
    held = io.StringIO()
    csv.writer(held).writerows([columns, *([i % 2, 1, *range(16)] for i in range(4))])
    (work / "columns.csv").write_text(held.getvalue(), encoding="utf-8", newline="")
    try:
        images = cnnviz.open_images(work / "columns.csv")
    except DataError as error:
        assert str(error).isprintable() and len(str(error)) < 1200
        return
    assert np.asarray(images.pixels).shape == (4, 4, 4, 1)


def _texts(value: Any) -> set[str]:
    def walk(one: Any) -> Iterator[str]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            for held in one.values():
                yield from walk(held)
        elif isinstance(one, list):
            for held in one:
                yield from walk(held)

    return set(walk(value))


class _Elements(HTMLParser):
    """The kinds of elements of a page, each with the names of its attributes, and the number of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found[tag, tuple(sorted(name for name, _ in attrs))] += 1
        self.scripts += tag == "script"


_made: dict[str, _Elements] = {}


def _plain(work: Path) -> _Elements:
    if "plain" not in _made:
        _result(PLAIN).to_html(work / "plain.html")
        _made["plain"] = _Elements()
        _made["plain"].feed((work / "plain.html").read_text(encoding="utf-8"))
    return _made["plain"]


def _plain_elements(work: Path) -> Counter[tuple[str, tuple[str, ...]]]:
    return _plain(work).found


def _scripts(work: Path) -> int:
    return _plain(work).scripts
