"""A warning for figures of a model on the images that it was trained on."""

from __future__ import annotations

from cnnviz.features.predictions import Predictions


def trained_on_these(*several: Predictions) -> tuple[str, ...]:
    """Return a warning for each model that was trained on the images of its predictions."""
    return tuple(
        f"{said.model.name} was trained on {said.model.about['source']}: these figures do not hold for other images"
        for said in several
        if _learned_from(said)
    )


def _learned_from(said: Predictions) -> bool:
    learned = said.model.about.get("source")
    # The bundled sample is part of the test set.
    return bool(learned) and (
        learned == said.images.source or {learned, said.images.source} == {"sample", "fmnist:test"}
    )
