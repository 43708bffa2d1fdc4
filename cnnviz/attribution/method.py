"""What every attribution method is: a frozen dataclass that is called with a probe, images and a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.core.registry import Registry
from cnnviz.data.images import Images

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe


@dataclass(frozen=True)
class Method:
    """A way to say where in an image a score came from.

    Fields are the method's hyperparameters and nothing else; options, captions and provenance are made from them.
    ``title`` is what people call it, ``paper`` where it was described, ``measures`` what a value is, in a few words,
    and ``signed`` whether values may be negative. A method is entered in METHODS under the name that the command line
    knows it by.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str]
    measures: ClassVar[str]
    signed: ClassVar[bool]

    def __call__(self, probe: Probe, images: Images, target: Any) -> np.ndarray:
        """Return float32 maps (n, h, w), or (n, height, width, channels) with one value for each input value.

        ``images`` suit the probe and are one batch: the caller bounds their number. ``target`` is any of core/targets.
        """
        raise NotImplementedError

    def layers(self, probe: Probe) -> tuple[str, ...]:
        """Return the target layers, by path; none for a method that has none."""
        return ()

    def unit(self, probe: Probe) -> str:
        """Return what a value is with these parameters, in a few words: ``measures``, where they make no difference."""
        return self.measures

    def notes(self, probe: Probe) -> tuple[str, ...]:
        """Return what has to be known to read the maps, a line each."""
        return ()


#: Every method, by name.
METHODS: Registry[Method] = Registry("method")
