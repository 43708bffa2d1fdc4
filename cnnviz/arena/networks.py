"""The networks of the arena's problems, trained once and kept in its work folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cnnviz.models.open import wrap
from cnnviz.training.train import train

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnnviz.training.fit import TrainingProgress
    from cnnviz.training.result import Trained


class Learned(NamedTuple):
    """A trained network and its accuracy on new images of the problem, 0 to 1."""

    trained: Trained
    accuracy: float


def learned(problem: Problem, work: Path, seed: int, on_step: Callable[[TrainingProgress], None]) -> Learned:
    """Return the problem's network: trained now, or read from the folder, where a training that was cut goes on."""
    trained = train(
        layers=problem.layers,
        images=problem.training_images(seed),
        epochs=problem.epochs,
        seed=seed,
        out=work / "networks" / f"{problem.name}-{seed}",
        resume=True,
        snapshots=False,
        on_step=on_step,
    )
    images = problem.test_images(seed)
    said = wrap(trained.model, scale="0-1").logits(images).argmax(axis=1)
    return Learned(trained, float((said == images.labels).mean()))
