"""Write references.npz: what Captum and pytorch-grad-cam make of one small network and eight real pictures.

PyTorch is no dependency of the tests; they read the file that is committed. To write it anew, in an environment that
is thrown away:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.13.0 captum==0.9.0 grad-cam==1.5.7
    /tmp/peers/bin/python tests/reference/make_references.py

Weights are drawn here from a seed, in Keras's layout, and carried to PyTorch. All maps are raw, neither
scaled nor resized, of the logit of another class for each picture; CAMs are of the second ReLU, not the convolution.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from captum.attr import (
    Deconvolution,
    GuidedBackprop,
    GuidedGradCam,
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    NoiseTunnel,
    Saliency,
)
from torch import nn

# pytorch-grad-cam imports torchvision for picture helpers that are not used here. A torchvision built for CUDA lacks
# its operators beside a torch that is not, and misses these on import.
declared = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    declared.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")

from pytorch_grad_cam import EigenCAM, GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, ScoreCAM, XGradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "cnnviz/data/assets/sample.npz"
SEED, PICTURES, STEPS = 7, 8, 50


def weights(seed: int) -> dict[str, np.ndarray]:
    """Draw kernels (height, width, in, out) and (in, out), and biases that are not zero."""
    rng = np.random.default_rng(seed)
    shapes = {"conv1": (3, 3, 1, 8), "conv2": (3, 3, 8, 16), "hidden": (400, 32), "scores": (32, 10)}
    drawn = {}
    for name, shape in shapes.items():
        drawn[f"{name}/kernel"] = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype(np.float32)
        drawn[f"{name}/bias"] = rng.normal(0, 0.1, shape[-1]).astype(np.float32)
    return drawn


def network(drawn: dict[str, np.ndarray]) -> nn.Sequential:
    """Build the network in PyTorch; its flattened rows are channel by channel, those of Keras cell by cell."""
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )
    carried = {
        0: ("conv1", lambda kernel: kernel.transpose(3, 2, 0, 1)),
        3: ("conv2", lambda kernel: kernel.transpose(3, 2, 0, 1)),
        7: ("hidden", lambda kernel: kernel.reshape(5, 5, 16, 32).transpose(3, 2, 0, 1).reshape(32, 400)),
        9: ("scores", lambda kernel: kernel.T),
    }
    with torch.no_grad():
        for place, (name, turned) in carried.items():
            kernel = np.ascontiguousarray(turned(drawn[f"{name}/kernel"]))
            model[place].weight.copy_(torch.from_numpy(kernel))
            model[place].bias.copy_(torch.from_numpy(drawn[f"{name}/bias"]))
    return model.eval()


def captum(make: Callable[[], nn.Module], x: torch.Tensor, classes: torch.Tensor) -> dict[str, np.ndarray]:
    """Return Captum's maps, (n, 28, 28), and Grad-CAM's at the ReLU's own size; each method on a fresh network."""

    def at_inputs(kind: Any, **options: Any) -> np.ndarray:
        return kind(make()).attribute(x, target=classes, **options).detach().numpy()[:, 0]

    model = make()
    layer = LayerGradCam(model, model[4]).attribute(x, classes, relu_attributions=True)
    other = make()
    tunnel = NoiseTunnel(Saliency(make()))
    return {
        "captum/saliency": at_inputs(Saliency),
        "captum/input-x-gradient": at_inputs(InputXGradient),
        "captum/integrated-gradients": at_inputs(IntegratedGradients, method="riemann_middle", n_steps=STEPS),
        "captum/deconvnet": at_inputs(Deconvolution),
        "captum/guided-backprop": at_inputs(GuidedBackprop),
        "captum/guided-grad-cam": GuidedGradCam(other, other[4])
        .attribute(x, target=classes, interpolate_mode="bilinear")
        .detach()
        .numpy()[:, 0],
        "captum/grad-cam": layer.detach().numpy()[:, 0],
        "captum/smoothgrad": tunnel.attribute(
            x, nt_type="smoothgrad", nt_samples=4, stdevs=0.0, target=classes, abs=False
        )
        .detach()
        .numpy()[:, 0],
    }


def grad_cam(make: Callable[[], nn.Module], x: torch.Tensor, classes: torch.Tensor) -> dict[str, np.ndarray]:
    """Return pytorch-grad-cam's maps at the ReLU's own size, (n, 11, 11), before its ReLU, scaling and resizing."""
    targets = [ClassifierOutputTarget(int(index)) for index in classes]
    kinds = {
        "grad-cam": GradCAM,
        "grad-cam++": GradCAMPlusPlus,
        "layer-cam": LayerCAM,
        "xgrad-cam": XGradCAM,
        "hires-cam": HiResCAM,
        "eigen-cam": EigenCAM,
        "score-cam": ScoreCAM,
    }
    made = {}
    for name, kind in kinds.items():
        model = make()
        cam = kind(model, [model[4]])
        outputs = cam.activations_and_grads(x)
        sum(target(row) for target, row in zip(targets, outputs, strict=True)).backward()
        held = cam.activations_and_grads
        made[f"pytorch-grad-cam/{name}"] = cam.get_cam_image(
            x, model[4], targets, held.activations[0].numpy(), held.gradients[0].numpy(), False
        )
    return made


def main() -> None:
    """Write references.npz beside this file."""
    torch.manual_seed(SEED)
    pixels = np.load(SAMPLE)["pixels"][:PICTURES].reshape(PICTURES, 28, 28, 1)
    drawn = weights(SEED)
    x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).astype(np.float32) / np.float32(255))
    logits = network(drawn)(x).detach()
    classes = torch.arange(PICTURES)
    maps = captum(lambda: network(drawn), x, classes) | grad_cam(lambda: network(drawn), x, classes)
    names = ("torch", "captum", "grad-cam", "numpy")
    np.savez_compressed(
        HERE / "references.npz",
        pixels=pixels,
        logits=logits.numpy(),
        classes=classes.numpy(),
        seed=SEED,
        steps=STEPS,
        versions=[f"{name} {version(name)}" for name in names] + [f"python {platform.python_version()}"],
        **{f"weights/{name}": value for name, value in drawn.items()},
        **{name: np.asarray(value, np.float32) for name, value in maps.items()},
    )
    print(f"{(HERE / 'references.npz').stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
