"""Image sets: opening, formats, augmentation and synthesis; NumPy is loaded on first use of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .images import Images, class_index
    from .open import open_images

__all__ = ["Images", "class_index", "open_images"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'cnnviz.data' has no attribute {name!r}")
    if name == "open_images":
        from .open import open_images

        return open_images
    from . import images

    return getattr(images, name)
