"""tf-keras-vis, on a Functional model with a linear output, which it needs on Keras 3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
from tf_keras_vis.layercam import Layercam
from tf_keras_vis.saliency import Saliency
from tf_keras_vis.scorecam import Scorecam
from tf_keras_vis.utils.model_modifiers import GuidedBackpropagation
from tf_keras_vis.utils.scores import CategoricalScore

from .plain import with_linear_output


def methods(model: keras.Model, layer: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return its methods by our names."""
    plain = with_linear_output(model)

    def own(x: np.ndarray) -> CategoricalScore:
        return CategoricalScore(list(np.asarray(plain(x)).argmax(axis=1)))

    def cam(kind: Any) -> Callable[[np.ndarray], np.ndarray]:
        tool = kind(plain, clone=False)
        return lambda x: tool(own(x), x, penultimate_layer=layer)

    saliency = Saliency(plain, clone=False)
    guided = Saliency(plain, model_modifier=[GuidedBackpropagation()], clone=True)
    return {
        "guided-backprop": lambda x: guided(own(x), x),
        "saliency": lambda x: saliency(own(x), x),
        "smoothgrad": lambda x: saliency(own(x), x, smooth_samples=20, smooth_noise=0.15),
        "grad-cam": cam(Gradcam),
        "grad-cam++": cam(GradcamPlusPlus),
        "layer-cam": cam(Layercam),
        "score-cam": cam(Scorecam),
    }
