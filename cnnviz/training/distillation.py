"""Knowledge distillation from a teacher's predictions (Hinton, Vinyals and Dean, 2015)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnviz.core.errors import ModelError
from cnnviz.data.images import Images
from cnnviz.models.open import open_model
from cnnviz.models.probe import Probe

from .resolve_network import Network

if TYPE_CHECKING:
    from cnnviz.models.open import ModelLike


def taught_by(network: Network, teacher: ModelLike | None) -> Network:
    """Return the network with a teacher: a file, a bundled name, a probe, a model or None."""
    if teacher is None:
        return network
    probe = open_model(teacher)
    return replace(network, teacher=probe, settings={**network.settings, "teacher": probe.card.hash})


def teacher_probabilities(teacher: Probe, images: Images) -> np.ndarray:
    """Return the teacher's probabilities for labeled images, float32 (n, classes), in the order of their classes.

    It runs once on each unchanged image, without augmentation. ModelError if its classes differ.
    """
    probe, suited = teacher.align(teacher.fit(images))
    # Its classes may be in another order.
    columns = images.places_among(probe.class_names)
    if columns is None or len(columns) != len(probe.class_names):
        raise ModelError(f"{probe.card.name} has other classes than {images.source}; a teacher needs the same classes")
    return np.ascontiguousarray(probe.probabilities(suited)[:, columns], np.float32)
