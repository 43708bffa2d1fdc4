"""Pixel statistics of a set of images, without a model."""
