"""Names in files from Python: no cell or column name of a CSV is a formula, and JSON keeps every name as it is."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

from cnnviz.core.csv_text import csv_line
from cnnviz.features.document import image_columns
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content
from tests.features.test_channels import FORMULAS
from tests.gallery.picture_sets import set_of
from tests.helpers.page_data import data_of

#: Names that want to end the script that holds them.
MARKUP = ("</script><script>alert(1)</script>", "<!--", "<script", "]]>", "\u2028\u2029", '"\\', "&lt;/script>", "\x00")


def named(names: tuple[str, ...]) -> Predictions:
    """Predictions whose classes, model, set and files have these names."""
    made = set_of(20, names, side=4)
    files = tuple(names[i % len(names)] for i in range(20))
    images = replace(made.images, names=files, source=names[0], notes=names)
    return Predictions(images, replace(made.model, name=names[0], about=dict.fromkeys(names, 1)), made.probabilities)


def test_no_column_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    made = named(tuple(FORMULAS))
    text = Path(made.to_csv(tmp_path / "a.csv")).read_bytes().decode("utf-8")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert len(rows) == 20 and [name[2:-1] for name in head[7:]] == list(FORMULAS)
    for row in rows:
        for cell in (row[1], row[2], row[3]):
            assert cell[0] == "'" and cell[1:] in FORMULAS
    # The outputs of a regression are columns by themselves.
    regression = replace(
        made, model=replace(made.model, head="regression", class_names=(), output_names=tuple(FORMULAS))
    )

    (head,) = csv.reader(io.StringIO(csv_line(image_columns(regression)), newline=""))
    assert head[3:] == ["'" + name for name in FORMULAS]


def test_a_document_and_a_page_keep_names_that_want_to_be_script(tmp_path: Path) -> None:
    made = named(MARKUP)
    document = json.loads(Path(made.to_json(tmp_path / "a.json")).read_text(encoding="utf-8"))
    assert document["model"]["name"] == MARKUP[0]
    assert set(MARKUP) <= set(_texts(document))
    page = build_page(Content(made)).single()
    plain = build_page(Content(named(("a", "b", "c", "d", "e", "f", "g", "h")))).single()
    assert [page.lower().count(mark) for mark in (b"<script", b"</script", b"<!--")] == [
        plain.lower().count(mark) for mark in (b"<script", b"</script", b"<!--")
    ]
    assert set(MARKUP) <= set(_texts(data_of(page)))


def _texts(value: object) -> list[str]:
    """All texts and keys in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (key, *_texts(item))]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
