"""The folder for what can be fetched or measured again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return ``CNNVIZ_CACHE``, or the user's cache folder of cnnviz; it may not exist."""
    if chosen := os.environ.get("CNNVIZ_CACHE"):
        return Path(chosen)
    import platformdirs

    return platformdirs.user_cache_path("cnnviz", appauthor=False)
