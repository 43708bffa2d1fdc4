"""Projections of single cells of a layer back to the pixels that they depend on, for many cells together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import LayerInfo
from cnnviz.core.progress import Progress, silent
from cnnviz.core.targets import PerImageCell
from cnnviz.data.images import Images
from cnnviz.models.batch_size import AT_INPUT, batch_size_for, portion_for, portions
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.relu_rules import RectifierRule, rectifiers
from cnnviz.models.tensor_function import collected
from cnnviz.models.windowed_graph import WindowedGraph, windowed_graph

from .method import Method, run_method
from .rules.rectifiers import RectifierMethod

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.runner import Runner

#: The most bytes of whole inputs that are held while windows are cut from them.
HELD = 64 * 2**20
#: The largest difference between a cell's value in its window and in its image, relative to the largest value.
ALIKE = 1e-3


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of ``layer``: of ``images`` at positions ``of`` (k,), at ``places`` (k, 2), in ``channels`` (k,).

    ``values`` (k,) are the layer's values there.
    """

    images: Images
    layer: LayerInfo
    of: np.ndarray
    places: np.ndarray
    channels: np.ndarray
    values: np.ndarray

    def take(self, which: np.ndarray) -> Cells:
        """Return some of the cells."""
        chosen = (array[which] for array in (self.of, self.places, self.channels, self.values))
        return Cells(self.images, self.layer, *chosen)


#: Which cells, their projections (n, h, w, c), and the row and column (n, 2) of the image where each begins.
Projected = tuple[np.ndarray, np.ndarray, np.ndarray]


def projections(
    probe: Probe, method: Method, cells: Cells, batch_size: int | None, progress: Progress
) -> Iterator[Projected]:
    """Yield the projections of cells, part by part; UsageError for a method without a value per pixel.

    A cell of a convolution depends on a part of the image alone, and its projection is 0 elsewhere. Where the part is
    small enough (see windowed_graph.py) and the method is one of the rules for rectifiers, the network runs on it; else
    on the whole image.
    """
    windowed = _windowed(probe, method, cells.layer)
    if windowed is None:
        yield from _of_whole_images(probe, method, cells, batch_size, progress)
    else:
        yield from _of_windows(windowed, probe, method, cells, batch_size, progress)


def _of_whole_images(
    probe: Probe, method: Method, cells: Cells, batch_size: int | None, progress: Progress
) -> Iterator[Projected]:
    images = cells.images
    size = batch_size or batch_size_for(probe.runner.graph, at=AT_INPUT)
    columns = cells.layer.shape[1] if cells.layer.spatial else 1
    flat = np.stack([cells.places @ np.array([columns, 1]), cells.channels], axis=1)
    for start in range(0, len(cells.of), size):
        progress(start, len(cells.of))
        part = np.arange(start, min(start + size, len(cells.of)))
        target = PerImageCell(cells.layer.path, flat[part])
        made = run_method(method, probe, images.take(cells.of[part]), target).values
        if made.shape[1:3] != images.shape[:2]:
            raise UsageError(f"{method.name} has no value per pixel; use deconvnet or guided-backprop")
        # Some methods have a single value for all colors of a pixel.
        yield part, made.reshape(*made.shape[:3], -1), np.zeros((len(part), 2), np.int64)


@dataclass(frozen=True, eq=False)
class _Windowed:
    """The windowed network of a layer, and a compiled function of its windows: the cells' values and the gradients."""

    network: WindowedGraph
    project: Callable[..., Any]
    portion: int


def _windowed(probe: Probe, method: Method, layer: LayerInfo) -> _Windowed | None:
    """Return how to project by windows; None for other methods and layers."""
    if not isinstance(method, RectifierMethod) or type(method).__call__ is not RectifierMethod.__call__:
        return None
    runner, backward = probe.runner, method.backward

    def make() -> _Windowed | None:
        rule = RectifierRule(backward)
        network = windowed_graph(runner.graph, layer.path, runner.input_shape)
        if network is None or any(step.path in runner.head.replace for step in network.graph.steps):
            return None
        if not rectifiers(runner.graph, runner.head):
            # The whole network says so.
            return None
        return _Windowed(network, _projecting(runner, network, rule), portion_for(network.graph, AT_INPUT))

    made = runner.cached(("windowed", layer.path, backward), make)
    assert made is None or isinstance(made, _Windowed)
    return made


def _projecting(runner: Runner, network: WindowedGraph, rule: RectifierRule) -> Callable[..., Any]:
    tf = tensorflow()
    steps = network.graph
    # There may be no rectifier before the layer.
    replaced = {path: rule.changed(steps.step(path)) for path in rectifiers(steps, runner.head)}

    def project(windows: Any, places: Any, channels: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(windows)
            (made,), _ = steps.run([windows, places], (), replaced)
            values = tf.cast(tf.gather(made[:, 0, 0], channels, axis=1, batch_dims=1), tf.float32)
        return values, tape.gradient(values, windows, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    windows = tf.TensorSpec((None, *network.size, runner.input_shape[2]), tf.float32)
    compiled: Callable[..., Any] = runner.compile(
        project, windows, tf.TensorSpec((None, 2), tf.int32), tf.TensorSpec((None,), tf.int32)
    )
    return compiled


def _of_windows(
    windowed: _Windowed, probe: Probe, method: Method, cells: Cells, batch_size: int | None, progress: Progress
) -> Iterator[Projected]:
    network, size = windowed.network, min(windowed.portion, batch_size or windowed.portion)
    done, most = 0, ALIKE * float(np.abs(cells.values).max(initial=0))
    for together in _by_images(cells):
        held, of = np.unique(cells.of[together], return_inverse=True)
        inputs = probe.inputs(cells.images.take(held))
        for part in portions(len(together), size):
            progress(done, len(cells.of))
            done += part.stop - part.start
            which = together[part]
            places = cells.places[which]
            windows = network.cut(inputs, of[part], places)
            given = windows, places.astype(np.int32), cells.channels[which].astype(np.int32)
            values, made = collected(len(which), [(slice(None), windowed.project(*given))])
            # A layer that does not do what its class says shows in the value: the whole image decides then.
            if (np.abs(values - cells.values[which]) <= most).all():
                yield which, made, network.begin(places)
            else:
                for few, projected, begin in _of_whole_images(probe, method, cells.take(which), batch_size, silent):
                    yield which[few], projected, begin


def _by_images(cells: Cells) -> Iterator[np.ndarray]:
    """Yield positions of cells, those in as many images at a time as may be held."""
    order = np.argsort(cells.of, kind="stable")
    pictures = np.unique(cells.of)
    most = max(1, HELD // (4 * prod(cells.images.shape)))
    ends = np.searchsorted(cells.of[order], pictures[most::most])
    yield from np.split(order, ends)
