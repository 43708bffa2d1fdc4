"""Nets of the sizes that the gallery meets, in NumPy: what they compute is plausible, not learned."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.data.images import Images
from cnnviz.features.activations import Activations

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
HOSTILE = "<img src=x onerror=alert(1)>"


def fmnist_card() -> ModelCard:
    """The card of the bundled net."""

    def conv(path: str, side: int, channels: int, parameters: int, field: int, step: int, fed: str) -> LayerInfo:
        kind = "MaxPooling2D" if path.startswith("pool") else "Conv2D"
        relu = None if kind == "MaxPooling2D" else "relu"
        return LayerInfo(
            path, kind, (side, side, channels), parameters, relu, (field, field), (step, step), (0, 0), (fed,)
        )

    layers = (
        conv("conv1", 26, 64, 640, 3, 1, ""),
        conv("pool1", 13, 64, 0, 4, 2, "conv1"),
        conv("conv2", 11, 64, 36928, 8, 2, "pool1"),
        conv("pool2", 5, 64, 0, 10, 4, "conv2"),
        conv("conv3", 3, 128, 73856, 18, 4, "pool2"),
        LayerInfo("dropout", "Dropout", (3, 3, 128), inputs=("conv3",)),
        LayerInfo("flatten", "Flatten", (1152,), inputs=("dropout",)),
        LayerInfo("dense1", "Dense", (64,), 73792, "relu", inputs=("flatten",)),
        LayerInfo("predictions", "Dense", (10,), 650, "softmax", inputs=("dense1",)),
    )
    history = tuple(
        {
            "epoch": i + 1,
            "loss": 0.9 * 0.8**i,
            "accuracy": 0.95 - 0.3 * 0.75**i,
            "val_loss": 0.5 * 0.9**i,
            "val_accuracy": 0.92 - 0.1 * 0.8**i,
        }
        for i in range(10)
    )
    about = {"test_accuracy": 0.9215, "seed": 20, "date": "2026-11-21", "versions": {"keras": "3.15.1"}}
    return ModelCard(
        "fmnist-cnn",
        "0123456789abcdef",
        (28, 28, 1),
        CLASSES,
        layers,
        185866,
        "bundled",
        "0-1",
        "cross-entropy is 0.23 on labelled images",
        "logits",
        "dark",
        about=about,
        history=history,
    )


def gabor(count: int, depth: int, seed: int) -> np.ndarray:
    """Oriented 3×3 filters, (3, 3, depth, count), that sum to zero but for some that look for brightness."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[-1:2, -1:2]
    kernels = np.empty((3, 3, depth, count), np.float32)
    for i in range(count):
        angle = np.pi * i / 8
        wave = np.sin(1.6 * (x * np.cos(angle) + y * np.sin(angle)) + np.pi * (i % 4) / 2)
        kernels[..., i] = wave[..., None] * random.normal(0.2, 1, depth) / np.sqrt(9 * depth)
    return kernels


def convolve(maps: np.ndarray, kernels: np.ndarray, bias: float = -0.03) -> np.ndarray:
    """A 3×3 convolution without padding, and ReLU."""
    windows = np.lib.stride_tricks.sliding_window_view(maps, (3, 3), axis=(1, 2))
    return np.maximum(np.einsum("nhwdij,ijdc->nhwc", windows, kernels, optimize=True) + bias, 0).astype(np.float32)


def pool(maps: np.ndarray) -> np.ndarray:
    """2×2 maximum."""
    n, h, w, c = maps.shape
    return maps[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))


def maps_of(images: Images) -> tuple[Mapping[str, np.ndarray], np.ndarray]:
    """Return what each layer of the net puts out, and probabilities of which two pictures' are wrong."""
    pixels = images.pixels.astype(np.float32) / 255
    conv1 = convolve(pixels, gabor(64, 1, 1))
    conv1[..., 5] = 0  # silent on all pictures
    pool1 = pool(conv1)
    conv2 = convolve(pool1, gabor(64, 64, 2))
    conv2[..., [11, 40]] = 0
    conv2[0, ..., 12] = 0  # silent on one
    pool2 = pool(conv2)
    conv3 = convolve(pool2, gabor(128, 64, 3), 0)
    random = np.random.default_rng(4)
    dense = np.maximum(conv3.reshape(len(pixels), -1) @ random.normal(0, 0.1, (1152, 64)), 0).astype(np.float32)
    logits = random.normal(0, 1, (len(pixels), 10))
    assert images.labels is not None
    said = images.labels.copy()
    said[[6, 4]] = [0, 2]
    logits[np.arange(len(pixels)), said] += 5
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    values = {"conv1": conv1, "pool1": pool1, "conv2": conv2, "pool2": pool2, "conv3": conv3, "dense1": dense}
    return {**values, "predictions": probabilities.astype(np.float32)}, probabilities.astype(np.float32)


def hostile_result() -> Activations:
    """One color picture without a label, and names that want to be markup, in layers that are signed or flat."""
    random = np.random.default_rng(5)
    path = f'a/{HOSTILE}"&\u2028\u202e'
    layers = (
        LayerInfo(path, "Conv2D", (7, 9, 5), 10, "tanh", (3, 3), (2, 2), (-1, -1)),
        LayerInfo("</script><!--", "Conv2D", (1, 1, 3), 10, None),
        LayerInfo("end", HOSTILE, (2,), 4, "softmax"),
    )
    signed = random.normal(0, 1, (1, 7, 9, 5)).astype(np.float32)
    signed[..., 2] = 0
    signed[..., 3] = 1.5
    values = {path: signed, "</script><!--": np.array([[[[-1, 0, 2]]]], np.float32)}
    card = ModelCard(
        HOSTILE,
        "<b>",
        (16, 20, 3),
        (HOSTILE, "</script><script>alert(2)</script>" + "long " * 40),
        layers,
        24,
        source=HOSTILE,
        about={HOSTILE: {HOSTILE: float("nan")}},
        history=({"epoch": 1, "loss": float("nan"), "accuracy": 0.5},),
    )
    pixels = random.integers(0, 256, (1, 16, 20, 3)).astype(np.uint8)
    images = Images(pixels, source=HOSTILE, names=("\ud800" + HOSTILE,), notes=(HOSTILE,))
    return Activations(images, card, np.array([[0.7, 0.3]], np.float32), values=values)


def mlp_result() -> Activations:
    """Three 4×4 pictures in 0…1 through dense layers to a thousand classes."""
    random = np.random.default_rng(6)
    names = tuple(f"class number {i}" for i in range(1000))
    layers = (
        LayerInfo("flatten", "Flatten", (16,)),
        LayerInfo("hidden", "Dense", (700,), 12000, "relu"),
        LayerInfo("logits", "Dense", (1000,), 70000, "linear"),
    )
    hidden = np.maximum(random.normal(0, 1, (3, 700)), 0).astype(np.float32)
    logits = random.normal(0, 1, (3, 1000)).astype(np.float32)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    card = ModelCard("mlp", "00", (4, 4, 1), names, layers, 82000)
    images = Images(random.random((3, 4, 4, 1)).astype(np.float32), np.array([5, 500, 999]), names)
    return Activations(images, card, probabilities, values={"hidden": hidden, "logits": logits})
