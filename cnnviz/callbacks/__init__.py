"""Callbacks for Keras's ``fit``; Keras is loaded on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .keras_callback import Snapshots

__all__ = ["Snapshots"]


def __getattr__(name: str) -> Any:
    if name != "Snapshots":
        raise AttributeError(f"module 'cnnviz.callbacks' has no attribute {name!r}")
    from .keras_callback import snapshots_class

    return snapshots_class()


def __dir__() -> list[str]:
    return __all__
