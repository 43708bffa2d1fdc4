"""Other rounding on the same machine: what a network is given moves by one unit in its last place.

    CNNVIZ_PERTURB=inputs python -m pytest tests/attribution    # or runner; inputs:3 is another such pattern

Processors and libraries round otherwise, by as much as this or more. A test that passes as it is and fails like this
holds something that rounding decides: the outcome of a long training, which of two equal cells is the larger, a bound
with no room above what was measured.

``inputs`` moves all that is made of pixels, at once for the code under test and for what a test holds against it.
``runner`` moves only what cnnviz's own runner is given and gives back, so that it rounds otherwise than the model that
Keras runs; a test that both give the very same floats may fail then. What is moved depends on the picture alone and not
on the batch that it is in, so that a training that goes on still ends at the same floats as one that never stopped.
Processes that a test starts are not moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

VARIABLE = "CNNVIZ_PERTURB"


def one_ulp(values: np.ndarray, pattern: int = 0) -> np.ndarray:
    """Return float32 (n, …) one unit in the last place up or down.

    Black and white stay, which are told by being 0 and 1.
    """
    if values.dtype != np.float32 or not values.size:
        return values
    bits = np.ascontiguousarray(values).view(np.uint32)
    place = np.arange(values[0].size, dtype=np.uint32).reshape(1, *values.shape[1:])
    mixed = (bits ^ place * np.uint32(0x9E3779B1) ^ np.uint32(pattern)) * np.uint32(0x85EBCA6B)
    up = (mixed >> np.uint32(15)) & np.uint32(1) == 1
    return np.where(
        (values == 0) | (values == 1),
        values,
        np.nextafter(values, np.where(up, np.float32(np.inf), -np.float32(np.inf))),
    )


def perturb(where: str, put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Move what networks are given from now on; ``where`` is inputs or runner, with :N for pattern N.

    ``put(object, name, value)`` sets an attribute.
    """
    kind, _, number = where.partition(":")
    if kind not in ("inputs", "runner") or (number and not number.isdecimal()):
        raise ValueError(f"{VARIABLE} is inputs or runner, or one of them with a number, inputs:3; not {where!r}")
    (_perturb_inputs if kind == "inputs" else _perturb_runner)(int(number or 0), put)


def _perturb_runner(pattern: int, put: Callable[[Any, str, Any], None]) -> None:
    from cnnviz.models.runner import Runner

    forward, gradients_of = Runner.forward, Runner.gradients

    def moved(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else one_ulp(values, pattern)

    def ahead(self: Runner, inputs: np.ndarray, taps: Any = (), numbers: np.ndarray | None = None) -> Any:
        logits, tapped = forward(self, moved(inputs), taps, numbers)
        return moved(logits), [moved(values) for values in tapped]

    def back(
        self: Runner,
        spec: Any,
        inputs: np.ndarray,
        given: np.ndarray | None = None,
        numbers: np.ndarray | None = None,
    ) -> Any:
        # Gradients of a rectifying network hardly see the inputs, so that what comes back is moved as well.
        made = gradients_of(self, spec, moved(inputs), given, numbers)
        values, gradients = (tuple(map(moved, arrays)) for arrays in (made.values, made.gradients))
        return type(made)(moved(made.scores), moved(made.logits), values, gradients)

    put(Runner, "forward", ahead)
    put(Runner, "gradients", back)


def _perturb_inputs(pattern: int, put: Callable[[Any, str, Any], None]) -> None:
    import keras

    from cnnviz.maximization.ascent import AscentState
    from cnnviz.models.probe import Probe
    from cnnviz.training.batches import Batches
    from cnnviz.training.compiled_step import Steps

    inputs, batch, begin, build, fit = Probe.inputs, Batches._batch, AscentState.begin, Steps.__init__, keras.Model.fit

    def made_batch(self: Batches, *asked: Any) -> Any:
        made = batch(self, *asked)
        return replace(made, inputs=one_ulp(made.inputs, pattern))

    def built(self: Steps, *asked: Any, **options: Any) -> None:
        build(self, *asked, **options)
        check = self._check
        self._check = lambda given, labels: check(one_ulp(given, pattern), labels)

    def fitted(self: keras.Model, x: Any = None, *rest: Any, **options: Any) -> Any:
        return fit(self, one_ulp(x, pattern) if isinstance(x, np.ndarray) else x, *rest, **options)

    put(Probe, "inputs", lambda self, images: one_ulp(inputs(self, images), pattern))
    put(Batches, "_batch", made_batch)
    put(AscentState, "begin", classmethod(lambda cls, numbers: begin(one_ulp(numbers, pattern))))
    put(Steps, "__init__", built)
    put(keras.Model, "fit", fitted)
