"""Dense layers and convolutions: linear in their inputs, with weights that a rule may modify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.core.errors import ModelError

from ..unrolled_graph import Step
from .affine import Affine

_WEIGHTS = {"kernel", "bias", "depthwise_kernel", "pointwise_kernel"}


@dataclass(frozen=True, eq=False)
class Kernel:
    """A layer with kernels, without bias and activation; ``after`` is a normalization that is merged into it."""

    layer: Any
    without_bias: Callable[[Any, list[Any]], Any]
    after: Affine | None = None

    def __call__(self, xs: Sequence[Any], weights: str) -> Any:
        """Return the layer's result on a version of its weights."""
        kernels = _kernels(self.layer)
        if weights == "own" and self.after is None:
            return self.without_bias(xs[0], kernels)
        if len(kernels) > 1:
            return _convolved(self.layer, xs[0], _version(self._merged(_joined(kernels)), weights))
        return self.without_bias(xs[0], [_version(self._merged(kernels[0]), weights)])

    def bias(self) -> Any:
        """Return the bias, merged like the kernel."""
        import keras

        layer = self.layer
        bias = getattr(layer, "bias", None)
        held = None if bias is None else _in_32_bits(bias)
        if self.after is not None:
            shift = keras.ops.reshape(self.after.shift(), (-1,))
            held = shift if held is None else held * keras.ops.reshape(self.after.factor(), (-1,)) + shift
        if held is not None and getattr(layer, "data_format", None) == "channels_first":
            held = keras.ops.reshape(held, (-1, *[1] * layer.rank))
        return held

    def _merged(self, kernel: Any) -> Any:
        import keras

        if self.after is None:
            return kernel
        factor = keras.ops.reshape(self.after.factor(), (-1,))
        kind = type(self.layer).__name__
        if kind.startswith("Depthwise"):
            factor = keras.ops.reshape(factor, (kernel.shape[-2], kernel.shape[-1]))
        elif kind.endswith("Transpose"):
            factor = factor[:, None]
        return kernel * factor


def kernel_of(step: Step, after: Affine | None = None) -> Kernel:
    """Return the linear part of a dense or convolutional step; ModelError for one with weights of another kind."""
    layer = step.operation
    if {variable.name for variable in layer.weights} - _WEIGHTS or getattr(layer, "quantization_mode", None):
        raise ModelError(f"the weights of {step.path} are quantized or adapted, for which relevance is not defined")
    config = layer.get_config() | {"activation": "linear", "name": f"{layer.name}_kernel", "trainable": True}
    if "bias_axes" in config:
        config["bias_axes"] = None
    else:
        config["use_bias"] = False
    # The copy's own weights are never read: zeros, so that no random number is drawn from the user's generators.
    config |= {key: "zeros" for key in config if key.endswith("_initializer")} | {"dtype": "float32"}
    twin = type(layer).from_config(config)
    twin.build_from_config(layer.get_build_config())
    return Kernel(layer, lambda x, kernels: twin.stateless_call(kernels, [], x)[0], after)


def _kernels(layer: Any) -> list[Any]:
    return [_in_32_bits(variable) for variable in layer.weights if variable.name != "bias"]


def _in_32_bits(variable: Any) -> Any:
    import keras

    return keras.ops.cast(keras.ops.convert_to_tensor(variable), "float32")


def _version(kernel: Any, weights: str) -> Any:
    import keras

    ops = keras.ops
    versions: dict[str, Callable[[], Any]] = {
        "own": lambda: kernel,
        "positive": lambda: ops.maximum(kernel, 0),
        "negative": lambda: ops.minimum(kernel, 0),
        "ones": lambda: ops.ones_like(kernel),
    }
    return versions[weights]()


def _joined(kernels: Sequence[Any]) -> Any:
    """Return the kernel (h, w, in, out) of a depthwise (h, w, in, m) and a pointwise one (1, 1, in·m, out) after it."""
    import keras

    depthwise, pointwise = kernels
    h, w, c, m = depthwise.shape
    flat = keras.ops.reshape(pointwise, (c, m, pointwise.shape[-1]))
    return keras.ops.einsum("hwcm,cmo->hwco", keras.ops.reshape(depthwise, (h, w, c, m)), flat)


def _convolved(layer: Any, x: Any, kernel: Any) -> Any:
    import keras

    return keras.ops.conv(x, kernel, layer.strides, layer.padding, layer.data_format, layer.dilation_rate)
