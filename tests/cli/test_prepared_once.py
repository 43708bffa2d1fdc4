"""A command changes the images to what the model takes once, and infers the input scale once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.data.fit_images import fit_images
from cnnviz.data.images import Images
from cnnviz.models.input_scale.choose import candidates, variants
from cnnviz.models.input_scale.labels import LabelFit

#: Commands, and how many models each opens. The images have to be resized for every one.
COMMANDS = {
    "activations": (["--layer", "conv", "--format", "csv"], 1),
    "report": (["--layer", "conv", "--format", "json", "--n", "30"], 1),
    "evaluate": (["--format", "json"], 1),
    "compare": (["net.keras", "net.keras"], 2),
}


@pytest.fixture
def files(tmp_path: Path) -> None:
    """Write a model without a scaling layer, and labelled images of another size."""
    keras.utils.set_random_seed(3)
    layers = [keras.layers.Conv2D(2, 3, 4, activation="relu", name="conv"), keras.layers.Flatten()]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10, activation="softmax")])
    model.save(tmp_path / "net.keras")
    sample = cnnviz.open_images("sample")[:40]
    wide = np.pad(sample.pixels, ((0, 0), (2, 2), (2, 2), (0, 0)))
    np.savez(tmp_path / "wide.npz", x=wide, y=sample.labels, class_names=np.array(sample.class_names))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the sets of images that are changed for a model, and the scales that are tried on one."""
    import cnnviz.data.open
    import cnnviz.models.input_scale.infer
    import cnnviz.models.probe

    counted: Counter[str] = Counter()
    fit_of_labels = cnnviz.models.input_scale.infer.fit_of_labels

    def fit(images: Images, *rest: Any) -> Images:
        fitted = fit_images(images, *rest)
        counted["fitted"] += fitted is not images
        return fitted

    def tried(names: Sequence[str], *given: Any) -> LabelFit:
        counted["tried"] += len(names)
        return fit_of_labels(names, *given)

    monkeypatch.setattr(cnnviz.data.open, "fit_images", fit)
    monkeypatch.setattr(cnnviz.models.probe, "fit_images", fit)
    monkeypatch.setattr(cnnviz.models.input_scale.infer, "fit_of_labels", tried)
    return counted


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_prepares_its_images_once_for_each_model(name: str, run, files: None, work: Counter[str]) -> None:
    options, models = COMMANDS[name]
    model = [] if name == "compare" else ["--model", "net.keras"]
    done = run(name, *options, *model, "--data", "wide.npz", "--quiet")
    assert done.code == 0, done.err
    assert work == {"fitted": models, "tried": models * len(variants(candidates(1), 1))}
