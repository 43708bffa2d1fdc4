"""Captum, on the network converted to PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import torch
from captum.attr import (
    Deconvolution,
    GuidedBackprop,
    IntegratedGradients,
    LayerAttribution,
    LayerGradCam,
    NoiseTunnel,
    Occlusion,
    Saliency,
)

from .in_pytorch import carried, tensor, top


def methods(model: keras.Model, layer: str) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return its methods by our names; "forward" are logits."""
    network, relus = carried(model)
    size = model.input_shape[1:3]

    def at_inputs(tool: Any, **options: Any) -> Callable[[np.ndarray], np.ndarray]:
        def explain(x: np.ndarray) -> np.ndarray:
            pictures = tensor(x)
            return tool.attribute(pictures, target=top(network, pictures), **options).detach().numpy()

        return explain

    cam = LayerGradCam(network, network[relus[layer]])

    def grad_cam(x: np.ndarray) -> np.ndarray:
        pictures = tensor(x)
        coarse = cam.attribute(pictures, top(network, pictures), relu_attributions=True)
        return LayerAttribution.interpolate(coarse, size, "bilinear").detach().numpy()

    def forward(x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return network(tensor(x)).numpy()

    return {
        "forward (logits)": forward,
        "saliency": at_inputs(Saliency(network)),
        # These modify the ReLUs of the network, so each has its own copy.
        "guided-backprop": at_inputs(GuidedBackprop(carried(model)[0])),
        "deconvnet": at_inputs(Deconvolution(carried(model)[0])),
        "grad-cam": grad_cam,
        "smoothgrad": at_inputs(NoiseTunnel(Saliency(network)), nt_type="smoothgrad", nt_samples=20, stdevs=0.15),
        "integrated-gradients": at_inputs(
            IntegratedGradients(network), method="riemann_middle", n_steps=50, internal_batch_size=512
        ),
        "occlusion": at_inputs(Occlusion(network), sliding_window_shapes=(1, 4, 4), strides=(1, 2, 2)),
    }
