"""Refusal of graphs whose operations produce more than any network needs, before any of them runs.

A graph of a few bytes may fill, tile, pad or multiply its way to more memory than there is. TensorFlow infers the shape
of each operation's result when the operation is added to a graph, and evaluates for that what is constant. So the
operations are added one after the other, and each result is held against the bound before anything can use it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnviz.core.errors import ModelError

from ..import_tensorflow import tensorflow
from ..shapes import MOST_VALUES
from .flat_graph import FlatGraph

#: Operations whose result is never larger than the largest of their inputs; many of them are added at once.
_NEVER_LARGER = frozenset(
    "Abs BiasAdd Cast Ceil Const Elu Erf Exp FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Identity IdentityN "
    "LeakyRelu LogSoftmax Max MaxPool Mean Min Neg Placeholder Relu Relu6 Reshape Rsqrt Selu Shape Sigmoid Sign "
    "Softmax Softplus Softsign Sqrt Square Squeeze StopGradient Sum Tanh Transpose".split()
)
#: Operations whose result may be of any size, by the values of their inputs.
_BY_VALUES = frozenset(
    "BatchToSpace BatchToSpaceND BroadcastTo Conv2DBackpropInput Conv2DBackpropInputV2 CropAndResize Diag Fill "
    "ImageProjectiveTransformV2 ImageProjectiveTransformV3 LinSpace MatrixDiag MirrorPad OneHot Pad PadV2 Range "
    "ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor ScaleAndTranslate ScatterNd Tile UnsortedSegmentMax "
    "UnsortedSegmentSum".split()
)
#: An open extent of the input.
_USUAL = 224


def refuse_growth(
    flat: FlatGraph, input_shape: Sequence[int | None], variables: Mapping[str, Sequence[int]], file: str
) -> None:
    """Raise ModelError for a graph with a result of more than MOST_VALUES values for one image.

    ``input_shape`` is without the batch axis, ``variables`` are the shapes of the arrays by their inputs. Results whose
    size depends on the image are refused too, if it may be of any size.
    """
    from tensorflow.core.framework.graph_pb2 import GraphDef

    tf = tensorflow()
    shapes = {name: (1, *(extent or _USUAL for extent in input_shape)) for name in flat.inputs.values()}
    shapes |= {name: tuple(shape) for name, shape in variables.items()}
    with tf.Graph().as_default() as graph:
        made: dict[str, Any] = {}
        waiting = GraphDef()
        last = len(flat.graph.node) - 1
        for place, node in enumerate(flat.graph.node):
            if node.op == "Placeholder" and node.name in shapes:
                dtype = tf.dtypes.as_dtype(node.attr["dtype"].type)
                made[f"{node.name}:0"] = tf.compat.v1.placeholder(dtype, shapes[node.name], node.name)
            else:
                waiting.node.add().CopyFrom(node)
            if waiting.node and (node.op not in _NEVER_LARGER or place == last):
                _add(graph, waiting, made, file)
                waiting = GraphDef()


def _add(graph: Any, nodes: Any, made: dict[str, Any], file: str) -> None:
    """Add operations to the graph, and check the sizes of what they produce."""
    tf = tensorflow()
    new = {node.name for node in nodes.node}
    fed = {name: made[name] for node in nodes.node for name in map(_whole, node.input) if name in made}
    tf.graph_util.import_graph_def(nodes, fed, name="")
    for name in new:
        operation = graph.get_operation_by_name(name)
        for place, result in enumerate(operation.outputs):
            made[f"{name}:{place}"] = result
            values = result.shape.num_elements() if result.shape.is_fully_defined() else None
            if values is not None and values > MOST_VALUES:
                raise ModelError(
                    f"{file} is not opened: its graph runs {operation.type!r} to {values:,} values for one image, more "
                    f"than the {MOST_VALUES:,} allowed"
                )
            if values is None and operation.type in _BY_VALUES:
                raise ModelError(
                    f"{file} is not opened: its graph runs {operation.type!r} to a size that depends on the image, "
                    "which may be any"
                )


def _whole(tensor: str) -> str:
    return tensor if ":" in tensor else f"{tensor}:0"
