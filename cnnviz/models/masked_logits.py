"""Logits of copies of images in which some pixels are hidden, made and run without leaving TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .batch_size import portions
from .import_tensorflow import tensorflow

if TYPE_CHECKING:
    from .runner import Runner


def masked_logits(
    runner: Runner,
    inputs: np.ndarray,
    fill: np.ndarray,
    owners: np.ndarray,
    keep: Callable[[slice], np.ndarray],
    numbers: np.ndarray | None = None,
) -> np.ndarray:
    """Return the logits of copies of inputs in which only kept pixels are seen, float32 (copies, classes).

    ``inputs`` and ``fill`` are float32 (n, h, w, c); ``owners`` (copies,) is the image of each copy, and ``keep``
    returns for a slice of the copies whether each pixel is kept, bool (some, h, w). ``numbers`` are as in
    Runner.gradients and belong to the images. Copies are computed in portions that suit the processor; only their masks
    travel.
    """
    owners = np.asarray(owners, np.int32)
    step = runner.cached(("masked", inputs.shape[1:]), lambda: _make_step(runner, inputs.shape[1:]))
    rows = runner.rows_of(numbers, len(inputs))
    made = []
    for part in portions(len(owners), runner.portion):
        first, last = int(owners[part].min()), int(owners[part].max()) + 1
        some = [array[first:last] for array in (inputs, fill, *rows)]
        made.append(step(owners[part] - np.int32(first), keep(part), *some).numpy())
    return np.concatenate(made) if made else np.zeros((0, runner.head.scores), np.float32)


def _make_step(runner: Runner, shape: tuple[int, ...]) -> Callable[..., Any]:
    tf = tensorflow()
    replace = dict(runner.head.replace)

    def step(owners: Any, keep: Any, inputs: Any, fill: Any, *rows: Any) -> Any:
        seen = tf.where(keep[..., None], tf.gather(inputs, owners), tf.gather(fill, owners))
        flat = tf.reshape(seen, (-1, *runner.input_shape))
        graph = runner.fed([tf.gather(one, owners) for one in rows], replace)
        outputs, _ = graph.run([flat], (), replace)
        return runner.logits_of(outputs)

    pixels = tf.TensorSpec((None, *shape), tf.float32)
    specs = [
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None, *shape[:2]), tf.bool),
        pixels,
        pixels,
        *runner.row_specs(),
    ]
    compiled: Callable[..., Any] = runner.compile(step, *specs)
    return compiled
