"""A stored model, before anything of it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

#: A Keras configuration: a mapping with class_name and config, or in Keras 2.1 a bare list of layers.
Config = Any


@dataclass(frozen=True)
class Stored:
    """A model as read from a file.

    ``config`` describes the network; ``fill`` puts the stored weights into a model built from it, returns the repairs
    that their keys needed, and raises ModelError if they do not fit. ``format`` and ``writer`` are for the model's
    provenance: ``"HDF5"``, ``"Keras 2.1.6"``; ``version`` is the version of Keras that wrote the configuration, if
    known. ``otherwise`` opens the file without its layers, given the reason, if its format allows that; ``config`` is
    None if a file describes no layers. ``training`` is the configuration of compile, if the file has it; it is only
    read.
    """

    path: Path
    format: str
    config: Config
    fill: Callable[[keras.Model], tuple[str, ...] | None]
    writer: str = ""
    otherwise: Callable[[Trust, str], Opened] | None = None
    version: str = ""
    training: Config = None


@dataclass(frozen=True)
class Opened:
    """A built model, with its provenance and repairs; ``loss`` is the configuration of the loss in its file."""

    model: keras.Model
    format: str
    writer: str = ""
    repairs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    loss: Config = None


@dataclass(frozen=True)
class Trust:
    """What a model file is allowed to use.

    ``objects`` are the caller's classes and functions, by their names in the file. ``code`` allows code in the file:
    Lambda layers, and objects that the running program has registered with Keras.
    """

    code: bool = False
    objects: Mapping[str, Any] = field(default_factory=dict)
