"""``cnnviz.callbacks.Snapshots``, for Keras's ``fit``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.data.images import Images
from cnnviz.data.open import ImagesLike, open_images

from .snapshot_recorder import Recorder

if TYPE_CHECKING:
    import keras

    from cnnviz.models.find_layer import LayersLike
    from cnnviz.models.probe import Probe


class SnapshotCallback:
    """Writes snapshots of a model to ``folder``, before training and after every ``every`` epochs.

    ``images`` are up to eight images to watch, preferably not training images: an array or tensor, or (array,
    labels), in the form that ``fit`` takes; or anything that open_images takes, with ``scale`` for the pixel
    scaling as in open_model. ``output`` selects one of several outputs, by name or number, and ``head`` says what it
    is, where neither its last function nor the loss tells (see open_model). ``layers`` are the paths
    of the layers to watch; None is all with filters, or eight of them. A snapshot has the first eight channels of
    each layer, or 64 units, at up to 32×32 cells; kernels of convolutions and of the first dense layer, up to 64
    slices each; and maps of ``method``. ``target`` is the class, label or output of a regression that is tracked and
    explained; None is the images' true classes if they have labels, else the predicted ones, and the first output of a
    regression.

    Training is not affected: the model runs in inference mode and is only read. Snapshots of an earlier training in
    the folder are replaced. ``cnnviz.open_snapshots(folder)`` reads them.
    """

    #: The model in training, which Keras sets.
    model: keras.Model

    def __init__(
        self,
        folder: str | Path,
        images: ImagesLike,
        layers: LayersLike | None = None,
        *,
        every: int = 1,
        method: str | None = "grad-cam",
        scale: str | Callable[[np.ndarray], np.ndarray] | None = None,
        class_names: Sequence[str] | None = None,
        output: str | int | None = None,
        head: str = "auto",
        target: str | int | None = None,
    ) -> None:
        super().__init__()
        if every < 1:
            raise UsageError(f"every must be at least 1 epoch, not {every}")
        self.folder, self.layers, self.every, self.method = Path(folder), layers, every, method
        arrays = not _is_named(images)
        self.images = open_images(images, class_names=class_names)
        if not len(self.images):
            raise UsageError("there is no image to watch; give at least one")
        self.scale = scale or (_as_they_are if arrays else "auto")
        self.arrays, self.output, self.head, self.target = arrays, output, head, target
        self._recorder: Recorder | None = None
        self._rows: list[dict[str, float]] = []
        self._begun = False

    def set_model(self, model: keras.Model) -> None:
        """Take the model; ModelError for one of tf_keras, whose ``fit`` knows other callbacks."""
        import keras

        from cnnviz.models.open import not_a_model

        if not isinstance(model, keras.Model):
            raise ModelError(f"Snapshots watches models of Keras 3: {not_a_model(model)}")
        keras.callbacks.Callback.set_model(self, model)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Open the model; errors are raised before the first step."""
        probe = _open_model(self.model, self.images, self.scale, self.output, self.head)
        if self.arrays and self.images.shape != probe.card.input_shape:
            raise UsageError(
                f"the model takes images of {probe.card.input_shape}, but these are {self.images.shape}; give an "
                "array (n, h, w, c) in the form that fit takes"
            )
        probe, images = probe.align(probe.fit(self.images, "no"))
        self._recorder = Recorder(self.folder, probe, images, self.layers, self.method, self.target)
        self._begun = False

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Take the snapshot before the first epoch."""
        assert self._recorder is not None
        if self._begun:
            return
        self._begun = True
        held = self._recorder.folder.curves() if epoch else []
        self._rows = [row for row in held if row["epoch"] <= epoch]
        self._recorder.begin(epoch, unit="epochs")
        self._recorder.record(epoch, epoch)
        self._recorder.folder.write_curves(self._rows)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Take a snapshot if one is due, and record the epoch's metrics."""
        assert self._recorder is not None
        done = epoch + 1
        self._rows.append({"epoch": done, **_figures(logs or {}), **_rate(self.model)})
        self._recorder.folder.write_curves(self._rows)
        if done % self.every == 0:
            self._recorder.record(done, done)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Take the last snapshot, unless it has just been taken."""
        assert self._recorder is not None
        done = int(self._rows[-1]["epoch"]) if self._rows else 0
        if done and done not in self._recorder.folder.numbers:
            self._recorder.record(done, done)
        self._recorder = None


if TYPE_CHECKING:

    class Snapshots(SnapshotCallback, keras.callbacks.Callback):  # type: ignore[misc]
        """The class that snapshots_class returns."""


@cache
def snapshots_class() -> type:
    """Return SnapshotCallback as a Keras callback, created on first use since Keras takes seconds to load."""
    from cnnviz.models.import_tensorflow import tensorflow

    tensorflow()
    import keras

    members = {"__doc__": SnapshotCallback.__doc__, "__module__": "cnnviz.callbacks"}
    return type("Snapshots", (SnapshotCallback, keras.callbacks.Callback), members)


def _is_named(images: object) -> bool:
    """Whether images are Images or their source, rather than arrays in the model's form."""
    named = (str, Path)
    listed = isinstance(images, list | tuple) and bool(images) and all(isinstance(one, named) for one in images)
    return isinstance(images, (*named, Images)) or listed


def _open_model(model: Any, images: Images, scale: Any, output: str | int | None, head: str) -> Probe:
    """Open the model, for images of this size if it takes any; ModelError for several outputs."""
    import keras

    from cnnviz.models.open import wrap

    if isinstance(model, keras.Sequential) and not model.built:
        # A model without an Input gets shapes and weights from the first batch, which would be too late.
        model.build((None, *images.shape))
    names = list(getattr(model, "output_names", None) or [])
    if output is None and len(names) > 1:
        listed = ", ".join(names)
        raise ModelError(f"{model.name!r} has {len(names)} outputs, {listed}; choose one, output={names[0]!r}")
    taken = getattr(model, "input_shape", None)
    any_size = isinstance(taken, tuple) and None in taken[1:3]
    probe = wrap(model, scale=scale, output=output, head=head, input_size=images.shape[:2] if any_size else None)
    # The losses of an untrained model say nothing about the scale, so the assumption is not tested.
    return probe.with_scale(replace(probe.scale, settled=True))


def _as_they_are(pixels: np.ndarray) -> np.ndarray:
    return pixels


def _figures(logs: Mapping[str, Any]) -> dict[str, float]:
    """Return the finite numbers of an epoch's logs."""
    found = {}
    for name, value in logs.items():
        with contextlib.suppress(TypeError, ValueError):
            if np.isfinite(number := float(value)):
                found[name] = number
    return found


def _rate(model: Any) -> dict[str, float]:
    """Return the optimizer's current learning rate, if it has one."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    try:
        return {} if rate is None else {"rate": float(np.asarray(rate))}
    except (TypeError, ValueError):
        return {}
