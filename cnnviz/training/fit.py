"""Train a network on images in memory, with resumption at any step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from cnnviz.core.errors import DivergedError
from cnnviz.data.images import Images

from .batches import Batches
from .checkpoint import State, load_state, save_state
from .compiled_step import Steps
from .optimizers import optimizer_of
from .recipe import TrainingRecipe
from .schedule import rate_at

#: Seconds between saves of the state.
EVERY = 60.0


@dataclass(frozen=True)
class TrainingProgress:
    """The progress of a training: images done and total over all epochs, the epoch's running loss and accuracy."""

    done: int
    total: int
    epoch: int
    loss: float
    accuracy: float

    def __str__(self) -> str:
        return f"epoch {self.epoch}, loss {self.loss:.3f}, accuracy {self.accuracy:.1%}"


class Watcher(Protocol):
    """An observer of the model during training, which must not change it."""

    def begin(self, done: int) -> None:
        """Called when training starts, or resumes after ``done`` steps."""

    def step(self, done: int, loss: float, accuracy: float) -> None:
        """Called after ``done`` steps, with the epoch's running loss and accuracy."""


def fit(
    model: Any,
    training: Images,
    validation: Images,
    recipe: TrainingRecipe,
    *,
    folder: Path | None = None,
    key: str = "",
    on_step: Callable[[TrainingProgress], None] = lambda progress: None,
    on_epoch: Callable[[State], None] = lambda state: None,
    watcher: Watcher | None = None,
    choose: bool = True,
    taught: np.ndarray | None = None,
    kept: Any = None,
) -> State:
    """Train ``model`` in place by a recipe, and leave it with the weights of the best epoch on ``validation``.

    The model takes images in 0…1 and ends in a softmax. With a ``folder`` the state is saved there periodically, and a
    training with the same ``key`` resumes from it, to exactly the same numbers. ``on_epoch`` gets the state after each
    epoch, while the model has that epoch's weights; ``watcher`` is called each step, before the state is saved, so that
    its data is never behind. Without validation images, or without ``choose``, the last epoch counts as the best.
    ``taught`` (n, classes) are a teacher's probabilities for the training images, used beside the labels. ``kept`` is
    a model of the same layers for validation, if the trained one computes in another precision. KeyboardInterrupt
    leaves the best weights so far in the model.
    """
    optimizer = optimizer_of(recipe, model.trainable_variables)
    batches = Batches(training, recipe, taught)
    classes = len(training.class_names)
    steps = Steps(model, optimizer, recipe.label_smoothing, classes, taught=taught is not None, checked=kept)
    # All variables: weights, running means, and the counters of random layers such as dropout.
    variables = [*model.variables, *optimizer.variables]
    begun = model.get_weights()
    found = load_state(folder, variables, begun, key, recipe.epochs, batches.steps) if folder else None
    state, best = found or (State(), begun)

    def keep() -> None:
        if folder:
            save_state(folder, state, variables, best, key)

    if watcher and not _over(state, recipe):
        watcher.begin(state.epoch * batches.steps + state.step)
    try:
        while not _over(state, recipe):
            _one_epoch(steps, batches, state, recipe, keep, on_step, watcher)
            row = _row(steps, state, validation, len(training), batches, recipe)
            state.history = (*state.history, row)
            if not choose or _better(row, state):
                state.best, best = state.epoch + 1, model.get_weights()
            state.epoch, state.step, state.loss, state.hits, state.seconds = state.epoch + 1, 0, 0.0, 0, 0.0
            keep()
            on_epoch(state)
    finally:
        model.set_weights(best)
    return state


def _one_epoch(
    steps: Steps,
    batches: Batches,
    state: State,
    recipe: TrainingRecipe,
    keep: Callable[[], None],
    on_step: Callable[[TrainingProgress], None],
    watcher: Watcher | None,
) -> None:
    count = len(batches.images)
    total = recipe.epochs * count
    all_steps = recipe.epochs * batches.steps
    begun = last = time.perf_counter()
    before = state.seconds
    for batch in batches.epoch(state.epoch, state.step):
        rate = rate_at(recipe, state.epoch * batches.steps + state.step, all_steps)
        loss, hits = steps.learn(batch.inputs, batch.labels, batch.weights, batch.taught, np.float32(rate))
        state.step += 1
        state.loss += float(loss)
        state.hits += int(hits)
        now = time.perf_counter()
        state.seconds = before + now - begun
        if not np.isfinite(state.loss):
            raise DivergedError(state.loss, state.epoch + 1)
        seen = min(count, state.step * recipe.batch_size)
        done = state.epoch * count + seen
        if watcher:
            watcher.step(state.epoch * batches.steps + state.step, state.loss / seen, state.hits / seen)
        on_step(TrainingProgress(done, total, state.epoch + 1, state.loss / seen, state.hits / seen))
        if now - last >= EVERY:
            keep()
            last = now


def _row(
    steps: Steps, state: State, validation: Images, count: int, batches: Batches, recipe: TrainingRecipe
) -> dict[str, float]:
    """Return the history's row of the epoch that just ended."""
    last = rate_at(recipe, (state.epoch + 1) * batches.steps - 1, recipe.epochs * batches.steps)
    row = {
        "epoch": state.epoch + 1,
        "loss": state.loss / count,
        "accuracy": state.hits / count,
        "rate": last,
        "seconds": round(state.seconds, 1),
    }
    if len(validation):
        assert validation.labels is not None
        loss, accuracy = steps.check(validation.pixels, validation.labels, validation.peak)
        row |= {"val_loss": loss, "val_accuracy": accuracy}
    return row


def _better(row: dict[str, float], state: State) -> bool:
    """Whether this epoch has a higher validation accuracy than the best, or the same with a lower loss."""
    if not state.best or "val_accuracy" not in row:
        return True
    held = state.history[state.best - 1]
    return (row["val_accuracy"], -row["val_loss"]) > (held["val_accuracy"], -held["val_loss"])


def _over(state: State, recipe: TrainingRecipe) -> bool:
    """Whether all epochs are done, or patience has run out."""
    return state.epoch >= recipe.epochs or 0 < recipe.patience <= state.epoch - state.best
