"""What a file calls its layers, classes, images and cells reaches the terminal as text, never as a command to it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import cnnviz
from cnnviz.cli import console
from cnnviz.cli.tables import Table, format_table
from cnnviz.core.errors import DataError, UnknownNameError
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.core.printable import printable
from cnnviz.features.activations import Activations

ROOT = Path(__file__).resolve().parents[2]
#: Clears the screen, sets the title, starts a line, returns, turns the line around, colors by one byte, ends a line.
EVIL = "a\x1b[2J\x1b]0;x\x07\nb\r\u202ec\x9b31m\u2028\x7f"
#: The same without what a file name may not have.
EVIL_FILE = EVIL.replace("/", "")


def unsafe(text: str) -> set[str]:
    """The characters in an output that are more than text and ends of lines."""
    return {c for c in text if not (c.isprintable() or c == "\n" or c in "\u202f\u00a0\u2009")}


def test_a_name_is_shown_with_its_escapes() -> None:
    assert printable(EVIL) == r"a\x1b[2J\x1b]0;x\x07\nb\r\u202ec\x9b31m\u2028\x7f"
    for shown in (
        "",
        "conv1",
        "größer",
        "靴",
        "12\u202f%",
        "a\u00a0b",
        "नमस्\u200dते",
        "\N{WOMAN}\u200d\N{ROCKET}",
        "\\x1b",
        "e\u0301",
    ):
        assert printable(shown) == shown
    assert printable("\ud800\U000e0001") == r"\ud800\U000e0001"


@given(st.text())
def test_no_text_keeps_what_a_terminal_obeys(text: str) -> None:
    line = printable(text)
    assert unsafe(line.translate(dict.fromkeys([0x200C, 0x200D]))) <= {c for c in line if c.isspace()}
    assert "\n" not in line and len(line.splitlines()) <= 1 and printable(line) == line


@given(st.text())
def test_a_json_line_means_the_same_and_is_text(text: str) -> None:
    import contextlib
    import io

    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8", errors="surrogatepass")) as out:
        console.print_json("x", {"held": {text: [text]}})
        out.flush()
        said = out.buffer.getvalue().decode("utf-8", "surrogatepass")
    assert json.loads(said)["held"] == {text: [text]}
    assert all(printable(line) == line for line in said.split("\n"))


def test_the_columns_of_a_table_stand_below_each_other() -> None:
    lines = format_table(Table(("name", f">{EVIL}"), ((EVIL, "1"), ("b", EVIL)))).split("\n")
    assert len(lines) == 4 and len({len(line) for line in lines}) == 1 and not unsafe("".join(lines))


@pytest.mark.parametrize("error", [DataError(f"no {EVIL}"), UnknownNameError("layer", "x", [EVIL])])
def test_a_message_is_one_line(error: Exception) -> None:
    assert str(error) == printable(str(error)) and r"\x1b[2J" in str(error)


def test_a_bar_shows_a_name_as_it_is(monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with console._bar("images") as update:
        update(1, 2, f"[/no] [bold]x[/bold] {EVIL}")
        update(2, 2, f"[/no] [bold]x[/bold] {EVIL}")
    said = capsys.readouterr().err
    assert r"[/no] [bold]x[/bold] a\x1b[2J" in said and not {"\x07", "\u202e", "\x9b"} & set(said)


def test_nothing_but_the_console_prints() -> None:
    """Every line goes through the few functions that make it text."""
    printing = set()
    for file in (ROOT / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in ("print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"):
                printing.add(file.relative_to(ROOT / "cli").as_posix())
    assert printing == {"console.py", "main.py"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, its classes, and images in folders, all under such names."""
    import keras

    folder = tmp_path_factory.mktemp("evil")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")], name="model"
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.save(folder / "model.keras")
    (folder / "model.keras").rename(folder / f"{EVIL_FILE}.keras")
    random = np.random.default_rng(0)
    for name in ("a", EVIL_FILE):
        (folder / "set" / name).mkdir(parents=True)
        for i in range(6):
            pixels = random.integers(0, 256, (8, 8)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "set" / name / f"{i}{EVIL_FILE}.png")
    (folder / "set" / "a" / f"broken{EVIL_FILE}.png").write_bytes(b"no")
    (folder / f"{EVIL_FILE}.csv").write_text(f'label,p0\n"{EVIL}",x\n', encoding="utf-8")
    (folder / f"{EVIL_FILE}.txt").write_text("\n".join(["a", "b\x1b[2J\u202e"]), encoding="utf-8")
    np.savez(folder / "notes.npz", images=random.integers(0, 256, (4, 8, 8)).astype(np.uint8), labels=[0, 1, 0, 1],
             class_names=np.array(["a", EVIL]), notes=np.array([EVIL]))  # fmt: skip
    (folder / "run").mkdir()
    (folder / "run" / "history.json").write_text(json.dumps([{EVIL: 1}]), encoding="utf-8")
    return folder


MODEL = ("--model", f"{EVIL_FILE}.keras", "--scale", "0-1")
CALLS = {
    "layers": ("layers", *MODEL),
    "layer": ("activations", *MODEL, "--layer", EVIL),
    "predict": ("predict", "set", *MODEL),
    "predict-json": ("predict", "set", *MODEL, "--json"),
    "no-file": ("predict", f"none{EVIL_FILE}.png", *MODEL),
    "broken": ("predict", f"set/a/broken{EVIL_FILE}.png", *MODEL),
    "data": ("data", "set", "--format", "json"),
    "npz": ("data", "notes.npz", "--format", "json"),
    "csv": ("data", f"{EVIL_FILE}.csv"),
    "evaluate": ("evaluate", "--data", "set", *MODEL),
    "training": ("training", "run"),
    "models": ("models", EVIL),
    "command": (EVIL,),
    "option": ("predict", f"--{EVIL}"),
    "method": ("heatmap", "set", *MODEL, "--method", EVIL),
    "network": ("train", f"{EVIL_FILE}.txt", "--data", "set"),
}


@pytest.mark.parametrize("call", CALLS)
def test_no_command_passes_on_a_command_of_a_file(run, files: Path, monkeypatch, call: str) -> None:
    monkeypatch.chdir(files)
    outcome = run(*CALLS[call])
    said = outcome.out + outcome.err
    assert said and "unexpected failure" not in said
    if call not in ("layers", "training"):
        assert r"\x1b" in said or "\\u001b" in said or "\N{REPLACEMENT CHARACTER}" in said, said
    # Paths are exact for the program that reads them.
    written = [line for line in said.split("\n") if line.endswith((".json", ".html")) and Path(line).exists()]
    assert not unsafe("\n".join(line for line in said.split("\n") if line not in written))
    assert outcome.code == 0 or outcome.err.count("\n") == outcome.err.count("cnnviz: ") + outcome.err.count("images: ")


def test_a_path_is_exact_for_a_program_and_text_for_a_terminal(capsys, monkeypatch) -> None:
    console.print_paths(EVIL)
    assert capsys.readouterr().out == f"{EVIL}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    console.print_paths(EVIL)
    assert capsys.readouterr().out == f"{printable(EVIL)}\n"


def test_warnings_and_tracebacks_are_text(tmp_path: Path) -> None:
    script = (
        "import warnings, click\nimport cnnviz.cli.main as m\n"
        f"evil = {EVIL!r}\n"
        "@click.command()\ndef c():\n    warnings.warn(evil)\n    raise ValueError(evil)\n"
        "m.cli = c\nm.main([])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path,
                          env={**os.environ, "CNNVIZ_DEBUG": "1"})  # fmt: skip
    assert done.returncode == 1 and done.stderr.count(r"a\x1b[2J") == 2 and not unsafe(done.stderr)


def test_results_print_themselves_as_text() -> None:
    images = cnnviz.Images(np.zeros((2, 4, 4, 1), np.uint8), [0, 1], ("a", EVIL), source=EVIL)
    layer = LayerInfo(EVIL, "Dense", (2,), 4, "softmax")
    card = ModelCard(EVIL, "00", (4, 4, 1), ("a", EVIL), (layer,), 4)
    shares = np.full((2, 2), 0.5, np.float32)
    result = Activations(images, card, shares, values={EVIL: shares})
    for shown in (images, result, result.as_predictions()):
        assert not unsafe(repr(shown)) and r"\x1b[2J" in repr(shown)
