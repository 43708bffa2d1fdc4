"""Takes snapshots of a model: kernels, and activations, heatmaps and predictions for a few images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.attribution.method import Method, run_method
from cnnviz.attribution.provenance import provenance_of
from cnnviz.attribution.resolve import resolve_method, resolve_target
from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import ModelError
from cnnviz.core.targets import OneClass, words_of
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.models.kernels import kernel_of

from .snapshot_folder import SnapshotFolder
from .snapshot_limits import (
    PICTURES,
    SIDES,
    KeptMaps,
    as_document,
    compact,
    downsample,
    downsampled_shape,
    kept_filters,
    kept_maps,
)
from .snapshot_schema import Snapshot, SnapshotTime

if TYPE_CHECKING:
    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.probe import Probe

#: Placeholder for the hash of a model in training.
IN_TRAINING = "in training"


class Recorder:
    """Writes snapshots of one model into a folder.

    The model runs in inference mode and is never changed: weights, optimizer and random state stay. Of more than eight
    images the first eight are used. A model without maps for ``method`` gets no heatmaps. ``target`` is what is tracked
    and explained: a class, a label or an output of a regression; None is each image's true class, else the predicted
    one, and the first output of a regression.
    """

    def __init__(
        self,
        folder: Path,
        probe: Probe,
        images: Images,
        layers: LayersLike | None = None,
        method: str | None = "grad-cam",
        target: str | int | None = None,
    ) -> None:
        note = f"the first {PICTURES} of {len(images)} images"
        self.images = images[:PICTURES].with_notes(note) if len(images) > PICTURES else images
        self.probe, self.folder = probe, SnapshotFolder(folder)
        self.maps = kept_maps(probe, layers, len(self.images))
        self.filters = kept_filters(probe)
        self.method, self.why_none = _usable(method, probe)
        if probe.card.head == "none":
            require_classes(probe.card, "predictions to watch in training")
        if target is None:
            known = self.images.labels is not None and self.images.class_names == probe.class_names
            target = 0 if probe.card.head == "regression" else "true" if known else "predicted"
        self.target = resolve_target(target, self.images, probe.card.score_names, card=probe.card)

    def begin(self, done: int = 0, *, unit: str, steps: int | None = None) -> None:
        """Begin, or resume after ``done`` steps or epochs; later snapshots are deleted."""
        how = None
        if self.method is not None:
            words = words_of(self.target, self.probe.card.score_names)
            made = provenance_of(self.method, self.probe, words, self.method.layers(self.probe))
            how = asdict(made) | {"parameters": {name: str(value) for name, value in made.parameters.items()}}
        # The weights change with each snapshot, so there is no hash.
        card = replace(self.probe.card, hash=IN_TRAINING)
        # Predictions are stored per snapshot and not here, so that a resumed training writes the same file.
        scores = len(card.score_names)
        open_question = np.full((len(self.images), scores), 1 / scores if card.has_classes else 0.0, np.float32)
        said = Predictions(self.images, card, open_question)
        moments = {"unit": unit} if steps is None else {"unit": unit, "steps": steps}
        kept = {"maps": [as_document(one) for one in self.maps], "filters": [as_document(one) for one in self.filters]}
        followed = {"followed": self.target.index} if isinstance(self.target, OneClass) else {}
        self.folder.begin(said, {**moments, **kept, **followed, "how": how, "why_no_heatmaps": self.why_none}, done)

    def record(self, number: int, epoch: float, figures: Mapping[str, float] | None = None) -> None:
        """Write a snapshot at ``epoch`` epochs after the start."""
        arrays = {}
        for i, one in enumerate(self.filters):
            kernel = kernel_of(self.probe, one.path)
            assert kernel is not None
            arrays[f"filters{i}"] = compact(downsample(kernel[:, :, : one.inputs, : one.filters], one.kept))
        sites = list(dict.fromkeys(one.site for one in self.maps))
        tapped: dict[str, list[np.ndarray]] = {site: [] for site in sites}
        logits = []
        for _, scores, values in self.probe.stream(self.images, sites):
            logits.append(scores)
            for site in sites:
                tapped[site].append(values[site])
        for i, kept in enumerate(self.maps):
            arrays[f"maps{i}"] = compact(_cut(np.concatenate(tapped[kept.site]), kept))
        arrays["answers"] = self.probe.runner.probabilities(np.concatenate(logits)).astype(np.float32)
        if self.method is not None:
            heat = np.asarray(run_method(self.method, self.probe, self.images, self.target).values, np.float32)
            if heat.ndim == 4:
                heat = heat.sum(axis=3) if self.method.signed else heat.max(axis=3)
            size = downsampled_shape((heat.shape[1], heat.shape[2]), SIDES[0])
            arrays["heat"] = compact(downsample(heat.transpose(1, 2, 0), size).transpose(2, 0, 1))
        self.folder.write(number, Snapshot(SnapshotTime(epoch, dict(figures or {})), arrays))


def _cut(values: np.ndarray, kept: KeptMaps) -> np.ndarray:
    """Return a layer's output as (images, height, width, channels), reduced to ``kept``."""
    if kept.shape == (1, 1):
        values = values.reshape(len(values), 1, 1, -1)
    some = values[..., : kept.channels]
    return downsample(some.transpose(1, 2, 0, 3), kept.kept).transpose(2, 0, 1, 3)


def _usable(method: str | None, probe: Probe) -> tuple[Method | None, str]:
    """Return the method, or None and the reason."""
    if method is None:
        return None, "none were requested"
    chosen = resolve_method(method)
    try:
        chosen.layers(probe)
    except ModelError as error:
        return None, str(error)
    return chosen, ""
