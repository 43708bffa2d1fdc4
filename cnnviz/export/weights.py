"""Weights as the page carries them: kernels in 16 bits, the rest in 32, in one block of bytes.

A kernel becomes whole numbers times a step, and each channel that it gives has a step of its own. That is about ten
times as exact as floats of 16 bits, which spend five of them on the exponent.
"""

from __future__ import annotations

from typing import Any

import numpy as np

HIGHEST = 2**15 - 1


def fixed_point(kernel: np.ndarray, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return int16 codes (taps, channels) and float32 steps (channels): a weight is about code · step.

    It is off by half a step at most, a 65,534th of the largest weight of its channel.
    """
    rows = kernel.reshape(-1, channels)
    steps = (np.abs(rows).max(axis=0, initial=0) / HIGHEST).astype(np.float32)
    steps[steps == 0] = 1
    return np.rint(rows / steps).astype(np.int16), steps


class Block:
    """Arrays end to end, each at a multiple of four bytes so that the page can look at them in place."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, name: str, array: np.ndarray, channels: int) -> dict[str, Any]:
        """Append an array and return where it is; a kernel gives ``channels``, which are its last axis or axes."""
        place: dict[str, Any] = {"shape": list(array.shape)}
        # What is not finite has no step: the page computes the same nonsense as Keras from it.
        if name != "kernel" or not np.isfinite(array).all():
            return place | {"bits": 32, "at": self._append(np.ascontiguousarray(array, "<f4").tobytes())}
        codes, steps = fixed_point(array, channels)
        # High bytes, then low ones: the high ones of neighbours are alike, and gzip finds it.
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
