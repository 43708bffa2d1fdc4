"""A check of any network: is relevance kept from layer to layer, and how much do the biases take?"""

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
    """Return, for each layer that relevance comes to, what arrives, what is handed on and what is kept.

    ``images`` suit the probe and are one batch, and without a ``method`` it is LRP(). The last layer comes first. All
    figures are float32 (n,), in units of the score: ``arrived`` = ``handed_on`` + ``biases`` + ``stabiliser``, up to
    rounding, which is ``missing``. What the first layers hand on is the sum of an image's map.
    """
    from cnnviz.models.relevance import account

    return account(probe, images, target, (method or LRP()).rule(probe))
