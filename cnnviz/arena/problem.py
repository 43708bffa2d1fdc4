"""The base of the arena's problems: images, a network to train on them, and where the answer lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from cnnviz.core.declared_arrays import booleans, integers
from cnnviz.core.registry import Registry
from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.training.result import Trained

#: What a map is scored by: the share of the K strongest values inside the truth of K pixels, or of all positive
#: relevance inside it.
MEASURES = ("precision", "mass")


@dataclass(frozen=True, eq=False)
class Known:
    """Images whose explanation is known: ``images``, the classes that are explained and where their evidence lies.

    ``targets`` is (n,) int64. ``truth`` is bool (n, h, w): the pixels, and no others, on which the score of the target
    depends by construction. ``facts`` are measured shares, 0 to 1, that show that the network uses it or does not.
    """

    images: Images
    targets: Annotated[np.ndarray, integers("n")]
    truth: Annotated[np.ndarray, booleans("n", "h", "w")]
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A problem with a known answer.

    ``title`` is its display name, ``words`` one sentence about it, ``layers`` the network in layer text, ``measure``
    one of MEASURES. ``signed`` is whether only positive relevance counts as found; otherwise the magnitude does, since
    the absence of a pattern is evidence too. ``present`` is False where the network ignores what is in the truth, so
    that a method is right if it finds nothing there.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    words: ClassVar[str]
    layers: ClassVar[str]
    measure: ClassVar[str] = "precision"
    signed: ClassVar[bool] = False
    present: ClassVar[bool] = True
    #: Training epochs, and the least accuracy on new images of a network that has learned the problem.
    epochs: ClassVar[int] = 10
    least_accuracy: ClassVar[float] = 0.8

    def training_images(self, seed: int) -> Images:
        """Return labeled images for training."""
        raise NotImplementedError

    def test_images(self, seed: int) -> Images:
        """Return labeled images that are not in the training set, to measure the network's accuracy."""
        raise NotImplementedError

    def known(self, trained: Trained, count: int, seed: int) -> tuple[Any, Known]:
        """Return the probe to explain and up to ``count`` images that it classifies by the known evidence."""
        raise NotImplementedError


#: Every problem, by name.
PROBLEMS: Registry[Problem] = Registry("problem")
