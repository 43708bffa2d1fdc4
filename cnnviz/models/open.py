"""Open a saved model or wrap one in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.cards import ModelCard
from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.names import unknown_name

from .bundled import DEFAULT, bundled_models
from .cards import layer_infos, model_hash
from .engine import Engine
from .graph import Graph, graph_of
from .probe import Probe
from .quiet import tensorflow
from .scale import Preprocess, Scale, scale_from
from .shapes import picture_shape

if TYPE_CHECKING:
    import keras

#: What TensorFlow allows as the name of a scope, which every layer opens when it runs.
_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")

#: What ends the name of a saved model.
SUFFIXES = (".keras", ".h5", ".hdf5")


def open_model(
    source: str | Path | keras.Model | Probe = DEFAULT,
    *,
    scale: str | Preprocess = "auto",
    class_names: Sequence[str] | None = None,
    input_size: tuple[int, int] | None = None,
) -> Probe:
    """Open a bundled model by name, a saved model by its path, or wrap a model object.

    ``scale`` says how pixels become inputs: "0-1", "0-255", "-1-1", a function of pixels, or "auto" (a scaling layer in
    the model tells, else labelled pictures do, else 0-1 is assumed and said). ``class_names`` go in the order of the
    outputs; ``input_size`` (height, width) is for models that take any. A model that is missing, damaged or no image
    classifier raises ModelError.
    """
    if isinstance(source, Probe):
        return source
    if not isinstance(source, str | Path):
        return wrap(source, scale=scale, class_names=class_names, input_size=input_size)
    bundled = bundled_models().get(str(source))
    if bundled is None:
        path = _existing(Path(source))
        return wrap(
            _load(path),
            scale=scale,
            class_names=class_names,
            input_size=input_size,
            name=path.stem,
            source=path.name,
        )
    about = bundled.about
    return wrap(
        _load(bundled.path),
        scale=Scale(about["scale"], "recorded when it was trained") if scale == "auto" else scale,
        class_names=class_names or about["class_names"],
        name=bundled.name,
        source="bundled with cnnviz",
        background=about["background"],
        about=about,
        history=bundled.history,
    )


def wrap(
    model: keras.Model,
    *,
    scale: str | Preprocess | Scale = "auto",
    class_names: Sequence[str] | None = None,
    input_size: tuple[int, int] | None = None,
    name: str | None = None,
    source: str = "in memory",
    background: str | None = None,
    about: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, float]] = (),
) -> Probe:
    """Return a Probe of a Keras model in memory; see open_model for the options.

    ``background`` is the side that the training pictures' background lies on, "dark" or "light"; by default a grey
    model is taken to be trained on white on black, as MNIST and its family are, and a colour model on neither.
    """
    import keras

    if not isinstance(model, keras.Model):
        raise ModelError(f"a {type(model).__name__} is no Keras model")
    graph = graph_of(model)
    if len(graph.inputs) != 1:
        raise ModelError(f"{model.name!r} takes {len(graph.inputs)} inputs; cnnviz explains models of one picture")
    if len(graph.outputs) != 1:
        raise ModelError(f"{model.name!r} has {len(graph.outputs)} outputs; make a model of the one to explain")
    for step in graph.steps:
        if not _NAME.fullmatch(step.operation.name):
            raise ModelError(f"TensorFlow cannot run a layer called {step.operation.name!r}; rename it and save again")
    taken = tuple(model.inputs[0].shape[1:])
    picture = picture_shape(taken, input_size)
    shape = picture if len(taken) == 3 else picture[: len(taken)] if len(taken) == 2 else taken
    engine = Engine(graph, shape)
    chosen = scale if isinstance(scale, Scale) else _chosen_scale(scale, engine.graph)
    card = ModelCard(
        name=name or model.name,
        hash=model_hash(model, engine.graph),
        input_shape=picture,
        class_names=_named(class_names, engine.head.classes),
        layers=layer_infos(engine.graph, picture),
        parameters=model.count_params(),
        source=source,
        scale=chosen.name,
        scale_reason=chosen.reason,
        score=engine.head.score,
        background=background or ("dark" if picture[2] == 1 else None),
        about=dict(about or {}),
        history=tuple(history),
    )
    return Probe(model, engine, card, chosen, named=class_names is not None)


def _existing(path: Path) -> Path:
    if path.exists():
        return path
    if path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        raise ModelError(f"there is no model file {path}; give the path of a .keras or .h5 file")
    raise ModelError(unknown_name("model", str(path), list(bundled_models())) + ", or give a .keras or .h5 file")


def _load(path: Path) -> keras.Model:
    _refuse_what_is_no_model(path)
    tensorflow()
    import keras

    try:
        # Optimizers and losses of older versions break the load, and nothing here needs them.
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises nearly anything on a file that it cannot read; one line of it is enough for a person.
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"cannot open {path.name} as a Keras model: {reason[:300]}") from error


def _refuse_what_is_no_model(path: Path) -> None:
    """Say what a file is that only has the name of a model; Keras's own messages lead astray."""
    if path.is_dir():
        raise ModelError(f"{path} is a folder; give the path of a .keras or .h5 file")
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if not start:
        raise ModelError(f"cannot open {path.name} as a Keras model: the file is empty")
    if path.name.endswith(".weights.h5"):
        raise ModelError(f"cannot open {path.name}: it holds weights without a network; save the whole model")
    expected = {".keras": b"PK\x03\x04"}.get(path.suffix.lower(), b"\x89HDF\r\n\x1a\n")
    if not start.startswith(expected):
        kind = "a web page" if start.lstrip()[:1] == b"<" else "text" if start.isascii() else "something else"
        raise ModelError(
            f"cannot open {path.name} as a Keras model: it is {kind}, not what Keras saves as {path.suffix}"
        )


def _chosen_scale(scale: str | Preprocess, graph: Graph) -> Scale:
    if scale != "auto":
        return scale_from(scale)
    layer = _scaling_layer(graph)
    if layer is not None:
        return Scale("0-255", f"the model scales pixels itself, in its layer {layer!r}")
    return Scale("0-1", "assumed: no scaling layer and no labelled pictures tell", settled=False)


def _scaling_layer(graph: Graph) -> str | None:
    """Path of a layer near the input that brings 0…255 down to small numbers, if there is one."""
    for step in graph.steps[:6]:
        if step.kind == "Rescaling" and float(abs(step.operation.scale)) < 0.05:
            return step.path
        if step.kind == "Normalization" and _mean_of(step.operation) > 1.5:
            return step.path
    return None


def _mean_of(layer: Any) -> float:
    import numpy as np

    return float(np.abs(np.asarray(layer.mean)).max())


def _named(class_names: Sequence[str] | None, classes: int) -> tuple[str, ...]:
    if class_names is None:
        return tuple(f"class {index}" for index in range(classes))
    if len(class_names) != classes:
        raise UsageError(f"{len(class_names)} class names for a model of {classes} classes; give one a class")
    return tuple(str(name) for name in class_names)
