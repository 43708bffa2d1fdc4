"""xplique, with its fastest batch size.

It installs next to an existing TensorFlow with ``pip install --no-deps xplique``, plus its imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from xplique import attributions

from .plain import with_linear_output

BATCH = 512


def methods(model: keras.Model, layer: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return its methods by our names."""
    plain = with_linear_output(model)

    def told(kind: Any, **options: Any) -> Callable[[np.ndarray], np.ndarray]:
        tool = kind(plain, batch_size=BATCH, **options)

        def explain(x: np.ndarray) -> np.ndarray:
            classes = np.asarray(plain(x)).argmax(axis=1)
            return tool.explain(x, np.eye(plain.output_shape[1], dtype=np.float32)[classes]).numpy()

        return explain

    return {
        "saliency": told(attributions.Saliency),
        "guided-backprop": told(attributions.GuidedBackprop),
        "deconvnet": told(attributions.DeconvNet),
        "grad-cam": told(attributions.GradCAM, conv_layer=layer),
        "grad-cam++": told(attributions.GradCAMPP, conv_layer=layer),
        "smoothgrad": told(attributions.SmoothGrad, nb_samples=20, noise=0.15),
        "integrated-gradients": told(attributions.IntegratedGradients, steps=50),
        "occlusion": told(attributions.Occlusion, patch_size=4, patch_stride=2),
        "rise": told(attributions.Rise, nb_samples=1000),
    }
