"""Run an opened model once: a file that merely loads may still not compute."""

from __future__ import annotations

import numpy as np

from cnnviz.core.errors import ModelError

from .import_tensorflow import tensorflow
from .unrolled_graph import Graph


def try_once(graph: Graph, input_shape: tuple[int, ...], name: str) -> None:
    """Run two mid-grey images; ModelError if the model fails on them or answers NaN or infinity."""
    tf = tensorflow()
    try:
        outputs, _ = graph.run([tf.fill((2, *input_shape), 0.5)])
        values = np.asarray(tf.cast(outputs[0], tf.float32))
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"{name} opens but does not run on an image of {input_shape}: {reason[:200]}") from error
    if not np.isfinite(values).all():
        raise ModelError(f"{name} answers NaN or infinity to a grey image; its weights are damaged")
