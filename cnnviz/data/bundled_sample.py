"""The sample bundled with cnnviz: 1,000 images of the Fashion-MNIST test set, 100 of each class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .class_names import FASHION_MNIST
from .images import Images

SAMPLE_FILE = Path(__file__).parent / "assets" / "sample.npz"


def read_sample(class_names: Sequence[str] | None = None) -> Images:
    """Return the bundled sample, uint8 (1000, 28, 28, 1), in test-set order; ``indices`` are test-set positions."""
    with np.load(SAMPLE_FILE, allow_pickle=False) as arrays:
        return Images(
            arrays["pixels"],
            arrays["labels"].astype(np.int64),
            FASHION_MNIST if class_names is None else tuple(class_names),
            source="sample",
            indices=arrays["indices"],
        )
