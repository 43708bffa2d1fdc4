"""The training and the test part of a source that has both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cnnviz.core.errors import DataError

from .images import Images
from .kinds import split_names
from .open import open_images

#: The name of the only part of a source without splits.
WHOLE = ""


def open_splits(source: str | Path, class_names: Sequence[str] | None = None) -> dict[str, Images]:
    """Return the pictures of a source by split: {"train": …, "test": …}, or {"": …} where there is one part alone.

    ``source`` is what open_images takes as text; one that names its split, such as "fmnist:train", is that part alone.
    Labels of both parts count through the same class names; DataError where their classes are different ones.
    """
    parts = {
        name: open_images(f"{source}:{name}" if name else source, class_names=class_names)
        for name in split_names(source)
    }
    if len(parts) < 2:
        return parts
    train, test = parts["train"], parts["test"]
    if train.labels is None or test.labels is None:
        return parts
    names = max(train.class_names, test.class_names, key=len)
    fitted = {name: part.in_terms_of(names) for name, part in parts.items()}
    for part in fitted.values():
        if part.class_names != names:
            raise DataError(
                f"{source}: train has the classes {_listed(train)} and test {_listed(test)}; "
                f"name one of them: {source}:train"
            )
    return {name: replace(part, class_names=names) for name, part in fitted.items()}


def _listed(images: Images) -> str:
    names = images.class_names
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
