"""Activations and responses of layers, filters and channels."""
