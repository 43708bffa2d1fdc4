"""Predictions: the base of every result and page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from cnnviz.core.class_scores import require_classes
from cnnviz.core.csv_text import Cell
from cnnviz.core.declared_arrays import check_declared, floats
from cnnviz.core.deprecation import Renamed
from cnnviz.core.errors import UsageError
from cnnviz.core.exported_network import NetworkSource
from cnnviz.core.model_card import ModelCard
from cnnviz.core.packing import pack_fields, stored_fields, unpack_fields
from cnnviz.core.progress import Progress, silent
from cnnviz.core.reading import reading
from cnnviz.data.background import Invert
from cnnviz.data.bands import BandsLike
from cnnviz.data.fit import FitLike
from cnnviz.data.images import Images
from cnnviz.data.white import WhiteLike

from .document import document_head, image_columns, image_entry, image_rows, top_classes, top_document, top_rows
from .lazy_network import LazyNetwork
from .prediction_stream import PredictionStream
from .prepare_inputs import input_notes, prepare
from .result import Result
from .result_file import Base, no_result, read_result, write_parts

#: Arrays with a row for each image, arrays of other shapes, and JSON-ready facts: what a file holds of a result.
Parts = tuple[Mapping[str, np.ndarray], Mapping[str, np.ndarray], Mapping[str, Any]]

if TYPE_CHECKING:
    from cnnviz.data.open import ImagesLike
    from cnnviz.models.open import ModelLike
    from cnnviz.models.probe import Probe


@dataclass(frozen=True, eq=False)
class Predictions(Result):
    """A model's predictions for a set of images.

    ``images`` are the images as given to the model, before pixel scaling. ``probabilities`` is float32 (n, classes),
    the softmax or sigmoid of the model's output. For a regression it holds the values of its outputs, (n, outputs), and
    for a model without a row of scores it is (n, 0); see ``model.head``. ``network`` returns the exported network for a
    page that runs it; it is not saved.
    """

    kind: ClassVar[str] = "predictions"
    #: Whether what a result adds is of all its images together, so that it cannot be had of some of them.
    of_all: ClassVar[bool] = False

    images: Images
    model: ModelCard
    probabilities: Annotated[np.ndarray, floats("n", "classes")]
    network: NetworkSource | None = field(default=None, repr=False, compare=False, kw_only=True)

    counted_as = Renamed("reference_class")

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"Predictions({len(self)} images of {self.images.source!r} by {self.model.name!r})"

    @cached_property
    def predicted(self) -> np.ndarray:
        """The class with the highest probability, (n,) int64; UsageError for a model without class scores."""
        require_classes(self.model, "predicted classes")
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> np.ndarray:
        """The probability of the predicted class, (n,) float32; UsageError for a model without class scores."""
        require_classes(self.model, "predicted classes")
        return self.probabilities.max(axis=1)

    @property
    def truth(self) -> np.ndarray | None:
        """The true classes, (n,) int64; None without labels of the model's classes."""
        known = self.model.has_classes and self.images.class_names == self.model.class_names
        return self.images.labels if known else None

    @property
    def right(self) -> np.ndarray | None:
        """Whether each prediction is right, (n,) bool; None where ``truth`` is."""
        return None if self.truth is None else self.predicted == self.truth

    @property
    def accuracy(self) -> float | None:
        """The share of right predictions; None where ``truth`` is."""
        return None if self.right is None else float(self.right.mean())

    @property
    def reference_class(self) -> np.ndarray | None:
        """The class that each image counts for, (n,) int64: its true class if known, else the predicted class.

        Of a model without class scores it is the label, one of the images' own classes; None without labels.
        """
        if not self.model.has_classes:
            return self.images.labels
        return self.predicted if self.truth is None else self.truth

    @property
    def reference_names(self) -> tuple[str, ...]:
        """The names of the classes of ``reference_class``, () where that is None."""
        if self.model.has_classes:
            return self.model.class_names
        return () if self.images.labels is None else self.images.class_names

    @property
    def outputs(self) -> np.ndarray:
        """The values of a regression's outputs, float32 (n, outputs), called ``model.output_names``; else (n, 0)."""
        return self.probabilities if self.model.head == "regression" else self.probabilities[:, :0]

    def take(self, positions: Sequence[int] | np.ndarray) -> Self:
        """Return the same for the images at these positions, in this order.

        UsageError for some of the images of a result that is of all of them together.
        """
        if self.of_all:
            if list(positions) == list(range(len(self))):
                return self
            raise UsageError(
                f"a result of this kind ({self.kind}) is of all its {len(self):,} images together; take images "
                "first and make it of those, or take from as_predictions()"
            )
        return replace(self, images=self.images.take(positions), probabilities=self.probabilities[list(positions)])

    def as_predictions(self) -> Predictions:
        """Return the predictions alone, without the fields of a subclass."""
        return Predictions(self.images, self.model, self.probabilities, network=self.network)

    def document(self) -> dict[str, Any]:
        """Return every image with the probability of each class."""
        return document_head(self.kind, self) | {"pictures": [image_entry(self, i) for i in range(len(self))]}

    def top_classes(self, count: int = 3) -> list[list[tuple[str, float]]]:
        """Return the ``count`` most probable classes of each image with their probabilities, in descending order."""
        return top_classes(self, count)

    @property
    def input_notes(self) -> tuple[str, ...]:
        """What was done to fit the images to the model, and the pixel scale if it is only assumed."""
        return input_notes(self.model, self.images)

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images."""
        return {"pictures": len(self)}

    def top_document(self, count: int = 3) -> dict[str, Any]:
        """Return the ``count`` most probable classes of each image, the model, and the notes on the images."""
        return top_document(self, count)

    def summary_rows(self, count: int = 3) -> tuple[tuple[str, ...], ...]:
        """Return the ``count`` most probable classes of each image as text, the names of the columns first."""
        return tuple(top_rows(self, count))

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each image, the names of the columns first."""
        yield image_columns(self)
        yield from image_rows(self)

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the result, without its network, to one .npz file and return its path; ``load`` reads it."""
        rows, whole, facts = self._parts()
        return write_parts(iter([(self, rows, facts)]), self.file_kind(), len(self), Path(path), force, whole=whole)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file written by ``save``; DataError for any other file. The loaded result has no network to run."""
        base, arrays, facts = read_result(Path(path), cls.file_kind())
        with reading(Path(path), no_result(Path(path), cls.file_kind())):
            made = cls._of_parts(base, arrays, facts)
            check_declared(made, path)
            return made

    def _parts(self) -> Parts:
        """Return what a file holds of this result beside its predictions."""
        arrays: dict[str, np.ndarray] = {}
        facts: dict[str, Any] = {}
        pack_fields(self, _own_fields(type(self)), "", arrays, facts)
        return {}, arrays, facts

    @classmethod
    def _of_parts(cls, base: Base, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Self:
        """Return the result that ``_parts`` made this of."""
        return cls(*base, **unpack_fields(cls, _own_fields(cls), "", arrays, facts))


def _own_fields(kind: type[Predictions]) -> list[str]:
    base = {one.name for one in stored_fields(Predictions)}
    return [one.name for one in stored_fields(kind) if one.name not in base]


def predict(
    model: ModelLike,
    images: ImagesLike,
    *,
    batch_size: int | None = None,
    invert: Invert = "auto",
    fit: FitLike = None,
    bands: BandsLike = None,
    white: WhiteLike = None,
    progress: Progress = silent,
) -> Predictions:
    """Return a model's predictions for images; arguments are as for ``activations``.

    Those of a regression are its ``outputs``. UsageError for a model without a row of scores.
    """
    probe, images = prepare(model, images, invert, fit, bands, white)
    if probe.card.head == "none":
        require_classes(probe.card, "predictions")
    return run_predictions(probe, images, batch_size=batch_size, progress=progress)


def run_predictions(
    probe: Probe, images: Images, *, batch_size: int | None = None, progress: Progress = silent
) -> Predictions:
    """Return the predictions for images that are fitted to the probe."""
    stream = PredictionStream(probe, images, (), batch_size, progress)
    for _ in stream:
        pass
    return Predictions(*stream.base, network=LazyNetwork(probe))
