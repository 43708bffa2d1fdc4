"""A quality gate: whether a model stays within given bounds."""
