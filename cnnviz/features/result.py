"""The base of all results: figure, page, document, table, file and notebook summary."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cnnviz.core.declared_arrays import check_declared
from cnnviz.core.documented import Documented
from cnnviz.core.files import write_bytes
from cnnviz.core.packing import pack_value, unpack_value
from cnnviz.core.printable import printable
from cnnviz.core.reading import reading
from cnnviz.core.render import Shown, show

from .result_file import no_result, read_whole, write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _on_one_line(words: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make a ``__repr__`` text for a terminal, whatever a file calls its layers."""

    @wraps(words)
    def shown(result: Any) -> str:
        return printable(words(result))

    return shown


class Result(Shown, Documented):
    """A result of an analysis.

    ``kind`` names the JSON document and ``stored_as`` the .npz file, by default the same. Everything that writes to a
    path writes the whole file or nothing; without ``force`` an existing file with other content raises UsageError.
    """

    stored_as: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__repr__" in vars(cls):
            cls.__repr__ = _on_one_line(cls.__repr__)  # type: ignore[method-assign]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was chosen, skipped or left out while the result was made, and why, one sentence each."""
        return ()

    def plot(self) -> Figure:
        """Return a Matplotlib figure."""
        return show(self, "figure")

    def to_gif(self, path: str | Path, force: bool = True) -> Path:
        """Write an animation, and return its path; TypeError for a result that has none."""
        return write_bytes(Path(path), show(self, "gif"), force)

    def to_mp4(self, path: str | Path, force: bool = True) -> Path:
        """Write the same animation as MP4, and return its path; UsageError without ``cnnviz[video]``."""
        return write_bytes(Path(path), show(self, "mp4"), force)

    def save(self, path: str | Path, force: bool = True) -> Path:
        """Write the result, without its network, to one .npz file and return its path; ``load`` reads it."""
        arrays: dict[str, np.ndarray] = {}
        facts: dict[str, Any] = {}
        pack_value(self, "", arrays, facts)
        return write_whole(self.file_kind(), Path(path), arrays, facts, force)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a file written by ``save``; DataError for any other file. The loaded result has no network to run."""
        with reading(Path(path), no_result(Path(path), cls.file_kind())):
            made = unpack_value(cls, "", *read_whole(Path(path), cls.file_kind()))
            check_declared(made, path)
            return made

    @classmethod
    def file_kind(cls) -> str:
        """Return the kind that a file of this result states."""
        return cls.stored_as or cls.kind
