"""Activation maximization: images that maximally activate a filter, a neuron or a class."""
