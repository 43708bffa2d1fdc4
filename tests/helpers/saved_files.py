"""Files that pages save, read back."""

from __future__ import annotations

import csv
import io

import numpy as np
from PIL import Image


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def table(content: bytes) -> list[dict[str, str]]:
    assert content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def coloured(values: np.ndarray, low: float, high: float, ramp: np.ndarray) -> np.ndarray:
    share = (values.astype(np.float64) - low) / (high - low)
    return ramp[np.floor(share * (len(ramp) - 1) + 0.5).astype(int)]
