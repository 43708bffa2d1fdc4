"""Attributions computed by tf-keras-vis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.targets import Target
from cnnviz.data.images import Images

from .method import Maps, Method
from .result import Provenance

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.tf_keras_vis import TfKerasVis

OURS, THEIRS = "cnnviz", "tf-keras-vis"
ENGINES = (OURS, THEIRS)

#: (tf-keras-vis, our method, inputs, weights of the logits, target layer or "") → its maps
Ask = Callable[["TfKerasVis", Any, np.ndarray, np.ndarray, str], np.ndarray]


@dataclass(frozen=True)
class _Known:
    """A tf-keras-vis method: how to call it, the parameters it supports, and its known differences."""

    ask: Ask
    parameters: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


_UPSAMPLING = "its own upsampling aligns corners; these are its raw maps, resized by cnnviz"

_KNOWN = {
    "saliency": _Known(lambda vis, method, x, w, path: vis.saliency(x, w).max(axis=3)),
    "smoothgrad": _Known(
        lambda vis, method, x, w, path: vis.smoothgrad(
            x, w, method.samples, method.noise, method.absolute, method.seed
        ),
        ("samples", "noise", "seed", "absolute"),
        (
            "its noise generator differs, so maps agree only up to sampling noise",
            "by default it averages gradient magnitudes, as absolute=True does",
        ),
    ),
    "grad-cam": _Known(lambda vis, method, x, w, path: vis.grad_cam(x, w, path), ("layer",), (_UPSAMPLING,)),
    "grad-cam++": _Known(
        lambda vis, method, x, w, path: vis.grad_cam_plus_plus(x, w, path),
        ("layer",),
        (
            "it divides α by its sum over each channel's cells, as the paper's published code does and its equations "
            "do not: channels count differently against each other",
            _UPSAMPLING,
        ),
    ),
    "layer-cam": _Known(lambda vis, method, x, w, path: vis.layer_cam(x, w, path), ("layer",), (_UPSAMPLING,)),
    "score-cam": _Known(
        lambda vis, method, x, w, path: vis.score_cam(x, w, path, method.channels),
        ("layer", "channels"),
        (
            "channels are weighted by the masked image's probability; in cnnviz by a softmax over the channels' logits",
            "masks are upsampled with aligned corners, and hidden parts are 0 in the model's inputs",
            _UPSAMPLING,
        ),
    ),
}


class EngineMethod:
    """A tf-keras-vis method in place of a cnnviz one: called alike, with maps of the same shape and meaning."""

    def __init__(self, method: Method, probe: Probe) -> None:
        """Build the tf-keras-vis objects once for all batches; UsageError for a method that it does not have."""
        from cnnviz.models.tf_keras_vis import TfKerasVis

        if method.name not in _KNOWN:
            raise UsageError(f"tf-keras-vis has no {method.name}; it has {', '.join(_KNOWN)}")
        self._method, self._known = method, _KNOWN[method.name]
        paths = method.layers(probe)
        if len(paths) > 1:
            raise UsageError(f"tf-keras-vis takes one layer at a time, not {', '.join(paths)}")
        self._path = paths[0] if paths else ""
        self._vis = TfKerasVis(probe)

    def __call__(self, probe: Probe, images: Images, target: Any) -> Maps:
        """Return its maps, shaped as the method's; UsageError for a target that is not a sum of logits."""
        if not isinstance(target, Target):
            raise UsageError("tf-keras-vis explains only classes and differences of classes; use engine='cnnviz'")
        logits = probe.logits(images)
        inputs = probe.inputs(images).reshape(images.pixels.shape)
        values = self._known.ask(self._vis, self._method, inputs, target.weights(logits), self._path)
        return Maps(np.asarray(values, np.float32), logits=logits)

    def provenance(self, how: Provenance) -> Provenance:
        """Return the provenance of its maps, from that of the cnnviz method."""
        obeyed = {key: value for key, value in how.parameters.items() if key in self._known.parameters}
        return replace(how, engine=THEIRS, parameters=obeyed, notes=(*how.notes, *self._known.differs))


def engine_method(engine: str, method: Method, probe: Probe) -> EngineMethod:
    """Return a method computed by another engine; UnknownNameError for an unknown engine."""
    if engine != THEIRS:
        raise UnknownNameError("engine", engine, list(ENGINES))
    return EngineMethod(method, probe)
