"""The one door from a result up to how it is shown.

Results belong to lower rooms and pictures of them to the gallery above, which may not be imported from here. So a
result names what it is and the gallery, loaded only when something is to be shown, looks up how.
"""

from __future__ import annotations

import importlib
from typing import Any

_GALLERY = "cnnviz.gallery.show"


def show(result: Any, form: str, **options: Any) -> Any:
    """Return ``result`` as "page" (bytes of HTML), "summary" (HTML for a notebook), "png" (bytes) or "figure"."""
    return importlib.import_module(_GALLERY).show(result, form, **options)
