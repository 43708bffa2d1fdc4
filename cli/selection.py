"""Selection of the images of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import numbers

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


def select_images(
    probe: Probe,
    images: Images,
    *,
    index: tuple[str, ...] = (),
    class_name: str | None = None,
    wrong: bool = False,
    n: int | None = None,
    seed: int | None = None,
    default: int | None = 10,
) -> Images:
    """Return selected images: by number, or by class and mistake and then ``n`` of them, evenly over the classes.

    ``images`` are prepared for the model. The result is in the order of the set, or of ``index``. ``seed`` selects at
    random; without it the first of each class are used. UsageError if nothing is left.
    """
    import numpy as np

    from cnnviz.core.class_scores import require_classes
    from cnnviz.core.errors import UsageError

    if index:
        if class_name or wrong or n:
            raise click.UsageError("--index selects the images; leave out --class, --wrong and --n")
        return images.numbered(numbers(index))
    if wrong:
        require_classes(probe.card, "mistakes")
    if wrong and (images.labels is None or images.class_names != probe.class_names):
        raise UsageError(
            f"{images.source} has {images.without_classes or 'other classes than the model'}, but --wrong needs "
            "one of the model's classes for each image"
        )
    if class_name is not None:
        images = images.of_class(class_name)
    if wrong and len(images):
        images = images.take(np.flatnonzero(probe.probabilities(images).argmax(axis=1) != images.labels))
    if not len(images):
        raise UsageError(
            f"{images.source} has no image{f' of class {class_name}' if class_name else ''}"
            f"{' that is misclassified' if wrong else ''}"
        )
    wanted = n if n is not None else default
    if n is not None and n > len(images):
        raise UsageError(f"--n {n} asks for more images than there are: {len(images)}")
    if wanted is None or wanted >= len(images):
        return images
    return images.take(np.sort(_evenly(images, wanted, seed)))


def _evenly(images: Images, n: int, seed: int | None) -> list[int]:
    """Return images in turn from each class, the first or a random one."""
    import numpy as np

    order = np.arange(len(images)) if seed is None else np.random.default_rng(seed).permutation(len(images))
    if images.labels is None:
        return list(order[:n])
    labels = images.labels[order]
    turn = np.empty(len(order), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        turn[members] = np.arange(len(members))
    return list(order[np.lexsort((labels, turn))][:n])
