"""Pixel scales: how pixels become the numbers that a model was trained on.

A model file does not say whether it expects 0…1 or 0…255, and with the wrong one a model may still predict well enough
to go unnoticed. The loss on labeled images reveals it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.data.bands import MOST
from cnnviz.data.images import Images

from .pixel_mean import PixelMean, read_pixel_mean

Preprocess = Callable[[np.ndarray], np.ndarray] | PixelMean


#: How far scaled pixels may exceed a scale's range, and what share of it they must span, to be taken for scaled by it.
SLACK, SPAN = 0.05, 0.6


@dataclass(frozen=True)
class Affine:
    """inputs = (unit pixels · white − mean) / std, with one mean and std for all channels or one for each.

    Unit pixels run from black 0 to white 1. ``inverted`` exchanges black and white first, as in 1 − pixels. ``bgr``
    reverses red, green, blue, so that ``mean`` and ``std`` are in the order blue, green, red.
    """

    white: float = 1.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    bgr: bool = False
    inverted: bool = False

    def __call__(self, pixels: np.ndarray, peak: float) -> np.ndarray:
        """Return float32 inputs for pixels (n, h, w, c) where white is ``peak``."""
        inputs: np.ndarray = pixels.astype(np.float32)
        if self.white != peak:
            # This order of operations gives exactly the floats of x.astype("float32") / 255.
            inputs /= np.float32(peak)
            if self.white != 1:
                inputs *= np.float32(self.white)
        if self.inverted:
            inputs = np.float32(self.white) - inputs
        if self.bgr:
            inputs = inputs[..., ::-1]
        if any(self.mean):
            inputs = inputs - np.asarray(self.mean, np.float32)
        if any(one != 1 for one in self.std):
            inputs = inputs / np.asarray(self.std, np.float32)
        return inputs

    def explains(self, scaled: tuple[float, float]) -> bool:
        """Return whether pixels scaled so run from about the lowest to the highest of these values."""
        bottom, top = self.ends
        low, high = scaled
        room = SLACK * (top - bottom)
        return bool(bottom - room <= low and high <= top + room and high - low >= SPAN * (top - bottom))

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest value of scaled pixels."""
        values = *self.shift, *np.add(self.shift, self.factor)
        return float(min(values)), float(max(values))

    @property
    def factor(self) -> tuple[float, ...]:
        """The factor of unit pixels, in the order of the model's channels; below 0 where they are inverted."""
        return tuple((-self.white if self.inverted else self.white) / one for one in self.std)

    @property
    def shift(self) -> tuple[float, ...]:
        """The term added after that."""
        wide = max(len(self.mean), len(self.std))
        mean, std = (np.broadcast_to(values, wide) for values in (self.mean, self.std))
        start = self.white if self.inverted else 0.0
        return tuple(float((start - m) / s) + 0.0 for m, s in zip(mean, std, strict=True))


#: Named scales. Those of ImageNet are the ones of keras.applications.
SCALES: dict[str, Affine] = {
    "0-1": Affine(),
    "0-255": Affine(255.0),
    "-1-1": Affine(2.0, mean=(1.0,)),
    "imagenet-torch": Affine(1.0, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "imagenet-caffe": Affine(255.0, (103.939, 116.779, 123.68), bgr=True),
}

#: The name of the scale that feeds values as they are stored, such as the counts of a satellite's sensor.
RAW = "raw"


@dataclass(frozen=True)
class Scale:
    """A conversion of pixels to inputs, with the reason for choosing it.

    ``name`` is a key of SCALES, figures of mean and standard deviation, or "raw" or "function" with ``function``, which
    takes uint8 or float pixels (n, h, w, c) and returns the model's inputs. ``settled`` is False for an assumption,
    which images may correct; ``among`` are the scales left to choose from, () for all, and ``judged`` is True once
    images were asked. ``unusual`` is True where the model's first steps fit no named scale.
    """

    name: str
    reason: str
    settled: bool = True
    function: Preprocess | None = None
    among: tuple[str, ...] = ()
    judged: bool = False
    unusual: bool = False

    @property
    def affine(self) -> Affine | None:
        """The formula of the name; None for a function."""
        return None if self.function is not None else named_affine(self.name)

    @property
    def takes_any_range(self) -> bool:
        """Whether a function of the caller's own scales pixels, whatever their range."""
        return self.affine is None and not isinstance(self.function, PixelMean)

    def __call__(self, images: Images) -> np.ndarray:
        """Return float32 (n, h, w, c) inputs for these images; images scaled so already are returned unchanged.

        UsageError for images that are scaled otherwise.
        """
        affine = self.affine
        if affine is None and not isinstance(self.function, PixelMean):
            assert self.function is not None
            return _inputs(self.function(images.pixels), len(images))
        if images.scaled is not None:
            if affine is not None and affine.explains(images.scaled):
                return images.pixels.astype(np.float32, copy=False)
            low, high = images.scaled
            raise UsageError(
                f"the pixels run from {low:.3g} to {high:.3g}, so they are already scaled, but not to the model's "
                f"{self.name}; give pixels of 0 to 255 or 0 to 1, or, if the model was trained on values like these, "
                'set --scale raw, in Python scale="raw"'
            )
        if affine is None:
            assert isinstance(self.function, PixelMean)
            return self.function(images)
        self.check_channels(images.shape[2])
        return affine(images.pixels, images.peak)

    def check_channels(self, channels: int) -> None:
        """Raise UsageError for a scale with moments, a mean image or an order of channels that are of others."""
        if isinstance(self.function, PixelMean):
            wide = self.function.mean.shape[2]
        elif (affine := self.affine) is not None:
            wide = max(len(affine.mean), len(affine.std))
            if affine.bgr and channels not in (1, 3):
                raise UsageError(
                    f"the scale {self.name} reverses red, green and blue, but these are {channels} channels"
                )
        else:
            return
        if wide > 1 and channels != wide:
            raise UsageError(
                f"the scale {self.name} is for {wide} channels and these images have {channels}; give another with "
                "--scale, in Python scale="
            )


def _inputs(made: object, images: int) -> np.ndarray:
    """Return the output of a caller's function for images; UsageError unless there is one row per image."""
    try:
        inputs = np.asarray(made, np.float32)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the scale function returns a {type(made).__name__}, not an array of numbers") from error
    if inputs.ndim < 2 or len(inputs) != images:
        raise UsageError(
            f"the scale function returns an array of {inputs.shape} for {images} images; return one row per image"
        )
    return inputs


def _as_stored(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32)


def scale_from(given: str | Preprocess) -> Scale:
    """Return the scale that a caller named or gave as a function; UnknownNameError for another name.

    "M,S" is a mean and a standard deviation for all channels, "R,G,B,R,G,B" one of each per channel, first the means,
    and so for other numbers of channels: of unit pixels, or, if any of them is over 1, of pixels from 0 to 255. A path
    that ends in .npy is a mean image, and "raw" are the values as they are stored. ",bgr" or ",rgb" after any other
    name sets the order of the channels, and ",inverted" exchanges black and white.
    """
    if callable(given):
        return Scale("function", "given", function=given)
    if not isinstance(given, str):
        kind = type(given).__name__
        raise UsageError(f"scale is a name, such as 0-1 or MEAN,STD, or a function of pixels, not a {kind}")
    if given == RAW:
        return Scale(RAW, "given", function=_as_stored)
    if given.lower().endswith(".npy"):
        return Scale(Path(given).name, "given", function=read_pixel_mean(Path(given)))
    if sum(word in ORDERS for word in given.split(",")) > 1:
        raise UsageError(f"the scale {given} orders the channels more than once; give ,bgr or ,rgb once")
    affine = named_affine(given)
    if affine is not None and max(map(abs, affine.mean)) > 255:
        raise UsageError(
            f"the scale {given} has means over 255, which are of pixels of more than 8 bits; give shares of white, "
            "from 0 to 1, or in Python a function, scale=lambda pixels: (pixels - mean) / deviation"
        )
    if affine is None:
        raise UnknownNameError(
            "scale", given, [*SCALES, RAW, "auto", "MEAN,STD", "a mean image .npy", "any scale with ,bgr or ,inverted"]
        )
    return Scale(given, "given")


def check_order(scale: Scale, channels: int) -> None:
    """Raise UsageError for a scale with an order of colors, for a model of gray images."""
    words = [word for word in scale.name.split(",") if word in ORDERS]
    if words and channels == 1 and scale.function is None:
        raise UsageError(
            f"the scale {scale.name} orders colors, but the model takes gray images; leave out ,{words[0]}"
        )


#: What may follow a scale's name: the order of channels that it doesn't have, and black and white exchanged.
ORDERS = {"rgb": False, "bgr": True}
INVERTED = "inverted"

#: Why a scale with moments of its own is not certain without a known backbone.
OTHER_MOMENTS = "; standardization with other moments would look much the same"


def other_order(name: str) -> str:
    """Return the name of a scale with red and blue exchanged."""
    words = name.split(",")
    kept = [word for word in words if word not in ORDERS]
    if len(kept) < len(words):
        return ",".join(kept)
    affine = named_affine(name)
    assert affine is not None
    at = len(words) - (words[-1] == INVERTED)
    return ",".join((*words[:at], "rgb" if affine.bgr else "bgr", *words[at:]))


def is_plain_range(name: str) -> bool:
    """Return whether a scale is 0…1, 0…255 or −1…1, in any order of channels, inverted or not."""
    return name.partition(",")[0] in ("0-1", "0-255", "-1-1")


def inverse(name: str) -> str:
    """Return the name of a scale with black and white exchanged."""
    return name.removesuffix(f",{INVERTED}") if name.endswith(f",{INVERTED}") else f"{name},{INVERTED}"


def named_affine(name: str) -> Affine | None:
    """Return the formula of a scale's name, or None if it has none."""
    if name in SCALES:
        return SCALES[name]
    base, _, last = name.rpartition(",")
    if last == INVERTED:
        affine = named_affine(base)
        return None if affine is None or affine.inverted else replace(affine, inverted=True)
    if last in ORDERS:
        affine = named_affine(base)
        if affine is None or affine.bgr is ORDERS[last]:
            return affine
        # Moments belong to channels: they change places with them.
        return replace(affine, mean=affine.mean[::-1], std=affine.std[::-1], bgr=ORDERS[last])
    try:
        figures = [float(word) for word in name.split(",")]
    except ValueError:
        return None
    half = len(figures) // 2
    mean, std = tuple(figures[:half]), tuple(figures[half:])
    if len(figures) % 2 or not 2 <= len(figures) <= 2 * MOST or not np.isfinite(figures).all() or min(std) <= 0:
        return None
    return Affine(255.0 if max(map(abs, figures)) > 1 else 1.0, mean, std)
