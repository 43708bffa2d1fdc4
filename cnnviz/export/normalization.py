"""Layers that are affine in inference: batch normalization, rescaling, standardization."""

from __future__ import annotations

import numpy as np

from cnnviz.models.unrolled_graph import Step

from .nodes import Program, UnsupportedError, translates


def _affine(program: Program, number: int, factor: np.ndarray, shift: np.ndarray) -> int:
    """Append x · factor + shift, with one factor for all, one per channel, or one per value."""
    shape = program.shape(number)
    factor, shift = np.broadcast_arrays(np.asarray(factor, np.float32), np.asarray(shift, np.float32))
    if factor.size == 1:
        factor, shift = factor.reshape(1), shift.reshape(1)
    elif factor.size == factor.shape[-1] == shape[-1]:
        factor, shift = factor.reshape(-1), shift.reshape(-1)
    else:
        factor = np.broadcast_to(factor, (1, *shape)).reshape(-1)
        shift = np.broadcast_to(shift, (1, *shape)).reshape(-1)
    return program.add("affine", [number], shape, {"factor": factor.copy(), "shift": shift.copy()})


@translates("BatchNormalization")
def batch_normalization(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Ioffe & Szegedy 2015, with the moving statistics: γ (x − μ) / √(σ² + ε) + β."""
    layer = step.operation
    if layer.axis not in (-1, len(program.shape(inputs[0]))):
        raise UnsupportedError(f"batch normalization over axis {layer.axis}")
    factor = 1 / np.sqrt(layer.moving_variance.numpy().astype(np.float64) + layer.epsilon)
    if layer.scale:
        factor = factor * layer.gamma.numpy()
    shift = -layer.moving_mean.numpy() * factor
    if layer.center:
        shift = shift + layer.beta.numpy()
    return _affine(program, inputs[0], factor, shift)


@translates("Rescaling")
def rescaling(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """x · scale + offset."""
    return _affine(program, inputs[0], np.asarray(step.operation.scale), np.asarray(step.operation.offset))


@translates("Normalization")
def normalization(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """(x − mean) / √variance, guarded against zero as Keras guards it."""
    layer = step.operation
    if layer.invert:
        raise UnsupportedError("inverted normalization")
    spread = np.maximum(np.sqrt(np.asarray(layer.variance, np.float64)), 1e-7)
    return _affine(program, inputs[0], 1 / spread, -np.asarray(layer.mean, np.float64) / spread)


@translates("LayerNormalization")
def layer_normalization(program: Program, step: Step, inputs: tuple[int, ...]) -> int:
    """Over the last axis: γ (x − mean) / √(variance + ε) + β (Ba, Kiros & Hinton 2016)."""
    layer = step.operation
    shape = program.shape(inputs[0])
    axis = layer.axis if isinstance(layer.axis, int) else layer.axis[0] if len(layer.axis) == 1 else None
    if axis not in (-1, len(shape)) or getattr(layer, "rms_scaling", False):
        raise UnsupportedError(f"layer normalization over {layer.axis}")
    gamma = layer.gamma.numpy() if layer.scale else np.ones(shape[-1], np.float32)
    beta = layer.beta.numpy() if layer.center else np.zeros(shape[-1], np.float32)
    return program.add("layernorm", inputs, shape, {"gamma": gamma, "beta": beta}, epsilon=float(layer.epsilon))
