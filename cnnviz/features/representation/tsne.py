"""t-SNE, by scikit-learn: a map on which neighbours stay neighbours."""

from __future__ import annotations

import numpy as np

from .pca import principal_plane

#: Dimensions that are left of more before distances are taken, as is usual for t-SNE.
DIMENSIONS = 50


def neighbour_map(features: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return points (n, 2) float32; perplexity is 30, or less for few images. The same seed gives the same points."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    points = np.asarray(features, np.float64)
    if points.shape[1] > DIMENSIONS:
        points = principal_plane(points, DIMENSIONS).project(points).astype(np.float64)
    if not points.std(axis=0).any():
        # All alike: there is no map of nothing.
        return np.zeros((len(points), 2), np.float32)
    start = principal_plane(points).project(points)
    spread = start[:, 0].std()
    begun = start / (spread * 1e4 if spread else 1)
    perplexity = min(30.0, (len(points) - 1) / 3)
    tsne = TSNE(2, perplexity=perplexity, init=begun.astype(np.float32), random_state=seed, n_jobs=1)
    # Its threads wait for one another by spinning: on busy processors they take several times as long as one alone.
    with threadpool_limits(1):
        made = tsne.fit_transform(points)
    return np.asarray(made, np.float32)
