"""The table of channels: numbers worked out by hand, names that want to be formulas, and text that is CSV."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.core.csv_text import csv_line
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.data.images import Images
from cnnviz.features.activations import Activations
from cnnviz.features.channel_table import COLUMNS, channel_rows, save_channels


def small() -> Activations:
    maps = np.array([[[[-1, 0], [2, 0]], [[3, 0], [0, 0]]]], np.float32)
    layers = (LayerInfo("maps", "Conv2D", (2, 2, 2)), LayerInfo("units", "Dense", (2,)))
    card = ModelCard("m", "00", (2, 2, 1), ("=a", "b"), layers, 0)
    images = Images(
        np.zeros((1, 2, 2, 1), np.uint8), np.array([1]), ("=a", "b"), indices=np.array([7]), names=("-x.png",)
    )
    values = {"maps": maps, "units": np.array([[0.1, -0.0]], np.float32)}
    return Activations(images, card, np.array([[0.9, 0.1]], np.float32), values=values)


def test_the_numbers_are_those_worked_out_by_hand():
    about = (7, "-x.png", "b", "=a")
    assert list(channel_rows(small())) == [
        (*about, "maps", 0, -1.0, 1.0, 3.0, 0.75),
        (*about, "maps", 1, 0.0, 0.0, 0.0, 0.0),
        (*about, "units", 0, 0.1, 0.1, 0.1, 1.0),
        (*about, "units", 1, 0.0, 0.0, 0.0, 0.0),
    ]


def test_the_file_defuses_names_but_not_numbers(tmp_path):
    path = save_channels([small(), small()], tmp_path / "a.csv")
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[0] == ",".join(COLUMNS) and len(lines) == 10
    assert lines[1] == "7,'-x.png,b,'=a,maps,0,-1.0,1.0,3.0,0.75"


#: Also after blanks and invisible characters, which spreadsheets skip, and with the wide signs of East Asian keyboards.
FORMULAS = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@sum",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tx",
        "\nx",
        " =1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b@sum",
        "\0=1",
    ),
    *("\u3000-1", "\r\n\t +1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20sum", "\u2028=1", "\x7f=1", "\u202e=1"),
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_a_formula_is_defused(text):
    (row,) = csv.reader(io.StringIO(csv_line([text, -1, -1.5]), newline=""))
    assert row == ["'" + text, "-1", "-1.5"]


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=2))
def test_any_text_comes_back(cells):
    (row,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert [cell[1:] if cell[:1] == "'" != text[:1] else cell for cell, text in zip(row, cells, strict=True)] == cells
    assert csv_line([float("nan"), None, float("inf")]) == ",,\r\n"
