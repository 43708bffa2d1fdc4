"""Representations: sparseness, dimensionality, similarity of layers, and embeddings."""
