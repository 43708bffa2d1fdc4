"""TensorFlow functions in the graphs of tf.keras 2, translated to layers and operations of Keras.

Calling ``tf.nn.relu(x)``, ``x / 127.5`` or an application's ``preprocess_input`` on a symbolic tensor left a
TFOpLambda, a SlicingOpLambda or (before TensorFlow 2.4) a TensorFlowOpLayer in the graph, which Keras 3 does not know.
The configuration names the function, so those with an equivalent Keras layer are replaced; the others stay, and are
rejected by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..saved.config_tree import map_layers

NAME = "TensorFlow functions"

#: The name that tf.keras wrote as the source layer of an input that is a number.
_CONSTANT = "_CONSTANT_VALUE"


@dataclass(frozen=True)
class Call:
    """A call of a function: its tensors, as [layer, node, tensor], its numbers by position, and its options."""

    tensors: tuple[list[Any], ...]
    first: Any
    second: Any
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """A Keras layer with the same result, applied to each tensor ``times``."""

    kind: str
    config: Mapping[str, Any]
    module: str = "keras.layers"
    times: int = 1


def repair(config: dict[str, Any]) -> dict[str, Any]:
    """Replace each function with an equivalent layer, in every graph."""
    return map_layers(config, _layer)


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    kind = layer.get("class_name")
    inner = layer["config"]
    if kind not in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"):
        return layer
    nodes = layer.get("inbound_nodes")
    if not isinstance(nodes, list) or not nodes:
        return layer
    if kind == "TensorFlowOpLayer":
        function, calls = _of_node_def(inner, nodes)
    else:
        function, calls = str(inner.get("function")), [_call(node) for node in nodes]
    function = function.removeprefix("tf.").removeprefix("compat.v1.")
    if function in _SLICES:
        return _sliced(layer, calls, _SLICES[function])
    translate = _FUNCTIONS.get(function)
    made = [translate(call) if translate and call else None for call in calls]
    first = made[0]
    if first is None or any(other != first for other in made):
        return layer
    inbound = [[[*tensor, {}] for tensor in call.tensors * first.times] for call in calls if call]
    own = {"name": inner.get("name") or layer.get("name"), "trainable": False, **first.config}
    return {**layer, "class_name": first.kind, "module": first.module, "registered_name": None, "config": own,
            "inbound_nodes": inbound}  # fmt: skip


def _call(node: Any) -> Call | None:
    """Parse [layer, node, tensor, {option: value or tensor}], or for a list of tensors several of these."""
    if not isinstance(node, list) or not node:
        return None
    entry = node[0] if isinstance(node[0], list) else node
    if isinstance(node[0], list) and len(node) > 1:
        tensors = tuple(item[:3] for item in node)
        return Call(tensors, None, None, node[0][3] if len(node[0]) > 3 else {})
    options = dict(entry[3]) if len(entry) > 3 and isinstance(entry[3], dict) else {}
    first = entry[2] if entry[0] == _CONSTANT else None
    tensors = () if entry[0] == _CONSTANT else (entry[:3],)
    second = None
    for key in ("y", "b", "bias"):
        if key in options:
            value = options.pop(key)
            if _is_tensor(value):
                tensors = (*tensors, value[:3])
            else:
                second = value
    return Call(tensors, first, second, options)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int)


_NODE_DEFS = {
    "RealDiv": "math.truediv", "Sub": "math.subtract", "Mul": "math.multiply", "Add": "math.add", "AddV2": "math.add",
    "BiasAdd": "nn.bias_add", "Relu": "nn.relu", "Relu6": "nn.relu6", "Sigmoid": "math.sigmoid", "Tanh": "math.tanh",
    "Softmax": "nn.softmax", "Elu": "nn.elu", "Identity": "identity",
}  # fmt: skip


def _of_node_def(inner: dict[str, Any], nodes: list[Any]) -> tuple[str, list[Call | None]]:
    """Parse the format of TensorFlow 2.0 to 2.3: an operation of the graph and the constants among its inputs."""
    definition = inner.get("node_def")
    operation = definition.get("op") if isinstance(definition, dict) else None
    constants = {int(key): value for key, value in (inner.get("constants") or {}).items()}
    calls: list[Call | None] = []
    for node in nodes:
        entries = node if node and isinstance(node[0], list) else [node]
        calls.append(Call(tuple(entry[:3] for entry in entries), constants.get(0), constants.get(1), {}))
    return _NODE_DEFS.get(str(operation), str(operation)), calls


Translation = Callable[[Call], Layer | None]


def _arithmetic(merge: str | None, right: Callable[[Any], Any], left: Callable[[Any], Any] | None) -> Translation:
    """Translate a binary function: of two tensors, of a tensor and a number, or of a number and a tensor."""

    def translate(call: Call) -> Layer | None:
        if len(call.tensors) == 2:
            return Layer(merge, {}) if merge else None
        if len(call.tensors) != 1:
            return None
        form, number = (right, call.second) if call.second is not None else (left, call.first)
        if form is None or number is None or not _numbers(number):
            return None
        scale, offset = form(number)
        return Layer("Rescaling", {"scale": scale, "offset": offset})

    return translate


def _numbers(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, list) and all(_numbers(item) for item in value))


def _each(change: Callable[[float], float]) -> Callable[[Any], Any]:
    def changed(value: Any) -> Any:
        return [changed(item) for item in value] if isinstance(value, list) else change(float(value))

    return changed


_negative, _inverse, _same = _each(lambda v: -v), _each(lambda v: 1 / v), _each(lambda v: v)
_add = _arithmetic("Add", lambda c: (1.0, _same(c)), lambda c: (1.0, _same(c)))
_subtract = _arithmetic("Subtract", lambda c: (1.0, _negative(c)), lambda c: (-1.0, _same(c)))
_multiply = _arithmetic("Multiply", lambda c: (_same(c), 0.0), lambda c: (_same(c), 0.0))
_divide = _arithmetic(None, lambda c: (_inverse(c), 0.0), None)


def _activation(name: str) -> Translation:
    return lambda call: Layer("Activation", {"activation": name}) if len(call.tensors) == 1 else None


def _leaky(call: Call) -> Layer:
    return Layer("LeakyReLU", {"negative_slope": float(call.options.get("alpha", 0.2))})


def _concat(call: Call) -> Layer:
    return Layer("Concatenate", {"axis": int(call.options.get("axis", -1))})


def _mean(kind: str) -> Translation:
    def translate(call: Call) -> Layer | None:
        if sorted(call.options.get("axis") or []) != [1, 2]:
            return None
        return Layer(kind, {"keepdims": bool(call.options.get("keepdims", False))})

    return translate


def _transpose(call: Call) -> Layer | None:
    order = call.options.get("perm")
    return Layer("Permute", {"dims": order[1:]}) if isinstance(order, list) and order[:1] == [0] else None


def _tile(call: Call) -> Layer | None:
    times = call.options.get("multiples")
    if not isinstance(times, list) or not all(isinstance(extent, int) and extent > 0 for extent in times):
        return None
    axes = [axis for axis, extent in enumerate(times) if extent > 1]
    return Layer("Concatenate", {"axis": axes[0]}, times=times[axes[0]]) if len(axes) == 1 and axes[0] > 0 else None


def _grayscale_to_rgb(call: Call) -> Layer:
    return Layer("Concatenate", {"axis": -1}, times=3)


def _unit(call: Call) -> Layer:
    return Layer("UnitNormalization", {"axis": call.options.get("axis", -1)})


def _reshape(call: Call) -> Layer | None:
    shape = call.options.get("shape")
    if not isinstance(shape, list) or not all(isinstance(extent, int) for extent in shape):
        return None
    return Layer("Reshape", {"target_shape": shape[1:]})


def _resize(call: Call) -> Layer | None:
    size, method = call.options.get("size"), call.options.get("method") or "bilinear"
    if not isinstance(size, list) or len(size) != 2 or call.options.get("antialias") or method not in _METHODS:
        return None
    return Layer("Resizing", {"height": size[0], "width": size[1], "interpolation": method})


_METHODS = ("bilinear", "nearest")


def _pad(call: Call) -> Layer | None:
    pads = call.options.get("paddings")
    mode = str(call.options.get("mode", "CONSTANT")).upper()
    if mode != "CONSTANT" or call.options.get("constant_values") or not isinstance(pads, list) or len(pads) != 4:
        return None
    return Layer("ZeroPadding2D", {"padding": pads[1:3]}) if pads[0] == pads[3] == [0, 0] else None


_FUNCTIONS: dict[str, Translation] = {
    "math.add": _add, "__operators__.add": _add, "__operators__.radd": _add, "nn.bias_add": _add,
    "math.subtract": _subtract, "__operators__.sub": _subtract, "__operators__.rsub": _subtract,
    "math.multiply": _multiply, "__operators__.mul": _multiply, "__operators__.rmul": _multiply,
    "math.truediv": _divide, "math.divide": _divide, "__operators__.truediv": _divide,
    "nn.relu": _activation("relu"), "nn.relu6": _activation("relu6"), "nn.elu": _activation("elu"),
    "nn.selu": _activation("selu"), "nn.silu": _activation("silu"), "nn.swish": _activation("silu"),
    "nn.softmax": _activation("softmax"), "nn.softplus": _activation("softplus"),
    "math.softplus": _activation("softplus"),
    "nn.sigmoid": _activation("sigmoid"), "math.sigmoid": _activation("sigmoid"), "sigmoid": _activation("sigmoid"),
    "nn.tanh": _activation("tanh"), "math.tanh": _activation("tanh"), "nn.gelu": _activation("gelu"),
    "nn.leaky_relu": _leaky, "identity": _activation("linear"), "stop_gradient": _activation("linear"),
    "cast": _activation("linear"), "concat": _concat, "reshape": _reshape, "image.resize": _resize, "pad": _pad,
    "transpose": _transpose, "tile": _tile, "image.grayscale_to_rgb": _grayscale_to_rgb, "math.l2_normalize": _unit,
    "math.reduce_mean": _mean("GlobalAveragePooling2D"), "math.reduce_max": _mean("GlobalMaxPooling2D"),
}  # fmt: skip


def _sliced(
    layer: dict[str, Any], calls: list[Call | None], key_of: Callable[[Mapping[str, Any]], Any]
) -> dict[str, Any]:
    """Slice a tensor with Keras' own operation, whose nodes hold the slices in the form of Keras 3."""
    nodes = []
    for call in calls:
        key = key_of(call.options) if call else None
        if call is None or key is None or len(call.tensors) != 1:
            return layer
        history = {"shape": [None], "dtype": "float32", "keras_history": call.tensors[0]}
        tensor = {"class_name": "__keras_tensor__", "config": history}
        nodes.append({"args": [tensor, key], "kwargs": {}})
    own = {"name": layer["config"].get("name")}
    return {**layer, "class_name": "GetItem", "module": "keras.src.ops.numpy", "registered_name": "GetItem",
            "config": own, "inbound_nodes": nodes}  # fmt: skip


def _at_axis(what: int | None) -> Callable[[Mapping[str, Any]], Any]:
    """Index one axis with ``what`` and keep the others: 0 removes an axis of size one, None inserts one."""

    def key(options: Mapping[str, Any]) -> Any:
        axis = options.get("axis")
        axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
        if axis == -1:
            return [_ELLIPSIS, what]
        return [_WHOLE] * axis + [what] if isinstance(axis, int) and axis > 0 else None

    return key


_ELLIPSIS = {"class_name": "__ellipsis__", "config": {}}
_WHOLE = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}


def _key(spec: Any) -> Any:
    if not isinstance(spec, list):
        return None
    made: list[Any] = []
    for part in spec:
        if isinstance(part, dict) and part.get("class_name") == "__ellipsis__":
            made.append(_ELLIPSIS)
        elif isinstance(part, dict) and set(part) == {"start", "stop", "step"}:
            if not all(value is None or isinstance(value, int) for value in part.values()):
                return None
            made.append({"class_name": "__slice__", "config": part})
        elif part is None or isinstance(part, int):
            made.append(part)
        else:
            return None
    return made


_SLICES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "__operators__.getitem": lambda options: _key(options.get("slice_spec")),
    "expand_dims": _at_axis(None),
    "squeeze": _at_axis(0),
}
