"""Dense layers, on the last axis."""

from __future__ import annotations

import numpy as np

from cnnviz.models.unrolled_graph import Step

from .activation import activate
from .nodes import Program, translates


@translates("Dense")
def dense(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Kernel (inputs, outputs)."""
    layer = step.operation
    kernel = layer.kernel.numpy()
    bias = layer.bias.numpy() if layer.use_bias else np.zeros(kernel.shape[1], np.float32)
    shape = (*program.shape(inputs[0])[:-1], kernel.shape[1])
    return activate(program, program.add("dense", inputs, shape, {"kernel": kernel, "bias": bias}), layer)
