"""Two identical gradients of max-pooling, of which the faster one is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from .import_tensorflow import tensorflow
from .own_gradient import with_gradient
from .tensor_function import compile_function
from .tuning import fastest
from .unrolled_graph import INPUT, Graph, Step

#: Windows of more cells than this keep TensorFlow's own gradient.
MOST_CELLS = 9
#: Bytes of the input that the two gradients are measured on.
MEASURED = 4 * 2**20


def max_pools(graph: Graph, at: Sequence[str] = (INPUT,)) -> dict[str, Callable[..., Any]]:
    """Return the replacements of max-pools with adjacent windows whose gradient is faster by comparing whole arrays.

    Pools that a gradient at the paths ``at`` does not pass are left out, and so is their measurement.

    TensorFlow has two gradients of its own: one searches every window for its maximum again, cell by cell, which takes
    half of a small CNN's backward pass on processors with AVX2; the other, of oneDNN, reads positions that its forward
    pass stored, and is the fastest on processors with AVX-512. Here whole arrays are compared. Values and gradients
    are bit-identical: of equal cells the first one, row by row, gets all (``tests/models/test_max_pools.py``).
    """
    passed = set(graph.resting_on(at))
    return {
        step.path: _replacement(step)
        for step in graph.steps
        if step.path in passed and _lie_side_by_side(step) and _fastest(step) == "arrays"
    }


def _lie_side_by_side(step: Step) -> bool:
    if step.kind != "MaxPooling2D" or step.operation.data_format != "channels_last":
        return False
    pool = tuple(step.operation.pool_size)
    return (
        tuple(step.operation.strides) == pool and step.operation.padding == "valid" and pool[0] * pool[1] <= MOST_CELLS
    )


def _fastest(step: Step) -> str:
    """Return "tensorflow" or "arrays", for the shape of this step's input."""
    cells, pool = step.shapes[0][1:], tuple(step.operation.pool_size)
    if None in cells:
        return "tensorflow"
    height, width, channels = (int(extent or 0) for extent in cells)
    read = (height * pool[0], width * pool[1], channels)
    shapes = f"{'×'.join(map(str, read))} by {'×'.join(map(str, pool))}"
    return fastest("max-pool-gradient", shapes, ("tensorflow", "arrays"), lambda: _both_ways(read, pool))


def _both_ways(read: tuple[int, int, int], pool: tuple[int, int]) -> dict[str, Callable[[], object]]:
    """Return a call of each gradient, on a few inputs of this shape after a ReLU, together with the pooling itself."""
    tf = tensorflow()
    count = max(1, MEASURED // (4 * prod(read)))
    shape = (count, *read)
    x = tf.nn.relu(tf.random.stateless_normal(shape, (0, 0)))
    upstream = tf.random.stateless_normal((count, read[0] // pool[0], read[1] // pool[1], read[2]), (0, 1))

    def call(pooled: Callable[[Any], Any]) -> Callable[[], object]:
        def gradient(x: Any, upstream: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                made = pooled(x)
            return tape.gradient(made, x, output_gradients=upstream)

        compiled = compile_function(gradient, *(tf.TensorSpec((None, *one.shape[1:])) for one in (x, upstream)))
        return lambda: compiled(x, upstream)

    return {
        "tensorflow": call(lambda x: tf.nn.max_pool2d(x, pool, pool, "VALID")),
        "arrays": call(_by_arrays(*pool)),
    }


def _replacement(step: Step) -> Callable[..., Any]:
    pooled = _by_arrays(*step.operation.pool_size)
    # In the dtype to which the layer would cast its input.
    return lambda x: pooled(tensorflow().cast(x, step.operation.compute_dtype))


def _by_arrays(down: int, right: int) -> Callable[[Any], Any]:
    """Return max-pooling whose gradient compares whole arrays."""
    tf = tensorflow()

    def pooled(x: Any) -> Any:
        highest = tf.nn.max_pool2d(x, (down, right), (down, right), "VALID")
        return highest, lambda gradient: max_pool_gradient(x, highest, gradient, down, right)

    return lambda x: with_gradient(pooled, x)


def max_pool_gradient(x: Any, highest: Any, gradient: Any, down: int, right: int) -> Any:
    """Return the gradient of ``x`` (n, h, w, c) from that of its maxima, ``gradient`` (n, h // down, w // right, c)."""
    tf = tensorflow()
    count, height, width, channels = _extents(x)
    rows, columns = height // down, width // right
    covered = x[:, : rows * down, : columns * right]
    # Axes: rows of windows, rows in a window, windows in a row, cells beside one another with their channels.
    windows = tf.reshape(covered, (count * rows, down, columns, right * channels))

    def spread(values: Any) -> Any:
        return tf.reshape(tf.concat([values] * right, axis=3), (count * rows, 1, columns, right * channels))

    first, taken = [], None
    for line in tf.unstack(tf.equal(windows, spread(highest)), axis=1):
        cells = []
        for cell in tf.split(line, right, axis=2):
            cells.append(cell if taken is None else tf.logical_and(cell, tf.logical_not(taken)))
            taken = cell if taken is None else tf.logical_or(taken, cell)
        first.append(tf.concat(cells, axis=2))
    here = tf.where(tf.stack(first, axis=1), spread(gradient), tf.zeros((), gradient.dtype))
    whole = tf.reshape(here, tf.shape(covered))
    left_over = (height - rows * down, width - columns * right)
    # Extents known only at run time are tensors, and compare unequal to everything.
    if all(isinstance(extent, int) and extent == 0 for extent in left_over):
        return whole
    return tf.pad(whole, ((0, 0), (0, left_over[0]), (0, left_over[1]), (0, 0)))


def _extents(x: Any) -> list[Any]:
    """Return the extents of a tensor as integers where known, else as tensors."""
    tf = tensorflow()
    return [known or asked for known, asked in zip(x.shape, tf.unstack(tf.shape(x)), strict=True)]
