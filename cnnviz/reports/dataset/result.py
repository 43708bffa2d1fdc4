"""The report on one data set, or on two side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cnnviz.core.csv_text import Cell
from cnnviz.core.render import show
from cnnviz.data.images import Images
from cnnviz.features.result import Result

from ..pixels.brightness_shift import BrightnessShift
from ..pixels.class_order import clustered
from ..pixels.class_statistics import PixelProfile
from ..pixels.pixel_importance import Importance
from ..pixels.separability import Separability
from ..suspects.drift import Drift
from ..suspects.duplicates import Duplicates
from ..suspects.label_errors import LabelErrors
from ..suspects.outliers import OddPictures
from .document import document
from .findings import highlights
from .table import table

#: The optional parts of a report, with their descriptions.
PARTS: Mapping[str, str] = {
    "medians": "median images of the classes",
    "noise": "differences between two sets beyond chance",
    "separability": "separability of the classes",
    "importance": "pixel importance",
    "duplicates": "duplicate images",
    "odd": "blank, cropped, inverted and outlying images",
    "labels": "probable label errors",
    "drift": "drift between two sets",
}


@dataclass(frozen=True, eq=False)
class SetReport:
    """The report on one set.

    ``images`` are its images, None for a stream; ``examples`` up to ten of each class, class by class.
    ``missing_values`` is the number of NaN or infinite values, in the images ``missing_pictures`` (numbers), which are
    left out. Parts that are None were left out of the report.
    """

    name: str
    profile: PixelProfile
    examples: Images
    kind: str
    hash: str = ""
    notes: tuple[str, ...] = ()
    images: Images | None = None
    missing_values: int = 0
    missing_pictures: tuple[int, ...] = ()
    medians: np.ndarray | None = None
    duplicates: Duplicates | None = None
    odd: OddPictures | None = None
    label_errors: LabelErrors | None = None

    def __len__(self) -> int:
        return self.profile.tally.seen


@dataclass(frozen=True, eq=False)
class DataReport(Result):
    """A report on one or two ``sets`` of images.

    ``separability`` and ``importance`` are of the first set; ``differences`` (first minus second), ``leaks`` and
    ``drift`` of both. Parts that are None were left out, and ``left_out`` has the reasons, one phrase each.

    There is no ``take``: every figure is of all images of a set together; take images first and profile those.
    """

    kind: ClassVar[str] = "data"
    stored_as: ClassVar[str] = "a data report"
    ascii_only: ClassVar[bool] = False

    sets: tuple[SetReport, ...]
    differences: BrightnessShift | None = None
    separability: Separability | None = None
    importance: Importance | None = None
    leaks: Duplicates | None = None
    drift: Drift | None = None
    left_out: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        h, w, c = self.first.profile.tally.shape
        counts = " + ".join(f"{len(one):,}" for one in self.sets)
        return f"DataReport({counts} images of {h}×{w}×{c} from {self.first.profile.source!r})"

    @property
    def first(self) -> SetReport:
        """The main set, the train set if there are both."""
        return self.sets[0]

    @property
    def second(self) -> SetReport | None:
        """The second set, if there is one."""
        return self.sets[1] if len(self.sets) > 1 else None

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes of the first set; one, "all images", without labels."""
        return self.first.profile.class_names

    @property
    def same_classes(self) -> bool:
        """Whether there is a second set with the same classes, so that classes can be compared."""
        return self.second is not None and self.second.profile.class_names == self.class_names

    @cached_property
    def order(self) -> np.ndarray:
        """The classes ordered so that similar ones are neighbors, (k,) int64."""
        return clustered(self.first.profile.correlation)

    @cached_property
    def highlights(self) -> list[dict[str, str]]:
        """The findings, most important first: a ``figure``, a ``text`` that continues it, and its topic ``of``."""
        return highlights(self)

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings as sentences, most important first."""
        return tuple(f"{one['figure']} {one['text']}" for one in self.highlights)

    def plot(self, order: str = "class") -> Any:
        """Return a Matplotlib figure: mean images, mean pixels, correlations (``order`` "class" or "cluster")."""
        return show(self, "figure", order=order)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the images of each set, with its name."""
        return tuple(f"{one.name}: {line}" for one in self.sets for line in one.notes)

    def summary_document(self) -> dict[str, Any]:
        """Return the number of images of each set, the findings, and the parts that were left out."""
        return {
            "pictures": [len(one) for one in self.sets],
            "findings": list(self.findings),
            "left_out": list(self.left_out),
        }

    def document(self) -> dict[str, Any]:
        """Return everything but the images."""
        return document(self)

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield a row for each class of each set, the names of the columns first."""
        return table(self)
