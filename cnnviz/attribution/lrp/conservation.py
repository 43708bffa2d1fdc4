"""Relevance conservation from layer to layer, for any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnviz.core.targets import PREDICTED, AnyTarget
from cnnviz.data.images import Images

from .composite import LRP
from .propagation import Propagation

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe
    from cnnviz.models.relevance import Account


def conservation(
    probe: Probe, images: Images, target: AnyTarget = PREDICTED, method: Propagation | None = None
) -> list[Account]:
    """Return, for each layer that receives relevance, what arrives, what is passed on and what is absorbed.

    ``images`` are one batch, prepared for the probe; ``method`` is LRP() by default. The last layer comes first. All
    values are float32 (n,), in units of the score: ``arrived`` = ``handed_on`` + ``biases`` + ``stabilizer``, up to
    rounding, which is ``missing``. The first layers pass on the sum of an image's map.
    """
    from cnnviz.models.relevance import account

    return account(probe, images, target, (method or LRP()).rule(probe))
