"""Scores of many perturbed copies of images, made and run without leaving TensorFlow.

What tells a copy from its image travels: a patch's place, a coarse mask, the bits of a coalition. The copies themselves
exist in the compiled function alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .gradients import GradientSpec, asked_scores, seed_tensor_spec
from .import_tensorflow import tensorflow

if TYPE_CHECKING:
    from .runner import Runner
    from .unrolled_graph import Graph

#: The outputs of a run of the network on copies, and its taps.
Ran = tuple[list[Any], dict[str, Any]]
#: What ``Perturbing.copies`` takes.
MadeOf = tuple[Sequence[Any], Any, Sequence[Any], Sequence[Any]]


class Perturbing:
    """How copies are made of images; equal ones share one compiled function, so that subclasses are hashable."""

    def copies(self, images: Sequence[Any], owners: Any, own: Sequence[Any], shared: Sequence[Any]) -> Any:
        """Return the inputs of copies, tensors (m, height, width, channels), whose images are ``owners`` (m,)."""
        raise NotImplementedError

    def at_once(self, runner: Runner) -> int:
        """Return the most copies that are run at once."""
        return runner.portion

    def images_at_once(self, runner: Runner) -> int:
        """Return the most images that these are made from."""
        return runner.portion

    def run(self, runner: Runner, graph: Graph, made_of: MadeOf, taps: Sequence[str]) -> Ran:
        """Return the outputs and taps of the network for the copies, whole copies unless a subclass knows better."""
        flat = tensorflow().reshape(self.copies(*made_of), (-1, *runner.input_shape))
        return graph.run([flat], taps, runner.head.replace)


@dataclass(frozen=True, eq=False)
class PerturbedCopies:
    """Copies to make: ``owners`` (copies,), ascending, are the images that they are made from.

    ``images`` are arrays with a row for each image, the inputs (n, height, width, channels) first; ``own`` arrays with
    a row for each copy; ``shared`` arrays for all.
    """

    how: Perturbing
    owners: np.ndarray
    images: Sequence[np.ndarray]
    own: Sequence[np.ndarray] = ()
    shared: Sequence[np.ndarray] = ()


def perturbed_scores(
    runner: Runner,
    spec: GradientSpec | None,
    given: np.ndarray | None,
    copies: PerturbedCopies,
    numbers: np.ndarray | None = None,
    of_logits: Callable[[np.ndarray], np.ndarray] = lambda logits: logits,
) -> np.ndarray:
    """Return the spec's scores of the copies, float32 (copies,); without a spec those that ``of_logits`` returns.

    ``given`` and ``numbers`` are as in Runner.gradients and belong to the images. Copies are computed in portions that
    suit the processor.
    """
    owners = np.asarray(copies.owners, np.int32)
    count = len(copies.images[0])
    given = np.zeros(count, np.int32) if given is None else given
    of_images = [*copies.images, given, *runner.rows_of(numbers, count)]
    key = ("perturbed", copies.how, spec, *(_kind(a) for a in (*copies.images, *copies.own, *copies.shared)))
    step = runner.cached(key, lambda: _make_step(runner, spec, copies))
    shared = [tensorflow().constant(array) for array in copies.shared]
    scores = np.empty(len(owners), np.float32)
    most, of_most, start = copies.how.at_once(runner), copies.how.images_at_once(runner), 0
    while start < len(owners):
        # Owners ascend, so that the copies of a portion are made from consecutive images.
        first = int(owners[start])
        stop = min(start + most, int(np.searchsorted(owners, first + of_most)))
        part, start, last = slice(start, stop), stop, int(owners[stop - 1]) + 1
        sliced = [array[first:last] for array in of_images]
        made = step(owners[part] - np.int32(first), *sliced, *(array[part] for array in copies.own), *shared).numpy()
        scores[part] = made if spec is not None else of_logits(made)
    return scores


def _kind(array: np.ndarray) -> tuple[str, tuple[int, ...]]:
    return array.dtype.name, array.shape[1:]


def _make_step(runner: Runner, spec: GradientSpec | None, copies: PerturbedCopies) -> Callable[..., Any]:
    """Return a compiled function of owners, arrays of images, the spec's array, rows, own and shared arrays."""
    tf = tensorflow()
    how, images, own = copies.how, len(copies.images), len(copies.own)
    wanted = [] if spec is None or spec.of is None else [spec.of]
    tables = len(runner.tables)

    def step(owners: Any, *arrays: Any) -> Any:
        of_images, given, rest = arrays[:images], arrays[images], arrays[images + 1 :]
        rows, rest = [tf.gather(array, owners) for array in rest[:tables]], rest[tables:]
        graph = runner.fed(rows, runner.head.replace, wanted)
        outputs, tapped = how.run(runner, graph, (of_images, owners, rest[:own], rest[own:]), wanted)
        if spec is None:
            return runner.logits_of(outputs)
        asked = runner.logits_of(outputs) if spec.of is None else tapped[spec.of]
        return asked_scores(spec, asked, tf.gather(given, owners))

    def spec_of(array: np.ndarray) -> Any:
        return tf.TensorSpec((None, *array.shape[1:]), tf.as_dtype(array.dtype))

    seed = tf.TensorSpec((None,), tf.int32) if spec is None else seed_tensor_spec(spec, runner)
    specs = [
        tf.TensorSpec((None,), tf.int32),
        *(spec_of(array) for array in copies.images),
        seed,
        *runner.row_specs(),
        *(spec_of(array) for array in (*copies.own, *copies.shared)),
    ]
    compiled: Callable[..., Any] = runner.compile(step, *specs)
    return compiled
