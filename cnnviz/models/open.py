"""open_model and wrap: a saved model, or one in memory, as a Probe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cnnviz.core.errors import ModelError, UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.names import unknown_name

from .bundled import DEFAULT, bundled_models
from .choose_output import UnchosenOutputError
from .compiled_loss import loss_of_model
from .describe import model_hash
from .given_inputs import GivenInputs
from .head import Head
from .import_tensorflow import tensorflow
from .input_scale.scale import Preprocess, Scale, check_order, scale_from
from .known_background import background_of_names, recorded_background
from .label_file import FIT, NAME, names_beside
from .prepared import prepare_model
from .probe import Probe
from .saved.identify_file import FORMS
from .saved.load import load
from .saved.stored_model import Opened, Trust
from .training_record import model_path, training_record
from .unrolled_graph import Graph

if TYPE_CHECKING:
    import keras

#: Suffixes of saved models.
SUFFIXES = (".keras", ".h5", ".hdf5")


#: What is accepted as a model: a bundled name, the path of a saved model or run folder, a Keras model in memory, or an
#: opened Probe.
ModelLike: TypeAlias = "str | Path | keras.Model | Probe"


def open_model(
    source: ModelLike = DEFAULT,
    *,
    scale: str | Preprocess = "auto",
    class_names: Sequence[str] | None = None,
    input_size: tuple[int, int] | None = None,
    output: str | int | None = None,
    head: str = "auto",
    inputs: GivenInputs | None = None,
    architecture: str | Path | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    trust: bool = False,
) -> Probe:
    """Open a bundled model by name, a saved model or a run folder by path, or wrap a model object.

    ``scale`` says how pixels become inputs: "0-1", "0-255", "-1-1" or another named scale, a function of pixels, or
    "auto" (measured: docs/opening-models.md). ``class_names`` are in the order of the outputs, by default those of a
    ``labels.txt`` of Teachable Machine beside the file; ``input_size`` (height, width) is for models that take any.
    ModelError for a model that is missing, damaged or takes no images.

    ``output`` chooses one of several outputs by name or number. ``head`` says what it is: "softmax" (exclusive
    classes), "binary" (one number, the logit of two classes), "multilabel" (independent labels), "regression"
    (numbers), "none" (no row of scores; everything that needs no classes works), or "auto": by its last function, by
    the loss that the model was compiled with, else an assumption, with a note. ``inputs`` gives the values of the
    inputs besides the image, by name: a number, an array, or rows, one for each image. ``architecture`` is the network
    of a weights-only file: the path of its JSON, or a bundled model's name. ``custom_objects`` are classes and
    functions that the file needs, by name; ``trust`` lets it run code of its own (Lambda layers).
    """
    if isinstance(source, Probe):
        return source
    if not isinstance(source, str | Path):
        return wrap(
            source,
            scale=scale,
            class_names=class_names,
            input_size=input_size,
            output=output,
            head=head,
            inputs=inputs,
        )
    bundled = bundled_models().get(str(source))
    if bundled is None:
        path = model_path(_existing(Path(source)))
        opened = load(path, Trust(trust, custom_objects or {}), architecture)
        record = training_record(path)
        folder = path.parent.resolve()
        probe = wrap(
            opened.model,
            scale=Scale("0-1", "recorded when it was trained") if record and scale == "auto" else scale,
            class_names=class_names or (record.class_names if record else None),
            input_size=input_size,
            output=output,
            head=head,
            inputs=inputs,
            # A network from layer text has no name of its own.
            name=(record.about.get("network") or folder.name or path.stem) if record else path.stem,
            source=str(Path(folder.name, path.name)) if record else path.name,
            opened=opened,
            background=recorded_background(record.about) if record else None,
            about=record.about if record else None,
            history=record.history if record else (),
        )
        if class_names is None and record is None:
            probe = _with_names_beside(probe, path)
        if record:
            probe = probe.with_fit(record.fit)
        return replace(probe, path=folder if record else folder / path.name)
    about = bundled.about
    return wrap(
        load(bundled.path, Trust()).model,
        scale=Scale(about["scale"], "recorded when it was trained") if scale == "auto" else scale,
        class_names=class_names or about["class_names"],
        output=output,
        head=head,
        inputs=inputs,
        name=bundled.name,
        source="bundled with cnnviz",
        background=about["background"],
        about=about,
        history=bundled.history,
    )


def open_for_layers(source: ModelLike, **options: Any) -> Probe:
    """Open a model for what reads its layers: of several outputs with class scores none has to be chosen."""
    try:
        return open_model(source, **options)
    except UnchosenOutputError:
        return open_model(source, **options | {"head": "none"})


def wrap(
    model: keras.Model,
    *,
    scale: str | Preprocess | Scale = "auto",
    class_names: Sequence[str] | None = None,
    input_size: tuple[int, int] | None = None,
    output: str | int | None = None,
    head: str = "auto",
    inputs: GivenInputs | None = None,
    name: str | None = None,
    source: str = "in memory",
    background: str | None = None,
    about: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, float]] = (),
    opened: Opened | None = None,
) -> Probe:
    """Return a Probe of a Keras model in memory; see open_model for the options.

    ``background`` is that of the training images, "dark" or "light", if they are line art; by default it is known only
    of a model whose classes are named as in Fashion-MNIST.
    """
    tensorflow()
    import keras

    if not isinstance(model, keras.Model):
        raise ModelError(not_a_model(model))
    loss = loss_of_model(model) if opened is None else opened.loss
    prepared = prepare_model(model, input_size, output, head, loss, len(class_names or ()), inputs)
    runner = prepared.runner
    if opened is not None:
        _check_runs(runner.graph, runner.input_shape, source)
    identity = model_hash(model, runner.graph)
    chosen = scale if isinstance(scale, Scale) else None if scale == "auto" else scale_from(scale)
    if chosen is not None:
        check_order(chosen, prepared.image_shape[2])
    if chosen is None:
        chosen = prepared.scale(identity)
    shape = prepared.image_shape
    if chosen.settled:
        chosen.check_channels(shape[2])
    names = _named(class_names, runner.head.classes, "class") if runner.head.classes else ()
    card = ModelCard(
        name=name or model.name,
        hash=identity,
        input_shape=shape,
        class_names=names,
        layers=prepared.layers,
        parameters=model.count_params(),
        source=source,
        scale=chosen.name,
        scale_reason=chosen.reason,
        scale_settled=chosen.settled,
        score=runner.head.score,
        background=background or background_of_names(names, shape),
        format=opened.format if opened else "",
        writer=opened.writer if opened else "",
        repairs=opened.repairs if opened else (),
        output=prepared.output,
        notes=(*(opened.notes if opened else ()), *prepared.input_notes, *prepared.notes),
        about=dict(about or {}),
        history=tuple(history),
        head=runner.head.kind,
        # Without a chosen output, that is the reason for having no scores.
        head_reason=(prepared.notes[-1] if runner.head.kind == "none" and prepared.notes else runner.head.reason),
        head_settled=runner.head.settled,
        output_shape=runner.head.shape,
        output_names=_output_names(class_names, runner.head),
    )
    return Probe(model, runner, card, chosen, named=class_names is not None, given=dict(inputs or {}))


def _with_names_beside(probe: Probe, path: Path) -> Probe:
    """Return the probe with class names and fit of Teachable Machine, if its label file has as many classes."""
    names = names_beside(path)
    if not names or len(names) != len(probe.class_names):
        return probe
    notes = (*probe.card.notes, f"class names from {NAME}; images are cropped, as in Teachable Machine")
    background = background_of_names(names, probe.card.input_shape)
    card = replace(probe.card, class_names=names, notes=notes, background=background)
    return replace(probe, card=card, named=True).with_fit(FIT)


_KERAS_2 = ("tf_keras.", "tensorflow.python.keras.", "keras.engine.")


def not_a_model(given: object) -> str:
    """Return why an object is no model: it is one of Keras 2, or of another library, or none at all."""
    kinds = [f"{kind.__module__}.{kind.__name__}" for kind in type(given).__mro__]
    what = f"a {type(given).__name__}"
    if any(kind.startswith(_KERAS_2) and kind.endswith(".training.Model") for kind in kinds):
        # A class of the user's own is rebuilt from the layers that a SavedModel holds, not from the other formats.
        path = "'model.keras'" if kinds[0].startswith(_KERAS_2) else "'folder', save_format='tf'"
        return (
            f"this {type(given).__name__} is a model of Keras 2 (tf_keras), which cannot be read in memory; save it "
            f"with model.save({path}) and give that path"
        )
    if "torch.nn.modules.module.Module" in kinds:
        return f"{what} is a PyTorch model; cnnviz opens Keras models"
    if isinstance(given, type):
        return f"{given.__name__} is a class; give a model, an instance of it"
    return f"{what} is not a Keras model; give one, or the path of {FORMS}"


def _check_runs(graph: Graph, input_shape: tuple[int, ...], name: str) -> None:
    """Run two mid-gray images; ModelError if the model fails on them or returns NaN or infinity."""
    tf = tensorflow()
    try:
        outputs, _ = graph.run([tf.fill((2, *input_shape), 0.5)])
        values = np.asarray(tf.cast(outputs[0], tf.float32))
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ModelError(f"{name} opens but does not run on an image of {input_shape}: {reason[:200]}") from error
    if not np.isfinite(values).all():
        raise ModelError(f"{name} returns NaN or infinity to a gray image; its weights are damaged")


def file_size(source: str | Path) -> int | None:
    """Return the size in bytes of the file that a path, a run folder or a bundled name stands for, None if none."""
    bundled = bundled_models().get(str(source))
    path = model_path(Path(source)) if bundled is None else bundled.path
    return path.stat().st_size if path.is_file() else None


def _existing(path: Path) -> Path:
    if path.exists():
        return path
    if path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        raise ModelError(f"there is no model file {path}; give the path of {FORMS}")
    raise ModelError(unknown_name("model", str(path), list(bundled_models())) + f", or give {FORMS}")


def _named(class_names: Sequence[str] | None, count: int, what: str) -> tuple[str, ...]:
    if class_names is None:
        return tuple(f"{what} {index}" for index in range(count))
    if len(class_names) != count:
        many = "classes" if what == "class" else "outputs"
        raise UsageError(f"{len(class_names)} class names for a model of {count} {many}; give one per {what}")
    return tuple(str(name) for name in class_names)


def _output_names(class_names: Sequence[str] | None, head: Head) -> tuple[str, ...]:
    if head.kind == "regression":
        return _named(class_names, head.units, "output")
    if head.kind == "none" and class_names is not None and len(head.shape) == 3:
        return _named(class_names, head.shape[2], "output")
    if head.kind == "none" and class_names is not None:
        raise UsageError(
            f"class names for a model without class scores ({head.reason}); leave them out, or set --head softmax, "
            'in Python head="softmax"'
        )
    return ()
