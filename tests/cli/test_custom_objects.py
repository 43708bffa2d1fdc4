"""``--custom-objects``: layers of the user's own, imported only where the code is trusted."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from .conftest import Run

SOURCE = """
import keras
from beside import FACTOR

print("imported")

@keras.saving.register_keras_serializable(package="mine")
class Scale(keras.layers.Layer):
    def call(self, x):
        return x * FACTOR

class Shift(keras.layers.Layer):
    def call(self, x):
        return x + 1

def halved(x):
    return x / 2
"""


class Scale(layers.Layer):
    def call(self, x):
        return x * 3


class Shift(layers.Layer):
    def call(self, x):
        return x + 1


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(SOURCE)
    (tmp_path / "beside.py").write_text("FACTOR = 3\n")
    (tmp_path / "package_of_mine").mkdir()
    (tmp_path / "package_of_mine" / "inner.py").write_text(SOURCE.replace("from beside import FACTOR", "FACTOR = 3"))
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), Scale(), Shift(), layers.Flatten(), layers.Dense(10, "softmax")]
    )
    model.save(tmp_path / "net.keras")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("--custom-objects", "mine.py:Scale,Shift"),
        ("--custom-objects", "mine.py:Scale", "--custom-objects", "mine.py:Shift"),
        ("--custom-objects", "package_of_mine.inner:Scale, Shift"),
    ],
)
def test_the_classes_are_used(run: Run, files: Path, words: tuple[str, ...]) -> None:
    done = run("layers", "net.keras", "--trust-model", *words, "--json")
    assert done.code == 0, done.err
    # What the source prints is no part of the document.
    assert [layer["kind"] for layer in json.loads(done.out)["layers"]][:2] == ["Scale", "Shift"]
    assert "imported" in done.err
    run_done = run("predict", "--trust-model", *words, "--model", "net.keras", *_image(files), "--json")
    assert run_done.code == 0, run_done.err


def _image(folder: Path) -> tuple[str]:
    from PIL import Image

    Image.fromarray(np.full((28, 28), 90, np.uint8)).save(folder / "x.png")
    return ("x.png",)


def test_nothing_is_imported_without_trust(run: Run, files: Path) -> None:
    (files / "mine.py").write_text("open('ran', 'w')\n")
    done = run("layers", "net.keras", "--custom-objects", "mine.py:Scale")
    assert done.code == 2 and "add --trust-model" in done.err and len(done.err.splitlines()) == 1
    assert not (files / "ran").exists()


def test_the_refusal_names_the_option(run: Run, files: Path) -> None:
    done = run("layers", "net.keras", "--trust-model")
    assert done.code == 3 and "--trust-model --custom-objects FILE.py:Scale" in done.err
    again = run("layers", "net.keras", "--trust-model", "--custom-objects", "mine.py:Scale")
    assert again.code == 3 and "--custom-objects FILE.py:Shift" in again.err


@pytest.mark.parametrize(
    ("word", "source", "says"),
    [
        ("none.py:Scale", None, "there is no file none.py"),
        ("nowhere.module:Scale", None, "nowhere.module cannot be imported (ModuleNotFoundError: No module named"),
        ("mine.py", None, "mine.py names no objects; write FILE.py:Name"),
        ("mine.py:", None, "names no objects"),
        (":Scale", None, "names no objects"),
        ("mine.py:scale", None, "there is no object 'scale'; choose from: Scale,"),
        (
            "mine.py:Scale",
            "x = 1\nraise ValueError('two\\nlines')\n",
            "mine.py, line 2 cannot be imported (ValueError: two lines)",
        ),
        (
            "mine.py:Scale",
            "x = 1\n\ndef broken(:\n",
            "mine.py, line 3 cannot be imported (SyntaxError: invalid syntax)",
        ),
        ("mine.py:Scale", "import sys\nsys.exit('bye')\n", "mine.py, line 2 cannot be imported (SystemExit: bye)"),
        ("mine.py:Scale", "import not_installed_here\n", "No module named 'not_installed_here'"),
        ("mine.py:Scale", "\x00", "mine.py"),
    ],
)
def test_errors_of_the_source_are_one_line(run: Run, files: Path, word: str, source: str | None, says: str) -> None:
    if source is not None:
        (files / "mine.py").write_text(source)
    done = run("layers", "net.keras", "--trust-model", "--custom-objects", word)
    assert done.code == 2 and says in done.err, done.err
    assert [line for line in done.err.splitlines() if line != "imported"] == [done.err.splitlines()[-1]]
