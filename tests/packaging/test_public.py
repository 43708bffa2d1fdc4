"""What a user of the package may rely on: its names, its version, and that it starts at once."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys

import pytest

import cnnviz
from tests.helpers.layout import FOLDERS, PYPROJECT, ROOT, SETUPTOOLS

PUBLIC = [
    "Ablation",
    "Activations",
    "Arena",
    "Attribution",
    "ClassPair",
    "CnnvizError",
    "Comparison",
    "ConfusedPairs",
    "DataError",
    "DataReport",
    "DivergedError",
    "Embedding",
    "Evaluation",
    "Filters",
    "Heatmaps",
    "Images",
    "ImagesLike",
    "LabelEvaluation",
    "Maximized",
    "ModelError",
    "ModelLike",
    "OutputError",
    "Predictions",
    "Probe",
    "Pruned",
    "QualityCheck",
    "QualityGateError",
    "Reconstructions",
    "RegressionEvaluation",
    "Report",
    "Responses",
    "RowComparison",
    "Similarity",
    "SnapshotSeries",
    "Statistics",
    "Trained",
    "TrainingRecipe",
    "Trust",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "ablate",
    "activations",
    "attribute",
    "augment",
    "callbacks",
    "check_quality",
    "compare",
    "compare_classes",
    "confused_pairs",
    "embedding",
    "evaluate",
    "evaluate_labels",
    "filters",
    "heatmaps",
    "layer_statistics",
    "maximize",
    "open_images",
    "open_model",
    "open_snapshots",
    "predict",
    "profile_images",
    "prune",
    "reconstruct",
    "report",
    "responses",
    "run_arena",
    "similarity",
    "stream_activations",
    "stream_attributions",
    "synth_digits",
    "targets",
    "train",
    "trust",
    "wrap",
]

HEAVY = {"tensorflow", "keras", "tf_keras_vis", "numpy", "scipy", "skimage", "matplotlib", "PIL", "pooch", "jinja2"}


def test_packages_in_pyproject_are_the_folders() -> None:
    folders = {
        ".".join([package, *file.parent.relative_to(ROOT / folder).parts])
        for folder, package in FOLDERS.items()
        for file in (ROOT / folder).rglob("__init__.py")
    }
    assert sorted(SETUPTOOLS["packages"]) == sorted(folders)


def test_every_folder_of_modules_is_a_package() -> None:
    bare = {
        str(file.parent.relative_to(ROOT))
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        if not (file.parent / "__init__.py").exists()
    }
    assert not bare, f"without __init__.py these are not installed: {sorted(bare)}"


def test_version_has_one_source() -> None:
    assert "version" in PYPROJECT["project"]["dynamic"]
    assert importlib.metadata.version("cnnviz") == cnnviz.__version__


def test_public_names_are_pinned() -> None:
    assert cnnviz.__all__ == PUBLIC
    assert dir(cnnviz) == sorted(PUBLIC)


def test_earlier_names_warn_and_lead_to_the_new_ones() -> None:
    with pytest.warns(DeprecationWarning, match="TrainingRecipe"):
        assert cnnviz.Recipe is cnnviz.TrainingRecipe


def test_public_names_exist_and_say_what_they_are() -> None:
    for name in PUBLIC:
        value = getattr(cnnviz, name)
        assert name in ("__version__", "ImagesLike", "ModelLike") or value.__doc__, name


def loaded_by(code: str) -> set[str]:
    """Return the heavy packages that a fresh interpreter has loaded after this code."""
    code += f"\nimport sys; print('heavy:', *sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={key: value for key, value in os.environ.items() if not key.startswith("COV")},
    )
    return set(run.stdout.splitlines()[-1].split()[1:])


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by("import cnnviz; dir(cnnviz); dir(cnnviz.callbacks)") == set()


def test_help_of_every_command_loads_nothing_heavy() -> None:
    code = """
import contextlib, io
from cnnviz.cli.main import COMMANDS, main
for arguments in (["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main(arguments)
    assert out.getvalue(), arguments
"""
    assert loaded_by(code) == set()
