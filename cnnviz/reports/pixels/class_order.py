"""An order of the classes with similar ones adjacent."""

from __future__ import annotations

import numpy as np


def clustered(correlation: np.ndarray) -> np.ndarray:
    """Return the order (k,) int64 of average linkage on 1 − correlation, leaves ordered so that neighbors are similar.

    Classes without known correlations come last, in the order of their numbers.
    """
    known = np.flatnonzero(np.isfinite(np.diag(correlation)))
    rest = np.setdiff1d(np.arange(len(correlation)), known)
    if len(known) > 2:
        # SciPy is slow to import; it comes with scikit-learn.
        from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
        from scipy.spatial.distance import squareform

        distances = np.clip(1 - correlation[np.ix_(known, known)], 0, 2)
        np.fill_diagonal(distances, 0)
        near = squareform((distances + distances.T) / 2, checks=False)
        tree = linkage(near, "average")
        # Optimal leaf ordering takes too long for very many classes.
        tree = optimal_leaf_ordering(tree, near) if len(known) <= 200 else tree
        known = known[leaves_list(tree)]
    return np.concatenate([known, rest]).astype(np.int64)
