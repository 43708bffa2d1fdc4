"""t-SNE embeddings, by scikit-learn."""

from __future__ import annotations

import numpy as np

from .pca import principal_plane

#: Dimensions after the PCA that usually precedes t-SNE.
DIMENSIONS = 50


def neighbor_map(features: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return points (n, 2) float32; perplexity is 30, or less for few images. The same seed gives the same points."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    points = np.asarray(features, np.float64)
    if points.shape[1] > DIMENSIONS:
        points = principal_plane(points, DIMENSIONS).project(points).astype(np.float64)
    if not points.std(axis=0).any():
        # All features are equal, so all points are too.
        return np.zeros((len(points), 2), np.float32)
    start = principal_plane(points).project(points)
    spread = start[:, 0].std()
    begun = start / (spread * 1e4 if spread else 1)
    perplexity = min(30.0, (len(points) - 1) / 3)
    tsne = TSNE(2, perplexity=perplexity, init=begun.astype(np.float32), random_state=seed, n_jobs=1)
    # Its threads synchronize by spinning: on busy processors they take several times as long as a single thread.
    with threadpool_limits(1):
        made = tsne.fit_transform(points)
    return np.asarray(made, np.float32)
