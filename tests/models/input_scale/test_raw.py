"""The scale "raw" feeds values as they are stored."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import cnnviz

COUNTS = np.random.default_rng(4).integers(200, 3000, (12, 10, 10, 5)).astype(np.uint16)


def network(front: keras.Layer) -> keras.Model:
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((10, 10, 5)),
            front,
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("front", ["rescaling", "normalization"])
@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_counts_of_a_sensor_reach_the_model_unchanged(front: str, kind: type) -> None:
    layer = layers.Rescaling(1 / 10000) if front == "rescaling" else layers.Normalization(axis=-1)
    if front == "normalization":
        layer.adapt(COUNTS.astype(np.float32))
    model = network(layer)
    expected = model.predict(COUNTS.astype(np.float32), verbose=0)
    found = cnnviz.predict(cnnviz.wrap(model, scale="raw"), COUNTS.astype(kind))
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)
    assert found.model.scale == "raw" and found.model.scale_settled
    # Without it, the scale is an assumption that names it.
    guessed = cnnviz.predict(model, COUNTS.astype(kind)).model if kind is np.uint16 else None
    assert guessed is None or (not guessed.scale_settled and "raw feeds values as they are" in guessed.scale_reason)


def test_the_shell_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cnnviz.cli.main import main

    monkeypatch.chdir(tmp_path)
    model = network(layers.Rescaling(1 / 10000))
    model.save("net.keras")
    said = model.predict(COUNTS.astype(np.float32), verbose=0).argmax(axis=1)
    np.savez("set.npz", x=COUNTS, y=said)
    with pytest.raises(SystemExit) as end:
        main(
            [
                "evaluate",
                "--model",
                "net.keras",
                "--data",
                "set.npz",
                "--scale",
                "raw",
                "--min-accuracy",
                "1",
                "--quiet",
            ]
        )
    assert end.value.code == 0, capsys.readouterr().err
