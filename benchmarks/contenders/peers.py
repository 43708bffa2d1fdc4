"""The tools that do the same, where they can be imported; each is given what it needs to be at its best."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import keras
import numpy as np

NAMES = {
    "tf_keras_vis": "tf-keras-vis",
    "xplique": "xplique",
    "captum": "captum",
    "pytorch_grad_cam": "pytorch-grad-cam",
}


def peers(model: keras.Model, layer: str) -> tuple[dict[str, dict[str, Callable[[np.ndarray], np.ndarray]]], list[str]]:
    """Return the methods of the peers that are here, by the name that people know them by, and who is not."""
    here, absent = {}, []
    for module, name in NAMES.items():
        try:
            here[name] = importlib.import_module(f"contenders.{module}").methods(model, layer)
        except ImportError:
            absent.append(name)
    return here, absent
