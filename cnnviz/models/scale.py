"""How pixels become the numbers that a model was trained on.

A model file does not say whether it expects 0…1 or 0…255, and the wrong one still predicts well enough to pass
unnoticed. The loss on labelled pictures gives it away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.data.images import Images

#: Input values = unit pixels (0…1) · factor + shift.
SCALES: dict[str, tuple[float, float]] = {"0-1": (1.0, 0.0), "0-255": (255.0, 0.0), "-1-1": (2.0, -1.0)}

Preprocess = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Scale:
    """A way to turn pixels into inputs, with the reason why it was taken.

    ``name`` is a key of SCALES, or "function" with ``function`` given uint8 or float pixels (n, h, w, c) and returning
    the model's inputs. ``settled`` is False for a mere assumption, which labelled pictures may still correct.
    """

    name: str
    reason: str
    settled: bool = True
    function: Preprocess | None = None

    def __call__(self, images: Images) -> np.ndarray:
        """Return float32 (n, h, w, c) inputs for these pictures."""
        if self.function is not None:
            return np.asarray(self.function(images.pixels), np.float32)
        factor, shift = SCALES[self.name]
        if images.pixels.dtype != np.uint8 and images.pixels.size and images.pixels.min() < 0:
            raise UsageError(
                "the pixels are negative, so they have been scaled already; pass scale=lambda pixels: pixels to hand "
                "them to the model as they are"
            )
        inputs = images.pixels.astype(np.float32)
        if factor != images.peak:
            # Dividing and multiplying in this order gives the very floats that x.astype("float32") / 255 gives.
            inputs /= np.float32(images.peak)
            if factor != 1:
                inputs *= np.float32(factor)
        if shift:
            inputs += np.float32(shift)
        return inputs


def scale_from(given: str | Preprocess) -> Scale:
    """Return the scale that a caller named or gave as a function; UnknownNameError for another name."""
    if callable(given):
        return Scale("function", "given", function=given)
    if given not in SCALES:
        raise UnknownNameError("scale", given, [*SCALES, "auto"])
    return Scale(given, "given")


def judge_scale(losses: dict[str, float], pictures: int) -> Scale:
    """Choose the scale with the lowest cross-entropy (nats) on so many labelled pictures."""
    best = min(losses, key=lambda name: losses[name])
    figures = ", ".join(f"{name}: {loss:.2f}" for name, loss in losses.items())
    return Scale(best, f"lowest cross-entropy on {pictures} labelled pictures ({figures})")


def cross_entropy(probabilities: np.ndarray, labels: np.ndarray | None) -> float:
    """Mean of -log p(label) in nats, with p of at least 1e-7."""
    assert labels is not None
    picked = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(picked, 1e-7, 1)).mean())
