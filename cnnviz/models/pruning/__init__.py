"""Structured pruning: smaller Keras models with channels removed."""
