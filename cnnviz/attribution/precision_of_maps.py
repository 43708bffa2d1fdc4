"""How far maps computed in bfloat16 are from those in float32."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.targets import AnyTarget, part_of
from cnnviz.data.images import Images

from .method import Method, run_method
from .result import Provenance

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: The images whose maps are also computed in float32.
MEASURED = 4
#: A lower rank correlation is said to matter.
ENOUGH = 0.98


def with_measured_precision(
    how: Provenance, probe: Probe, images: Images, method: Method, target: AnyTarget, rounded: np.ndarray
) -> Provenance:
    """Return the provenance with a note on the rank correlation of a few maps with those in float32."""
    few = slice(0, MEASURED)
    exact = run_method(method, probe.with_precision("float32"), images[few], part_of(target, few)).values
    least = min(rank_correlation(a, b) for a, b in zip(exact, rounded[few], strict=True))
    how_near = f"{len(exact)} maps have rank correlations of {least:.3f} or more with those in float32"
    if least < ENOUGH:
        how_near += "; where the order of pixels matters, take float32"
    return replace(how, notes=(*how.notes, f"computed in bfloat16: {how_near}"))


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Spearman's rank correlation of two maps, −1…1; 1 for maps that are both constant, 0 for one that is."""
    from scipy.stats import rankdata

    ranks = [rankdata(values.ravel()) for values in (a, b)]
    constant = [float(np.ptp(one)) == 0 for one in ranks]
    if any(constant):
        return float(all(constant))
    return float(np.corrcoef(*ranks)[0, 1])
