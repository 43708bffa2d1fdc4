"""The two shapes of an image: (height, width, channels), and the shape that the model takes."""

from __future__ import annotations

from math import isqrt, prod

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.data.bands import MOST

from .unrolled_graph import Graph

#: A row of 4, 9 or 27 numbers is more likely from a table than from an image; digits of 8×8 exist.
_SMALLEST_ROW = 8


def refuse_lookups(graph: Graph) -> None:
    """Raise ModelError for a model that looks its input up, such as 784 words."""
    fed = set(graph.inputs)
    for step in graph.steps:
        if fed & set(step.inputs):
            if step.kind in _LOOKUPS:
                raise ModelError(
                    f"the model looks up its input in its layer {step.path!r} ({step.kind}), as models of text "
                    "and tables do; cnnviz explains image classifiers"
                )
            if step.kind in ("Cast", "Masking", "Reshape"):
                fed.update(step.outputs)


_LOOKUPS = frozenset(
    "CategoryEncoding Discretization Embedding HashedCrossing Hashing IntegerLookup StringLookup "
    "TextVectorization".split()
)


def refuse_series(graph: Graph, taken: tuple[int | None, ...]) -> None:
    """Raise ModelError for a model of series (steps, features), of volumes or of films, by its input and layers.

    Recurrent and pooling layers on a square input may read an image row by row.
    """
    kinds = {step.kind for step in graph.steps}
    in_order = sorted(kinds & _SERIES) or sorted(kinds & _ROW_BY_ROW if len(set(taken)) > 1 else ())
    if len(taken) == 2 and in_order:
        what, layer = "series", in_order[0]
    elif len(taken) == 4:
        what, layer = "volumes or films", next(iter(sorted(kinds & _VOLUMES)), "no layer of single images")
    else:
        return
    raise ModelError(
        f"the model takes {what} {_shown(taken)} and has {layer}; networks of series (Conv1D, LSTM) and of volumes or "
        "films (Conv3D) are not supported: cnnviz explains networks of single images, (height, width, channels)"
    )


_SERIES = frozenset("Conv1D Conv1DTranspose SeparableConv1D DepthwiseConv1D".split())
_ROW_BY_ROW = frozenset(
    "LSTM GRU SimpleRNN RNN Bidirectional MaxPooling1D AveragePooling1D GlobalMaxPooling1D "
    "GlobalAveragePooling1D".split()
)
_VOLUMES = frozenset(
    "Conv3D Conv3DTranspose MaxPooling3D AveragePooling3D GlobalMaxPooling3D GlobalAveragePooling3D ConvLSTM2D "
    "TimeDistributed".split()
)


#: The most values in the output of one layer for one image, 268 MB: a map of 1,024 × 1,024 with 64 channels.
MOST_VALUES = 2**26


def refuse_huge(graph: Graph) -> None:
    """Raise ModelError for a layer whose output for one image is larger than that of any image classifier.

    A description of a few bytes, such as an upsampling by a million, may ask for more memory than there is.
    """
    for step in graph.steps:
        for shape in step.shapes:
            values = prod(extent or 1 for extent in shape[1:])
            if values > MOST_VALUES:
                raise ModelError(
                    f"the output of the layer {step.path!r} for one image has {values:,} values, more than the "
                    f"{MOST_VALUES:,} allowed"
                )


def image_shape(
    taken: tuple[int | None, ...], size: tuple[int, int] | None = None, first: bool = False
) -> tuple[int, int, int]:
    """Return (height, width, channels) for an input shape without its batch axis; ModelError if it is no image's.

    Accepted are (h, w, c) with c from 1 to 16, (h, w), and a flat row of h·h gray or h·h·3 color values, h from 8. Open
    extents need ``size``. ``first`` says that the layers of the model take channels first.
    """
    if len(taken) == 3:
        h, w, c = taken
        # A 3 or 1 in front is a number of channels, unless it can only be that of rows.
        ahead = first or (h in (1, 3) and h != c and w == c) or (h is not None and h <= MOST and (c or 0) > MOST)
        if c is not None and c <= MOST and not (ahead and c not in (1, 3)):
            return (*_extents(h, w, size, taken), c)
        if ahead:
            raise ModelError(
                f"the model takes channels first, {_shown(taken)}, which TensorFlow cannot run on a CPU; rebuild it "
                "with data_format='channels_last'"
            )
    elif len(taken) == 2 and min(extent or 99 for extent in taken) > 3:
        return (*_extents(taken[0], taken[1], size, taken), 1)
    elif len(taken) == 1 and taken[0]:
        for channels in (1, 3):
            side = isqrt(taken[0] // channels)
            if side >= _SMALLEST_ROW and side * side * channels == taken[0]:
                return side, side, channels
    raise ModelError(
        f"the model takes inputs of shape {_shown(taken)}, which is not a grayscale or color image, nor one "
        f"of up to {MOST} channels; cnnviz explains networks of images"
    )


def _extents(
    h: int | None, w: int | None, size: tuple[int, int] | None, taken: tuple[int | None, ...]
) -> tuple[int, int]:
    if h is not None and w is not None:
        if size not in (None, (h, w)):
            raise UsageError(f"the model takes images of {h}×{w} only; leave the input size out")
        return h, w
    if size is None:
        raise ModelError(
            f"the model takes images of any size, {_shown(taken)}; choose one with --input-size 224x224, in Python "
            "input_size=(224, 224)"
        )
    return h or size[0], w or size[1]


def _shown(shape: tuple[int | None, ...]) -> str:
    return (
        "("
        + ", ".join("?" if extent is None else str(extent) for extent in shape)
        + ("," if len(shape) == 1 else "")
        + ")"
    )
