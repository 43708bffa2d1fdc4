"""An order of the classes in which those that are alike stand together."""

from __future__ import annotations

import numpy as np


def clustered(correlation: np.ndarray) -> np.ndarray:
    """Return the order (k,) int64 by average linkage of 1 − correlation, leaves turned so that neighbours are alike.

    Classes of which nothing is known come last, in the order of their numbers.
    """
    known = np.flatnonzero(np.isfinite(np.diag(correlation)))
    rest = np.setdiff1d(np.arange(len(correlation)), known)
    if len(known) > 2:
        # SciPy takes its time to be imported; it comes with scikit-learn.
        from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
        from scipy.spatial.distance import squareform

        distances = np.clip(1 - correlation[np.ix_(known, known)], 0, 2)
        np.fill_diagonal(distances, 0)
        near = squareform((distances + distances.T) / 2, checks=False)
        tree = linkage(near, "average")
        # The best turning takes too long for very many.
        tree = optimal_leaf_ordering(tree, near) if len(known) <= 200 else tree
        known = known[leaves_list(tree)]
    return np.concatenate([known, rest]).astype(np.int64)
