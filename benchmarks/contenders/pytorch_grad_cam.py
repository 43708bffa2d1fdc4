"""pytorch-grad-cam, on the network converted to PyTorch; its target is the layer's ReLU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

# Before the library, since it repairs torchvision.
from .in_pytorch import carried, tensor

# isort: split
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, GuidedBackpropReLUModel, LayerCAM, ScoreCAM


def methods(model: keras.Model, layer: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return its methods by our names; without targets they explain the highest logit."""

    def cam(kind: Any) -> Callable[[np.ndarray], np.ndarray]:
        network, relus = carried(model)
        tool = kind(model=network, target_layers=[network[relus[layer]]])
        tool.batch_size = 512
        return lambda x: tool(input_tensor=tensor(x), targets=None)

    guided = GuidedBackpropReLUModel(carried(model)[0], "cpu")

    return {
        "grad-cam": cam(GradCAM),
        "grad-cam++": cam(GradCAMPlusPlus),
        "layer-cam": cam(LayerCAM),
        "score-cam": cam(ScoreCAM),
        # It takes only one image at a time.
        "guided-backprop": lambda x: np.stack([guided(one[None]) for one in tensor(x)]),
    }
