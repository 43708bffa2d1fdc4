"""The paths of files that a command writes for each layer."""

from __future__ import annotations

from pathlib import Path

from cnnviz.cli.write import beside


def test_every_layer_has_a_file_of_its_own(tmp_path: Path) -> None:
    layers = ["a/b", "a.b", "a%2Eb", "a/b/c", "a\x1bb", "a%1Bb"]
    files = [beside(tmp_path / "x.png", layer) for layer in layers]
    assert len(set(files)) == len(layers) and all(file.parent == tmp_path for file in files)
    assert files[0].name == "x-a.b.png"
