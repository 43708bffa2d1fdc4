"""A model is written as the same bytes whenever it is equal."""

from __future__ import annotations

import keras
import numpy as np

from cnnviz.models.saved.write import save_model


def test_equal_models_give_equal_files(tmp_path) -> None:
    files = []
    for name in ("one", "other"):
        keras.utils.set_random_seed(1)
        # Layers that share their policy: Keras tells which by where it lies in memory.
        policy = keras.dtype_policies.DTypePolicy("float32")
        layers = [keras.layers.Flatten(dtype=policy, name="f"), keras.layers.Dense(3, dtype=policy, name="d")]
        save_model(keras.Sequential([keras.Input((4, 4, 1), name="i"), *layers], name="m"), tmp_path / f"{name}.keras")
        files.append((tmp_path / f"{name}.keras").read_bytes())
        # The first stays in memory, so that the second's cannot lie where it lay.
        files.append(policy)
    assert files[0] == files[2] and files[1] is not files[3]
    held = keras.models.load_model(tmp_path / "one.keras")
    assert held.predict(np.ones((1, 4, 4, 1)), verbose=0).shape == (1, 3)
