"""Keras answers layer by layer here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnnviz.models.import_tensorflow import tensorflow


@pytest.fixture(autouse=True, scope="package")
def unfused() -> Iterator[None]:
    """Keep TensorFlow from fusing convolutions with additions.

    Where oneDNN computes them, as on processors with AVX512-VNNI, a fused one of 1×1×1 weights fails in a process that
    has run many small networks ("could not create a primitive descriptor for the reorder primitive"; TensorFlow 2.21).
    """
    tf = tensorflow()
    tf.config.optimizer.set_experimental_options({"remapping": False})
    yield
    tf.config.optimizer.set_experimental_options({"remapping": True})
