"""Preview of synthetic digits by class."""

from __future__ import annotations

import numpy as np

from cnnviz.data.image_rows import ImageRows
from cnnviz.data.images import Images

#: Most digits per row.
COLUMNS = 12


def preview(images: Images) -> ImageRows:
    """Return the first digits of each class, one row per class."""
    assert images.labels is not None
    found = [(name, np.flatnonzero(images.labels == i)[:COLUMNS]) for i, name in enumerate(images.class_names)]
    held = [(name, images.pixels[which]) for name, which in found if len(which)]
    about = images.notes[0] if images.notes else images.source
    return ImageRows("Synthetic digits", about, tuple(name for name, _ in held), tuple(rows for _, rows in held))
