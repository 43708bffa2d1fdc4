"""Sets of made-up pictures with made-up answers, and what NumPy says of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnviz.core.model_card import ModelCard
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.gallery.build import build_page
from cnnviz.gallery.content import Content

from .nets import CLASSES, HOSTILE

#: High enough for a hundred pictures to be in sight.
TALL = (1280, 2400)
#: Classes that want to be a formula, markup, a second line, a prototype, or one another.
ODD = ("=1+1", HOSTILE, 'two\n"lines"', "__proto__", "same", "same")


def guesses(count: int, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, and float32 probabilities by which about three quarters are right."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    logits = random.normal(0, 1, (count, classes))
    logits[np.arange(count), np.where(random.random(count) < 0.75, labels, (labels * 3 + 1) % classes)] += 3
    shares = np.exp(logits)
    return labels, (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def set_of(
    count: int,
    classes: tuple[str, ...] = CLASSES,
    seed: int = 1,
    side: int = 28,
    labelled: bool = True,
    named: bool = True,
) -> Predictions:
    """Pictures of noise with numbers out of order, names of files, and made-up answers."""
    labels, probabilities = guesses(count, len(classes), seed)
    random = np.random.default_rng(seed)
    images = Images(
        random.integers(0, 256, (count, side, side)).astype(np.uint8),
        labels if labelled else None,
        classes if labelled else (),
        indices=random.permutation(3 * count)[:count],
        names=tuple(f"Folder {i % 7}/{i:05}.png" for i in range(count)) if named else (),
    )
    card = ModelCard("made up", "00", (side, side, 1), classes, (), 0)
    return Predictions(images, card, probabilities)


def page_of(predictions: Predictions, **options: Any) -> bytes:
    return build_page(Content(predictions), **options).single()


def shown(page) -> list[int]:
    """The numbers of the pictures that stand on the page, in their order."""
    return page.eval_on_selector_all(".wall a", "all => all.map(a => parseInt(a.getAttribute('href').split('/')[2]))")


def numbers(predictions: Predictions, wanted: np.ndarray, *keys: np.ndarray) -> list[int]:
    """The numbers of the wanted pictures by these keys, the weightiest first; equals as in the set."""
    assert predictions.images.indices is not None
    places = np.lexsort([np.arange(len(predictions)), *reversed(keys)])
    return [int(predictions.images.indices[i]) for i in places if wanted[i]]


def losses(predictions: Predictions) -> np.ndarray:
    assert predictions.truth is not None
    return -np.log(predictions.probabilities[np.arange(len(predictions)), predictions.truth].astype(np.float64))


def truth(predictions: Predictions) -> np.ndarray:
    assert predictions.truth is not None
    return predictions.truth


def by_number(p: Predictions) -> np.ndarray:
    assert p.images.indices is not None
    return p.images.indices
