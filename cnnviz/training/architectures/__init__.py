"""Named network architectures."""

from .fmnist_best import fmnist_best
from .fmnist_cnn import fmnist_cnn

__all__ = ["fmnist_best", "fmnist_cnn"]
