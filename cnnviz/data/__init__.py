"""Where pictures come from."""

from .images import Images, class_index
from .open import open_images

__all__ = ["Images", "class_index", "open_images"]
