"""Per-image accuracy and cross-entropy of a network with filters masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnviz.models.channel_masking import Masked, MaskedLayer, MaskedNetwork
from cnnviz.models.filter_layers import FilterLayer
from cnnviz.models.nested_masks import NestedMasks, are_nested
from cnnviz.models.probe import Probe

#: Lower bound of a probability: one image cannot cost more than 16.1 nats.
LEAST = 1e-7


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of m masks on n images: ``right`` (m, n) bool, and cross-entropy ``loss`` (m, n) float32 in nats."""

    right: np.ndarray
    loss: np.ndarray

    def accuracy(self, pictures: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return the accuracy under each mask, (m,), over some of the images."""
        return np.asarray(self.right[:, pictures].mean(axis=1))

    def mean_loss(self, pictures: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return the cross-entropy under each mask, (m,), over some of the images."""
        return np.asarray(self.loss[:, pictures].mean(axis=1, dtype=np.float64))


class Bench:
    """Evaluates a model on labeled images under masks; ``on_run`` is called with the number of runs done."""

    def __init__(
        self, probe: Probe, inputs: np.ndarray, labels: np.ndarray, on_run: Callable[[int], None] = lambda runs: None
    ) -> None:
        self.probe, self.inputs, self.labels, self.on_run = probe, inputs, labels, on_run
        self._layers: dict[str, MaskedLayer] = {}
        self._nested: dict[tuple[str, ...], NestedMasks] = {}
        self._networks: dict[tuple[str, ...], MaskedNetwork] = {}

    def plain(self) -> Scores:
        """Return the scores of the whole model, as one mask."""
        return self._judged([self.probe.logits(self.inputs)[None]])

    def one_by_one(self, layer: FilterLayer, put: np.ndarray) -> Scores:
        """Return the scores with each filter of a layer in turn held at its value in ``put``, (filters,)."""
        return self._gathered(len(put), self._layer(layer).one_by_one(self.inputs, np.arange(len(put)), put))

    def removed(self, layer: FilterLayer, gone: np.ndarray, pictures: np.ndarray) -> Scores:
        """Return the scores of some images under masks ``gone`` (masks, filters) bool: masked filters give zero."""
        nested = self._nested_masks((layer.site,))
        if nested.possible and are_nested(gone):
            return self._gathered(len(gone), nested.logits(self.inputs[pictures], {layer.site: gone}), pictures)
        parts = self._layer(layer).logits(self.inputs[pictures], ~gone, np.zeros(gone.shape, np.float32))
        return self._gathered(len(gone), parts, pictures)

    def removed_in_turn(
        self, layers: Sequence[FilterLayer], gone: Mapping[str, np.ndarray], pictures: np.ndarray
    ) -> Scores:
        """Return the scores of some images under masks of several layers at once, (masks, filters) bool per layer."""
        nested = self._nested_masks(tuple(layer.site for layer in layers))
        count = len(gone[layers[0].path])
        if nested.possible and are_nested(gone[layers[0].path]):
            by_site = {layer.site: gone[layer.path] for layer in layers}
            return self._gathered(count, nested.logits(self.inputs[pictures], by_site), pictures)
        each = [
            self.removed_across(layers, {path: masks[row] for path, masks in gone.items()}, pictures)
            for row in range(count)
        ]
        return Scores(np.concatenate([one.right for one in each]), np.concatenate([one.loss for one in each]))

    def removed_across(
        self, layers: Sequence[FilterLayer], gone: Mapping[str, np.ndarray], pictures: np.ndarray
    ) -> Scores:
        """Return the scores of some images with filters of several layers masked at once, (filters,) bool per layer."""
        sites = tuple(layer.site for layer in layers)
        if sites not in self._networks:
            self._networks[sites] = MaskedNetwork(self.probe.runner, sites)
        logits = self._networks[sites].logits(
            self.inputs[pictures], {layer.site: ~gone[layer.path] for layer in layers}
        )
        self.on_run(1)
        return self._judged([logits[None]], pictures)

    def _nested_masks(self, sites: tuple[str, ...]) -> NestedMasks:
        if sites not in self._nested:
            self._nested[sites] = NestedMasks(self.probe.runner, sites)
        return self._nested[sites]

    def _layer(self, layer: FilterLayer) -> MaskedLayer:
        if layer.path not in self._layers:
            self._layers[layer.path] = MaskedLayer(self.probe.runner, layer.site)
        return self._layers[layer.path]

    def _gathered(self, masks: int, parts: Iterable[Masked], pictures: np.ndarray | None = None) -> Scores:
        count = len(self.labels) if pictures is None else len(pictures)
        labels = self.labels if pictures is None else self.labels[pictures]
        made = Scores(np.empty((masks, count), bool), np.empty((masks, count), np.float32))
        done = 0.0
        for rows, part, logits in parts:
            made.right[rows, part], made.loss[rows, part] = judged(self.probe, logits, labels[part])
            before, done = int(done), done + (rows.stop - rows.start) * (part.stop - part.start) / count
            self.on_run(int(done + 1e-9) - before)
        return made

    def _judged(self, logits: Sequence[np.ndarray], pictures: np.ndarray | None = None) -> Scores:
        labels = self.labels if pictures is None else self.labels[pictures]
        return Scores(*judged(self.probe, logits[0], labels))


def judged(probe: Probe, logits: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether logits (m, n, classes) predict each image's label, and their cross-entropy, both (m, n)."""
    answers = probe.runner.probabilities(logits.reshape(-1, logits.shape[-1])).reshape(logits.shape)
    given = np.take_along_axis(answers, labels[None, :, None], axis=2)[..., 0]
    return logits.argmax(axis=2) == labels, -np.log(np.clip(given, LEAST, 1))
