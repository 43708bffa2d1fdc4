"""``cnnviz report``: one page of everything."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cnnviz


def data_of(path: str) -> dict:
    found = re.search(r'id="data">(.*?)</script>', Path(path).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_page_of_the_whole_sample(run) -> None:
    done = run("report", "--quiet")
    assert (done.code, done.out, done.err) == (0, "report.html\n", "")
    data = data_of("report.html")
    assert data["pictures"]["count"] == 1000 and data["maps"] == []
    assert {entry["pictures"] for entry in data["sections"]["channel"]["layers"].values()} == {1000}
    assert Path("report.html").stat().st_size <= 2_000_000


def test_json_and_n_and_layer(run) -> None:
    done = run("report", "--n", "30", "--layer", "conv2", "--json", "--quiet", "--out", "some.html")
    told = json.loads(done.out)
    assert (told["kind"], told["paths"], told["pictures"]) == ("report", ["some.html"], 30)
    sample = cnnviz.open_images("sample")
    data = data_of("some.html")
    assert data["pictures"]["count"] == 30 and list(data["sections"]["channel"]["layers"]) == ["conv2"]
    labels = np.array(data["pictures"]["labels"])
    assert told["accuracy"] == (labels == np.array(data["pictures"]["predicted"])).mean()
    np.testing.assert_array_equal(labels, sample.numbered(data["pictures"]["ids"]).labels)


def test_the_same_again_is_fine_and_something_else_needs_force(run) -> None:
    small = ("report", "--layer", "dense1", "--quiet", "--out", "a.html")
    assert run(*small, "--n", "5").code == run(*small, "--n", "5").code == 0
    held = Path("a.html").read_bytes()
    differs = run(*small, "--n", "6")
    assert differs.code == 2 and "--force" in differs.err and Path("a.html").read_bytes() == held
    assert run(*small, "--n", "6", "--force").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--out", "report.png"], 2, "html"),
        (["--out", "."], 2, "folder"),
        (["--out", "/dev/null/a.html", "--n", "1"], 1, "cannot write"),
        (["--n", "0"], 2, "--n"),
        (["--n", "5000"], 2, "more pictures than there are"),
        (["--layer", "conv9"], 2, "choose from: conv"),
        (["--model", "gone.keras"], 3, "no model file"),
        (["gone.png"], 3, "gone.png"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_and_writes_nothing(run, tmp_path: Path, arguments, code, says) -> None:
    done = run("report", "--quiet", *arguments)
    assert done.code == code, done.err
    assert says in done.err and done.err.count("\n") == 1 and done.err.startswith("cnnviz: ")
    assert done.out == "" and list(tmp_path.iterdir()) == []


def test_help_imports_neither_tensorflow_nor_numpy() -> None:
    code = (
        "import sys\nfrom cnnviz.cli.main import main\n"
        "try: main(['report', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "canvas to draw on" in " ".join(done.stdout.split()) and done.stderr.strip() == "[]"
