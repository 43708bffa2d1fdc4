"""Runs in bfloat16 instead of float32, with the difference that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.bfloat16 import Precision
    from cnnviz.models.probe import Probe

#: The images that are also run in float32.
MEASURED = 8


def in_precision(probe: Probe, images: Images, precision: Precision | None = None) -> tuple[Probe, Images]:
    """Return the probe that computes in a precision, and the images with a note on the difference to float32.

    None keeps the probe's precision. UsageError for bfloat16 on a processor without it.
    """
    if precision is None or precision == probe.runner.precision:
        return probe, images
    chosen = probe.with_precision(precision)
    if precision == "float32" or not len(images):
        return chosen, images
    few = images[:MEASURED]
    return chosen, images.with_notes(f"computed in bfloat16; {_difference(probe.logits(few), chosen.logits(few))}")


def _difference(exact: np.ndarray, rounded: np.ndarray) -> str:
    if not exact.shape[1]:
        return "the difference to float32 is not measured, for want of class scores"
    share = float(np.abs(rounded - exact).max() / max(float(np.ptp(exact)), 1e-30))
    words = f"on {len(exact)} of these images scores differ by up to {100 * share:.2g} % of their range from float32"
    if exact.shape[1] == 1:
        return words
    same = int((exact.argmax(axis=1) == rounded.argmax(axis=1)).sum())
    return f"{words}, and the highest is the same in {same}"
