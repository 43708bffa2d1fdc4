"""Other tools for the same task, if installed, each configured for its best speed."""

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
    """Return the methods of the installed tools, by tool name, and the missing tools."""
    here, absent = {}, []
    for module, name in NAMES.items():
        try:
            here[name] = importlib.import_module(f"contenders.{module}").methods(model, layer)
        except ImportError:
            absent.append(name)
    return here, absent
