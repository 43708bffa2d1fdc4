"""Weights in the page's format: kernels in 16 bits, others in 32, in one block of bytes.

A kernel is stored as integers times a step per output channel, about ten times as exact as float16, which spends five
bits on the exponent.
"""

from __future__ import annotations

from typing import Any

import numpy as np

HIGHEST = 2**15 - 1


def fixed_point(kernel: np.ndarray, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return int16 codes (taps, channels) and float32 steps (channels): a weight is about code · step.

    The error is at most half a step, a 65,534th of the channel's largest weight.
    """
    rows = kernel.reshape(-1, channels)
    steps = (np.abs(rows).max(axis=0, initial=0) / HIGHEST).astype(np.float32)
    steps[steps == 0] = 1
    return np.rint(rows / steps).astype(np.int16), steps


class Block:
    """Concatenated arrays, aligned to four bytes so that the page can view them in place."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, name: str, array: np.ndarray, channels: int) -> dict[str, Any]:
        """Append an array and return its place; ``channels`` is the number of output channels of a kernel."""
        place: dict[str, Any] = {"shape": list(array.shape)}
        # Weights that are not finite have no step, and stay floats so that the page computes the same as Keras.
        if name != "kernel" or not np.isfinite(array).all():
            return place | {"bits": 32, "at": self._append(np.ascontiguousarray(array, "<f4").tobytes())}
        codes, steps = fixed_point(array, channels)
        # High bytes first, then low bytes: neighboring high bytes are similar and compress better.
        pairs = codes.astype("<i2").view(np.uint8).reshape(-1, 2)
        place |= {"bits": 16, "at": self._append(pairs[:, 1].tobytes() + pairs[:, 0].tobytes())}
        return place | {"steps": self._append(steps.astype("<f4").tobytes()), "channels": channels}

    def _append(self, content: bytes) -> int:
        at = self._size
        self._parts.append(content + bytes(-len(content) % 4))
        self._size += len(self._parts[-1])
        return at

    def bytes(self) -> bytes:
        """The whole block."""
        return b"".join(self._parts)
