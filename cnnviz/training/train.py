"""Train a network by name, or one in words, into a run folder."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import DataError, UnknownNameError
from cnnviz.data.images import Images
from cnnviz.data.open import open_images
from cnnviz.models.quiet import tensorflow

from .architectures.named import architecture
from .fit import Moment, fit
from .precision import built_in, precision_of
from .recipe import Recipe
from .result import Trained
from .run_folder import RunFolder, surroundings
from .split import stratified_split
from .words import build_from_words

if TYPE_CHECKING:
    import keras

    from .state import State


def train(
    network: str = "fmnist-cnn",
    images: Images | str | Path = "fmnist:train",
    *,
    layers: str | None = None,
    recipe: Recipe | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    on_step: Callable[[Moment], None] = lambda moment: None,
    on_epoch: Callable[[Mapping[str, float]], None] = lambda row: None,
    **fields: Any,
) -> Trained:
    """Train a network on labelled pictures and return it with its history.

    ``network`` is the name of one that cnnviz knows; ``layers`` spells another, "conv 32 3x3, relu, pool 2, flatten,
    dense 10". The recipe is the network's own unless another is given; its fields can be given each, ``epochs=3``.
    A share of every class is held out, and the epoch that does best on it is kept: test pictures have no part in it.

    With ``out`` a run folder is kept there: the model of the best epoch so far, history, settings, and the state that
    ``resume`` goes on from, to the same weights as without a pause. UsageError for settings that do not fit, DataError
    for pictures without labels or too few.
    """
    known = architecture(network) if layers is None else None
    used = changed_recipe(recipe or (known.recipe if known else Recipe()), fields)
    pictures = images if isinstance(images, Images) else open_images(images)
    training, validation = split(pictures, used)
    name, precision = known.name if known else "model", precision_of(used)

    def build() -> keras.Model:
        classes = len(pictures.class_names)
        if known is None:
            return build_from_words(layers or "", pictures.shape, classes, name)
        return known.model(pictures.shape, classes)

    settings = {"network": name, "layers": layers, "recipe": used.document(), "data": pictures.hash}
    settings |= {"precision": precision}
    key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
    folder = RunFolder(Path(out)) if out is not None else None
    tensorflow()
    import keras

    keras.utils.set_random_seed(used.seed)
    with built_in(precision):
        model = build()
    if folder:
        folder.begin(resume)
    # What is kept computes in float32, whatever it learned in.
    kept = model if precision == "float32" else build()
    about = settings | {"class_names": list(pictures.class_names), "scale": "0-1", "source": pictures.source}
    about |= surroundings()

    def trained(state: State) -> Trained:
        kept.set_weights(model.get_weights())
        place = folder.path if folder else None
        return Trained(name, kept, tuple(state.history), state.best, used, pictures.class_names, about, place)

    def tell(state: State) -> None:
        if folder:
            # The model holds the weights of the epoch that just ended: they are written if it is the best.
            folder.write(trained(state), model=state.best == state.epoch)
        on_epoch(state.history[-1])

    place = folder.path if folder else None
    state = fit(model, training, validation, used, folder=place, key=key, on_step=on_step, on_epoch=tell)
    done = trained(state)
    if folder:
        folder.write(done, model=True)
    return done


def changed_recipe(recipe: Recipe, fields: Mapping[str, Any]) -> Recipe:
    """Return the recipe with some fields changed; UnknownNameError for one that it does not have."""
    names = [field.name for field in dataclasses.fields(Recipe)]
    for name in fields:
        if name not in names:
            raise UnknownNameError("setting of a training", name, names)
    # Another optimizer learns at another rate: that of the one before says nothing.
    if "optimizer" in fields and "rate" not in fields and fields["optimizer"] != recipe.optimizer:
        fields = {**fields, "rate": 0.0}
    if "changes" in fields:
        fields = {**fields, "changes": tuple(fields["changes"])}
    return dataclasses.replace(recipe, **fields)


def split(images: Images, recipe: Recipe) -> tuple[Images, Images]:
    """Return training and validation pictures; DataError without labels, or if nothing is left to learn from."""
    if images.labels is None:
        raise DataError(f"{images.source} has no labels to learn from")
    if len(images.class_names) < 2:
        raise DataError(f"{images.source} has one class only; a classifier needs two to tell apart")
    if not recipe.validation:
        return images, images.take([])
    kept, held = stratified_split(images.labels, recipe.validation, recipe.seed)
    if not len(kept):
        raise DataError(f"{images.source} has too few pictures: none is left to learn from")
    return images.take(kept), images.take(held)
