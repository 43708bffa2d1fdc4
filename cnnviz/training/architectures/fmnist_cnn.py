"""The layers of the Fashion-MNIST notebook by Steve Depp, plain and as ``fmnist-cnn`` is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.training.layer_text import build_from_words

if TYPE_CHECKING:
    import keras

#: The layers of the notebook, which does not say what share it drops.
WORDS = (
    "conv 64 3x3 relu, pool 2, conv 64 3x3 relu, pool 2, conv 128 3x3 relu, dropout {dropout}, flatten, dense 64 relu, "
    "dense {classes}"
)
#: The same layers with batch normalization, which ``cnnviz.training.fold_batchnorm`` folds into the convolutions.
NORMALIZED = (
    "conv 64 3x3, bn, relu, pool 2, conv 64 3x3, bn, relu, pool 2, conv 128 3x3, bn, relu, dropout 0.25, flatten, "
    "dense 64 relu, dense {classes}"
)


def fmnist_cnn(
    dropout: float = 0.25, shape: tuple[int, int, int] = (28, 28, 1), classes: int = 10, name: str = "fmnist-cnn"
) -> keras.Model:
    """Build the default network: conv 64, pool, conv 64, pool, conv 128, dropout, dense 64, dense 10.

    The layers and widths are those of the Fashion-MNIST notebook by Steve Depp
    (github.com/stevedepp/FMNIST). Kernels are 3×3 without padding, so a 28×28 image leaves conv3 as
    3×3 and the whole network has 185,866 parameters. It expects pixels in 0…1, shape (n, 28, 28, 1), and
    ends in a softmax over ten classes.
    """
    return build_from_words(WORDS.format(dropout=dropout, classes=classes), shape, classes, name)
