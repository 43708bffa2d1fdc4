"""A stored model, before anything of it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

#: A configuration as Keras writes it: a mapping with class_name and config, or of Keras 2.1 a bare list of layers.
Config = Any


@dataclass(frozen=True)
class Stored:
    """What a reader of one format found.

    ``config`` describes the network; ``fill`` puts the stored weights into a model built from it, raising ModelError
    where they do not fit. ``format`` and ``writer`` say what was read, for the model's provenance: ``"HDF5"``,
    ``"Keras 2.1.6"``; ``version`` is that of the Keras that wrote the configuration, where it is known. ``otherwise``
    opens the file without its layers, given why they cannot be had, where its format allows that; ``config`` is None
    where a file describes no layers.
    """

    path: Path
    format: str
    config: Config
    fill: Callable[[keras.Model], None]
    writer: str = ""
    otherwise: Callable[[Trust, str], Opened] | None = None
    version: str = ""


@dataclass(frozen=True)
class Opened:
    """A model that was built, with where it came from and what had to be repaired on the way."""

    model: keras.Model
    format: str
    writer: str = ""
    repairs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trust:
    """What a caller lets a model file bring along.

    ``objects`` are classes and functions of the caller's own, by the names that the file calls them by. ``code`` lets
    the file run code of its own: Lambda layers, and objects that the running program has registered with Keras.
    """

    code: bool = False
    objects: Mapping[str, Any] = field(default_factory=dict)
