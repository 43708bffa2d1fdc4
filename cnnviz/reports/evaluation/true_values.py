"""What the images of an evaluation are labeled with, in the form that the model's output is compared with."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.names import similar_names
from cnnviz.core.number_words import counted
from cnnviz.data.images import Images

#: Class names that are numbers: "3", "0.5", or "class 3" of classes without names.
_NUMBER = re.compile(r"(?:class )?(-?\d+(?:\.\d+)?)")


def with_labels(images: Images, model: ModelCard) -> Images:
    """Return the images with the model's labels as ``label_rows``, bool (n, labels); one class is one label.

    DataError if they are labeled with anything else.
    """
    _check_some(images)
    names, rows = model.class_names, images.label_rows
    if images.class_names == names:
        if images.labels is not None:
            rows = np.arange(len(names)) == images.labels[:, None]
            images = images.with_notes("one class per image, which counts as its only label")
        if rows is not None and rows.dtype == bool:
            return replace(images, labels=None, label_rows=rows)
    if rows is not None and rows.dtype != bool:
        raise DataError(
            f"{images.source} has {images.without_classes}, but {model.name} predicts {counted(len(names), 'label')}; "
            "give 0 and 1 for each label"
        )
    others = similar_names(images.class_names, names)
    raise DataError(
        f"{images.source} has {len(images.class_names)} labels and {model.name} has {len(names)}"
        + (f", but not {others}" if others else "")
        + "; give images with the model's own labels, by name or in its order"
    )


def with_numbers(images: Images, model: ModelCard) -> Images:
    """Return the images with a number for each output of a regression as ``label_rows``, float64 (n, outputs).

    Classes whose names are numbers count as these. DataError if they are labeled with anything else.
    """
    _check_some(images)
    names, rows = model.output_names, images.label_rows
    if images.labels is not None:
        read = [_NUMBER.fullmatch(name) for name in images.class_names]
        if not all(read):
            shown = ", ".join(images.class_names[:3]) + (", …" if len(images.class_names) > 3 else "")
            raise DataError(
                f"{images.source} is labeled with classes ({shown}), but {model.name} returns numbers; give a number "
                "for each image"
            )
        rows = np.array([float(one[1]) for one in read if one])[images.labels][:, None]
        images = replace(images, class_names=())
    assert rows is not None
    if rows.shape[1] != len(names):
        raise DataError(
            f"{images.source} has {counted(rows.shape[1], 'number')} per image as labels, but {model.name} returns "
            f"{len(names)} ({', '.join(names[:4])}{', …' if len(names) > 4 else ''})"
        )
    own = images.class_names
    if own != names and set(own) == set(names):
        rows = rows[:, [own.index(name) for name in names]]
    return replace(images, labels=None, label_rows=rows.astype(np.float64), class_names=names)


def _check_some(images: Images) -> None:
    if not len(images):
        raise DataError(f"{images.source} has no images to evaluate on")
    if images.labels is None and images.label_rows is None:
        raise DataError(f"{images.source} has no labels to compare predictions with; give a labeled set")
