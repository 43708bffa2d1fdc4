"""Conversion of the network to PyTorch, for Captum and pytorch-grad-cam."""

from __future__ import annotations

import keras
import numpy as np
import torch
from torch import nn

# pytorch-grad-cam imports torchvision for image helpers that are not used here. A torchvision built for CUDA lacks
# operators if torch is not, and fails on import.
declared = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    declared.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")


def carried(model: keras.Model) -> tuple[nn.Sequential, dict[str, int]]:
    """Return a Sequential of convolutions, max-pools and dense layers in PyTorch, and where each layer's ReLU is."""
    modules: list[nn.Module] = []
    relus: dict[str, int] = {}
    shape: tuple[int, ...] = model.input_shape[1:]
    for layer in model.layers:
        weights = [torch.from_numpy(np.asarray(w).copy()) for w in layer.get_weights()]
        if isinstance(layer, keras.layers.Conv2D):
            modules.append(nn.Conv2d(shape[-1], layer.filters, layer.kernel_size))
            weights[0] = weights[0].permute(3, 2, 0, 1)
        elif isinstance(layer, keras.layers.MaxPooling2D):
            modules.append(nn.MaxPool2d(layer.pool_size))
        elif isinstance(layer, keras.layers.Flatten):
            modules.append(nn.Flatten())
        elif isinstance(layer, keras.layers.Dense):
            modules.append(nn.Linear(*weights[0].shape))
            if len(shape) == 3:  # PyTorch's rows are channel by channel, those of Keras cell by cell.
                weights[0] = weights[0].reshape(*shape, -1).permute(2, 0, 1, 3).flatten(0, 2)
            weights[0] = weights[0].T
        elif not isinstance(layer, keras.layers.Dropout):
            raise TypeError(f"{type(layer).__name__} is not converted to PyTorch")
        if weights:
            with torch.no_grad():
                modules[-1].weight.copy_(weights[0])
                modules[-1].bias.copy_(weights[1])
            if layer is not model.layers[-1]:
                relus[layer.name] = len(modules)
                modules.append(nn.ReLU())
        if not isinstance(layer, keras.layers.Flatten):  # The dense layer after it still needs the maps' shape.
            shape = layer.output.shape[1:]
    return nn.Sequential(*modules).eval(), relus


def tensor(x: np.ndarray) -> torch.Tensor:
    """Return images with channels first."""
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))


def top(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Return the predicted classes."""
    with torch.no_grad():
        return model(x).argmax(dim=1)
