"""Write lrp_zennit.npz: the relevance that zennit finds in one small network for eight real pictures.

PyTorch and zennit are no dependency of the tests; they read the file that is committed. To write it anew, in an
environment that is thrown away:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install torch==2.13.0 zennit==0.5.1
    /tmp/peers/bin/python tests/reference/lrp_zennit.py

Weights are drawn here from a seed, in Keras's layout, and carried to PyTorch. The file holds them, the pictures, the
class explained in each, and a map (n, 28, 28, 1) for each form of LRP, started with the class's logit.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import nn

# zennit imports torchvision for networks that are not used here. A torchvision built for CUDA lacks its operators
# beside a torch that is not, and misses these on import.
declared = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    declared.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")

from zennit.core import Hook  # noqa: E402
from zennit.rules import Epsilon, Flat, Pass, ZBox, ZPlus  # noqa: E402

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "cnnviz/data/assets/sample.npz"
SEED, PICTURES = 11, 8

#: What each form of LRP does to the first convolution, the other one, and the dense layers.
FORMS: dict[str, tuple[Callable[[], Hook], Callable[[], Hook], Callable[[], Hook]]] = {
    "lrp-epsilon": (Epsilon, Epsilon, Epsilon),
    "lrp-epsilon:epsilon=0.1": (lambda: Epsilon(0.1),) * 3,
    "lrp-z-plus": (lambda: ZPlus(1e-9),) * 3,
    "lrp": (lambda: ZBox(torch.zeros(1), torch.ones(1), 1e-9), lambda: ZPlus(1e-9), Epsilon),
    "lrp:first=flat": (lambda: Flat(1e-9), lambda: ZPlus(1e-9), Epsilon),
}


class ChannelsLast(nn.Module):
    """Flatten in the order in which Keras does."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (n, c, h, w) as rows (n, h·w·c)."""
        return x.permute(0, 2, 3, 1).flatten(1)


def weights() -> dict[str, np.ndarray]:
    """Draw kernels (height, width, in, out) and (in, out), and biases that are not zero."""
    rng = np.random.default_rng(SEED)
    shapes = {"conv1": (3, 3, 1, 8), "conv2": (3, 3, 8, 12), "hidden": (300, 24), "scores": (24, 10)}
    drawn = {}
    for name, shape in shapes.items():
        drawn[f"{name}/kernel"] = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype(np.float32)
        drawn[f"{name}/bias"] = rng.normal(0, 0.1, shape[-1]).astype(np.float32)
    return drawn


def layer(drawn: dict[str, np.ndarray], name: str) -> nn.Module:
    """Return a convolution or dense layer with the weights of that name."""
    kernel, bias = (torch.from_numpy(drawn[f"{name}/{part}"]) for part in ("kernel", "bias"))
    made: nn.Module
    if kernel.ndim == 4:
        made = nn.Conv2d(kernel.shape[2], kernel.shape[3], 3)
        kernel = kernel.permute(3, 2, 0, 1)
    else:
        made = nn.Linear(*kernel.shape)
        kernel = kernel.T
    with torch.no_grad():
        made.weight.copy_(kernel)
        made.bias.copy_(bias)
    return made


def relevance(drawn: dict[str, np.ndarray], pictures: np.ndarray, classes: np.ndarray, form: str) -> np.ndarray:
    """Return the maps (n, h, w, 1) of one form of LRP."""
    conv1, conv2, hidden, scores = (layer(drawn, name) for name in ("conv1", "conv2", "hidden", "scores"))
    rectifiers = [nn.ReLU() for _ in range(3)]
    pools = [nn.MaxPool2d(2), nn.MaxPool2d(2)]
    net = nn.Sequential(
        conv1, rectifiers[0], pools[0], conv2, rectifiers[1], pools[1], ChannelsLast(), hidden, rectifiers[2], scores
    )
    first, convolution, dense = FORMS[form]
    hooks = [first(), convolution(), dense(), dense(), *(Pass() for _ in rectifiers)]
    handles = [
        hook.register(module) for hook, module in zip(hooks, [conv1, conv2, hidden, scores, *rectifiers], strict=True)
    ]
    x = torch.from_numpy(pictures.transpose(0, 3, 1, 2)).requires_grad_()
    logits = net(x)
    (maps,) = torch.autograd.grad(logits, x, logits.detach() * torch.eye(10)[classes])
    for handle in handles:
        handle.remove()
    return maps.detach().numpy().transpose(0, 2, 3, 1)


def main() -> None:
    """Write the file beside this one."""
    drawn = weights()
    with np.load(SAMPLE) as held:
        pixels = held[next(key for key in held.files if held[key].ndim >= 3)]
    pixels = pixels[:: len(pixels) // PICTURES][:PICTURES].reshape(PICTURES, 28, 28, 1)
    classes = (np.arange(PICTURES) * 3) % 10
    unit = pixels.astype(np.float32) / 255
    maps = {form: relevance(drawn, unit, classes, form) for form in FORMS}
    about = f"python {platform.python_version()}, torch {torch.__version__}, zennit {version('zennit')}, seed {SEED}"
    np.savez_compressed(
        HERE / "lrp_zennit.npz",
        about=about,
        pixels=pixels,
        classes=classes,
        **{f"maps/{k}": v for k, v in maps.items()},
        **drawn,
    )


if __name__ == "__main__":
    main()
