"""Train a network: by name, from layer text, or from another model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.models.known_background import background_of_set

from .batches import Batches
from .distillation import teacher_probabilities
from .fit import TrainingProgress
from .fit import fit as fit_model
from .plan_training import plan_training
from .precision import built_in, precision_of
from .recipe import RecipeOverrides, TrainingRecipe
from .resolve_network import Network
from .result import Trained
from .run_folder import RunFolder, environment
from .snapshot_schedule import Watch, watched_pictures
from .split import stratified_split
from .training_images import training_images_of, training_notes, validation_images_of

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike

    from .checkpoint import State


def train(
    network: str | Network | None = None,
    images: ImagesLike = "fmnist:train",
    *,
    validation_images: ImagesLike | None = None,
    layers: str | Sequence[str] | None = None,
    transfer: ModelLike | None = None,
    freeze_until: str | None = None,
    teacher: ModelLike | None = None,
    recipe: TrainingRecipe | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    snapshots: bool = True,
    fit: FitLike = None,
    white: WhiteLike = None,
    on_step: Callable[[TrainingProgress], None] = lambda progress: None,
    on_epoch: Callable[[Mapping[str, float]], None] = lambda row: None,
    on_note: Callable[[str], None] = lambda note: None,
    **overrides: Unpack[RecipeOverrides],
) -> Trained:
    """Train a network on labeled images and return it with its history.

    ``network`` is the name of a known network, by default "fmnist-cnn", or a YAML file of layers and settings;
    ``layers`` defines another as text, "conv 32 3x3, relu, pool 2, flatten, dense 10", or as a list. ``recipe``
    defaults to the network's own; ``overrides`` set single fields, ``epochs=3``. A share of every class is held out,
    and the best epoch on it is saved; ``validation_images``, of the same classes, take its place. Both sets are
    anything that open_images takes, such as a ``tf.data.Dataset``. Test images are never used: of a source with a train
    and a test part the train part is used.

    ``transfer`` is a trained model that initializes the layers of the same name and shape; without ``network`` and
    ``layers`` it also defines the network, with a new last layer if the classes differ. Layers up to and including
    ``freeze_until`` are frozen. ``teacher`` is a model of the same classes whose predictions for the training images
    are used beside the labels (Hinton et al., "Distilling the Knowledge in a Neural Network", 2015), preferably one
    that was not trained on the held-out images.

    ``out`` is the run folder: the model of the best epoch so far, history, settings, and the state from which
    ``resume`` continues to exactly the same weights; and up to 48 ``snapshots``, densest at the start, for
    open_snapshots and ``cnnviz training``. ``fit`` says how images of another shape than the most common one come into
    it, as in open_images; it is recorded, so that the model is given its images in the same way later; ``white`` is as
    there too. ``on_note`` gets each of the result's notes before the first step. UsageError for invalid settings and
    for test images, DataError for images without labels or too few.
    """
    if recipe is not None and not isinstance(recipe, TrainingRecipe):
        raise UsageError("recipe must be a TrainingRecipe; give single fields as keywords, such as epochs=3")
    chosen, used, _ = plan_training(
        network,
        layers=layers,
        transfer=transfer,
        freeze_until=freeze_until,
        teacher=teacher,
        recipe=recipe,
        settings=overrides,
    )
    training = training_images_of(images, fit, white)
    if validation_images is None:
        training, validation = split(training, used)
    else:
        validation = validation_images_of(validation_images, training, fit, white)
    return train_on(
        chosen,
        training,
        validation,
        used,
        out=out,
        resume=resume,
        snapshots=snapshots,
        on_step=on_step,
        on_epoch=on_epoch,
        on_note=on_note,
    )


def train_on(
    network: Network,
    training: Images,
    validation: Images,
    recipe: TrainingRecipe,
    *,
    out: str | Path | None = None,
    resume: bool = False,
    snapshots: bool = True,
    choose: bool = True,
    on_step: Callable[[TrainingProgress], None] = lambda progress: None,
    on_epoch: Callable[[Mapping[str, float]], None] = lambda row: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Trained:
    """Train on already divided images; other arguments are as for train.

    Without ``choose`` the validation images are only measured, and the last epoch is saved. UsageError for patience
    without held-out images.
    """
    if recipe.patience and not len(validation):
        raise UsageError("no images are held out for patience; hold out more, or leave patience out")
    precision = precision_of(recipe)
    settings = {**network.settings, "recipe": recipe.document(), "precision": precision}
    settings |= {"data": training.hash, "validation_data": validation.hash}
    key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
    # An unsuitable teacher fails before anything is written.
    taught = teacher_probabilities(network.teacher, training) if network.teacher else None
    tensorflow()
    import keras

    keras.utils.set_random_seed(recipe.seed)
    shape, names = training.shape, training.class_names
    with built_in(precision):
        model = network.build(shape, len(names))
    # The saved model computes in float32, whatever the training precision.
    kept = model if precision == "float32" else network.build(shape, len(names))
    folder = RunFolder(Path(out)) if out is not None else None
    if folder:
        folder.begin(resume)
    place = folder.path if folder else None
    notes = training_notes(training, validation, recipe)
    for note in notes:
        on_note(note)
    about = {**settings, "class_names": list(names), "scale": "0-1", "source": training.source, **environment()}
    about |= {"fit": str(training.fit) if training.fit else None, "background": background_of_set(training)}

    def refresh() -> None:
        if kept is not model:
            kept.set_weights(model.get_weights())

    def trained(state: State) -> Trained:
        refresh()
        return Trained(network.name, kept, tuple(state.history), state.best, recipe, names, about, place, notes)

    def tell(state: State) -> None:
        if folder:
            # The model has the weights of the epoch that just ended; they are saved if it is the best.
            folder.write(trained(state), model=state.best == state.epoch)
        on_epoch(state.history[-1])

    watcher = None
    if place is not None and snapshots:
        watched = watched_pictures(training, validation)
        steps = Batches(training, recipe).steps
        watcher = Watch(place, kept, watched, recipe.epochs, steps, name=network.name, about=about, refresh=refresh)
    state = fit_model(
        model,
        training,
        validation,
        recipe,
        folder=place,
        key=key,
        on_step=on_step,
        on_epoch=tell,
        watcher=watcher,
        choose=choose,
        taught=taught,
        kept=kept,
    )
    done = trained(state)
    if folder:
        folder.write(done, model=True)
    return done


def split(images: Images, recipe: TrainingRecipe) -> tuple[Images, Images]:
    """Return training and validation images; DataError if none is left to learn from."""
    if not recipe.validation:
        return images, images.take([])
    assert images.labels is not None
    kept, held = stratified_split(images.labels, recipe.validation, recipe.seed)
    if not len(kept):
        raise DataError(f"{images.source} has too few images: none is left for training")
    return images.take(kept), images.take(held)
