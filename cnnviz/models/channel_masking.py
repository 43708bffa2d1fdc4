"""Runs of a network with masked channels, as if their filters were removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from .batch_size import portion_for, portions
from .filter_layers import last_pooling
from .head import without_activation
from .import_tensorflow import tensorflow
from .runner import Runner
from .tensor_function import compile_function
from .unrolled_graph import Graph

#: Which masks, which images, and their logits (masks, images, classes).
Masked = tuple[slice, slice, np.ndarray]


class MaskedLayer:
    """A network split at one step: the part before runs once per image, the part after once per mask."""

    def __init__(self, runner: Runner, site: str) -> None:
        self.runner = runner
        # After its poolings a layer is smaller, and a channel with a constant value has it there too.
        self.step = last_pooling(runner.graph.step(site), runner.graph)
        self.after = runner.graph.after(self.step.outputs[0], runner.head.slot)
        self.before = runner.graph.up_to(self.after.inputs)
        self.most = portion_for(replace(self.after, steps=(self.step, *self.after.steps)))

    def logits(self, inputs: np.ndarray, keep: np.ndarray, put: np.ndarray) -> Iterator[Masked]:
        """Yield the logits under each mask, part by part.

        ``keep`` is (masks, channels), 1 where a channel is kept and 0 where it is replaced by the value in ``put``, of
        the same shape and 0 elsewhere.
        """
        keep, put = np.ascontiguousarray(keep, np.float32), np.ascontiguousarray(put, np.float32)
        yield from self._parts(inputs, len(keep), lambda held, rows: self._masked(held, keep[rows], put[rows]))

    def one_by_one(self, inputs: np.ndarray, channels: np.ndarray, put: np.ndarray) -> Iterator[Masked]:
        """Yield the logits with one channel masked at a time, set to ``put``, both (masks,).

        If a convolution reads the layer, its sums are computed once, and each channel's share is subtracted from them:
        a tenth of the time.
        """
        channels, put = np.asarray(channels, np.int32), np.asarray(put, np.float32)
        if shares_can_be_told(self.after):
            yield from self._subtracted(inputs, channels, put)
            return
        keep = 1 - np.eye(int(self.step.shapes[0][-1] or 1), dtype=np.float32)[channels]
        yield from self.logits(inputs, keep, (1 - keep) * put[:, None])

    def _parts(self, inputs: np.ndarray, masks: int, run: Callable[[Any, slice], Any]) -> Iterator[Masked]:
        for part in portions(len(inputs), min(self.most, self.runner.portion)):
            held = self.held(inputs[part])
            for rows in portions(masks, max(1, self.most // max(1, part.stop - part.start))):
                yield rows, part, run(held, rows).numpy()

    @cached_property
    def held(self) -> Any:
        """The compiled part before: from inputs to what the part after reads."""
        return compile_function(lambda inputs: self.before.run([inputs])[0], self.runner.input_spec())

    @cached_property
    def _masked(self) -> Any:
        tf = tensorflow()

        def logits(held: Any, keep: Any, put: Any) -> Any:
            values, *rest = held
            broad = [tf.shape(keep)[0], *[1] * (len(values.shape) - 1), keep.shape[1]]
            keep, put = (tf.cast(tf.reshape(x, broad), values.dtype) for x in (keep, put))
            return self._ends(self.after, values[None] * keep + put, rest)

        rows = tf.TensorSpec((None, self.step.shapes[0][-1]), tf.float32)
        return compile_function(logits, self.held_specs(), rows, rows)

    def _subtracted(self, inputs: np.ndarray, channels: np.ndarray, put: np.ndarray) -> Iterator[Masked]:
        tf = tensorflow()
        for part in portions(len(inputs), min(self.most, self.runner.portion)):
            held = self.held(inputs[part])
            whole = self._whole(held)
            for row, (channel, value) in enumerate(zip(channels, put, strict=True)):
                logits = self._without(held, whole, tf.constant(channel), tf.constant(value))
                yield slice(row, row + 1), part, logits.numpy()[None]

    @cached_property
    def _whole(self) -> Any:
        linear = without_activation(self.after.steps[0].operation)
        return compile_function(lambda held: linear(held[0]), self.held_specs())

    @cached_property
    def _without(self) -> Any:
        tf = tensorflow()
        reader = self.after.steps[0]
        layer = reader.operation
        beyond = self.runner.graph.after(reader.outputs[0], self.runner.head.slot)
        places = [self.after.inputs.index(slot) for slot in beyond.inputs[1:]]

        def logits(held: Any, whole: Any, channel: Any, put: Any) -> Any:
            lost = tf.gather(held[0], channel[None], axis=3) - tf.cast(put, held[0].dtype)
            left = layer.activation(whole - convolved(layer, lost, channel[None]))
            scores = beyond.run([left, *(held[place] for place in places)], replace=self.runner.head.replace)[0][0]
            return self.logits_at_head(scores)

        whole = self._whole.structured_outputs
        one = tf.TensorSpec((), tf.int32), tf.TensorSpec((), tf.float32)
        return compile_function(logits, self.held_specs(), tf.TensorSpec(whole.shape, whole.dtype), *one)

    def _ends(self, graph: Graph, values: Any, rest: Sequence[Any]) -> Any:
        """Run the rest of the network on values (masks, images, …); all masks share ``rest``."""
        tf = tensorflow()
        masks = tf.shape(values)[0]
        images = tf.shape(values)[1]
        rest = [tf.tile(x, [masks, *[1] * (len(x.shape) - 1)]) for x in rest]
        flat = tf.reshape(values, [-1, *values.shape[2:]])
        scores = graph.run([flat, *rest], replace=self.runner.head.replace)[0][0]
        return tf.reshape(self.logits_at_head(scores), [masks, images, -1])

    def logits_at_head(self, scores: Any) -> Any:
        """Return the logits from the scores of the head."""
        return self.runner.logits_of(_at_head(self.runner, scores))

    def held_specs(self) -> Any:
        """Return the tensor specs of what ``held`` returns."""
        tf = tensorflow()
        return [tf.TensorSpec(made.shape, made.dtype) for made in self.held.structured_outputs]


class MaskedNetwork:
    """A network with masks on several of its layers at once."""

    def __init__(self, runner: Runner, sites: Sequence[str]) -> None:
        tf = tensorflow()
        self.runner, self.sites = runner, tuple(sites)

        def logits(inputs: Any, keeps: Any) -> Any:
            changed = dict(runner.head.replace)
            for site, keep in zip(self.sites, keeps, strict=True):
                changed[site] = times(changed.get(site, runner.graph.step(site).operation), keep)
            return runner.logits_of(runner.graph.run([inputs], replace=changed)[0])

        rows = [tf.TensorSpec((runner.graph.step(site).shapes[0][-1],), tf.float32) for site in self.sites]
        self._logits = compile_function(logits, runner.input_spec(), rows)

    def logits(self, inputs: np.ndarray, kept: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return logits (n, classes) with the channels zero that are not ``kept``, (channels,) bool per site."""
        tf = tensorflow()
        keeps = [tf.constant(kept[site], tf.float32) for site in self.sites]
        return np.concatenate(
            [self._logits(inputs[p], keeps).numpy() for p in portions(len(inputs), self.runner.portion)]
        )


def shares_can_be_told(after: Graph) -> bool:
    """Return whether a single plain convolution is the only consumer of the layer."""
    site, *others = after.steps
    if site.kind != "Conv2D" or any(after.inputs[0] in step.inputs for step in others) or not others:
        return False
    return bool(site.operation.groups == 1 and site.operation.data_format == "channels_last")


def convolved(layer: Any, values: Any, channels: Any) -> Any:
    """Return what some input channels add to a convolution's sums, from their ``values`` (n, h, w, channels)."""
    import keras

    tf = tensorflow()
    return keras.ops.conv(
        values,
        tf.gather(tf.cast(layer.kernel, values.dtype), channels, axis=2),
        strides=layer.strides,
        padding=layer.padding,
        data_format=layer.data_format,
        dilation_rate=layer.dilation_rate,
    )


def times(operation: Callable[..., Any], keep: Any) -> Callable[..., Any]:
    """Return an operation whose result is multiplied by ``keep``, channel by channel."""
    tf = tensorflow()

    def call(*args: Any, **kwargs: Any) -> Any:
        made = operation(*args, **kwargs)
        return made * tf.cast(keep, made.dtype)

    return call


def _at_head(runner: Runner, scores: Any) -> list[Any]:
    """Put the scores at their place among the outputs of a run, where the runner expects them."""
    return [scores if slot == runner.head.slot else None for slot in runner.graph.outputs]
