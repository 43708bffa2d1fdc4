"""A model and a set of images brought together: their class names, the input scale, and what makes them differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnviz.data.images import Images
from cnnviz.data.white import is_doubtful, white_doubt

from .input_scale.infer import inferred_scale
from .input_scale.unlike import notes_on_unlike
from .known_background import background_beside
from .row_numbers import notes_on_rows

if TYPE_CHECKING:
    from .probe import Probe


#: The outputs of a model may be in another order than the columns of a table, which is in no file.
IN_ORDER = "labels taken to be in the order of the model's outputs, which have no names"


def aligned(probe: Probe, images: Images, most: int) -> tuple[Probe, Images]:
    """Return the model and the images with the same class names, and the model with the scale that the images show.

    A model without class names takes those of a set with as many classes; then the set's labels are renumbered in the
    model's order. A scale that was only assumed is replaced by the one that fits the moments of the model's
    BatchNormalizations, or that has the lowest cross-entropy on up to ``most`` labeled images. One that is settled
    becomes an assumption where what is white in the images is doubtful. A note says where images are unlike those of
    the training.
    """
    # Rows of another number of images are refused before anything runs.
    probe.row_numbers(images)
    if not probe.named and probe.class_names and len(images.class_names) == len(probe.class_names):
        known = probe.card.background or background_beside(images, probe.card.input_shape)
        card = replace(probe.card, class_names=images.class_names, background=known)
        probe = replace(probe, card=card, named=True)
        if images.label_rows is not None:
            images = images.with_notes(IN_ORDER)
    if probe.class_names:
        images = images.in_terms_of(probe.class_names)
    if not (probe.scale.settled or probe.scale.judged) and len(images):
        probe = probe.with_scale(replace(inferred_scale(probe, images, most), judged=True))
    if is_doubtful(images.assumed_white) and probe.scale.settled and not probe.scale.takes_any_range:
        reason = f"{probe.scale.reason}; {white_doubt(images.assumed_white)}"
        probe = probe.with_scale(replace(probe.scale, reason=reason, settled=False, judged=True))
    found = (*notes_on_rows(probe.runner.tables), *notes_on_unlike(probe, images))
    notes = [note for note in found if note not in images.notes]
    return probe, images.with_notes(*notes) if notes else images
