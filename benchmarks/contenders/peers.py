"""The tools that do the same, where they can be imported; each is given what it needs to be at its best."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

NAMES = {
    "tf_keras_vis": "tf-keras-vis",
    "xplique": "xplique",
    "captum": "captum",
    "pytorch_grad_cam": "pytorch-grad-cam",
}


def importable() -> dict[str, bool]:
    """Return which peers are here, by the name that people know them by."""
    return {name: importlib.util.find_spec(module) is not None for module, name in NAMES.items()}


def tf_keras_vis(model: keras.Model, layer: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return the methods of tf-keras-vis on a Functional model with a linear output, which it needs on Keras 3."""
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.scorecam import Scorecam
    from tf_keras_vis.utils.scores import CategoricalScore

    x = start = keras.Input(model.input_shape[1:])
    for one in model.layers:
        config = one.get_config() | ({"activation": "linear"} if one is model.layers[-1] else {})
        twin = type(one).from_config(config)
        x = twin(x)
        twin.set_weights(one.get_weights())
    plain = keras.Model(start, x)

    def cam(kind: Any) -> Callable[[np.ndarray], np.ndarray]:
        tool = kind(plain, clone=False)
        return lambda x: tool(_own(plain, x), x, penultimate_layer=layer)

    def _own(model: keras.Model, x: np.ndarray) -> CategoricalScore:
        return CategoricalScore(list(np.asarray(model(x)).argmax(axis=1)))

    saliency = Saliency(plain, clone=False)
    return {
        "saliency": lambda x: saliency(_own(plain, x), x),
        "smoothgrad": lambda x: saliency(_own(plain, x), x, smooth_samples=20, smooth_noise=0.15),
        "grad-cam": cam(Gradcam),
        "grad-cam++": cam(GradcamPlusPlus),
        "layer-cam": cam(Layercam),
        "score-cam": cam(Scorecam),
    }
