"""Results as HTML pages, sheets (PNG), animations and notebook summaries, independent of Keras.

Importing the package loads nothing else: each public name is imported on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .build import activations_page
    from .films.channels_film import activations_gif
    from .notebook import summary_html
    from .section import Section
    from .sheets.channels_sheet import activations_sheet
    from .sheets.paper import to_png

_HOME = {
    "Section": "section",
    "activations_gif": "films.channels_film",
    "activations_page": "build",
    "activations_sheet": "sheets.channels_sheet",
    "summary_html": "notebook",
    "to_png": "sheets.paper",
}

__all__ = ["Section", "activations_gif", "activations_page", "activations_sheet", "summary_html", "to_png"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
