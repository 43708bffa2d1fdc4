"""Fits: how an image of any shape comes into the shape that a model takes, as Keras does it."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast, get_args

import numpy as np

from cnnviz.core.errors import UsageError

Shape = Literal["stretch", "pad", "crop"]
SHAPES: tuple[str, ...] = get_args(Shape)

#: After a shape: every pixel counts when an image shrinks, as in ``tf.image.resize(antialias=True)``.
ANTIALIAS = ",antialias"
#: After a shape: the nearest pixel is taken, as in ``keras.utils.load_img``.
NEAREST = ",nearest"

#: What a note says of padded images.
PADDED = "padded with black"
_WORDS = {"stretch": "stretched", "pad": PADDED, "crop": "cropped"}


class Box(NamedTuple):
    """A part of an image in pixels, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left


class Placement(NamedTuple):
    """The part of an original image that was used, and the part of the fitted image that it fills."""

    original: Box
    fitted: Box


class Fit(NamedTuple):
    """How images are fitted: ``shape`` says what happens to another aspect ratio.

    "stretch" changes it, as ``keras.utils.image_dataset_from_directory`` does; "crop" cuts the middle out, as
    ``crop_to_aspect_ratio=True``; "pad" adds black at two sides, as ``pad_to_aspect_ratio=True``. Pixels between are
    bilinear with half-pixel centers. Without ``antialias``, Keras's default, pixels in between are skipped when an
    image shrinks. ``nearest`` takes the nearest pixel instead, as ``flow_from_directory`` and ``load_img`` do by
    default, so that bytes stay bytes.
    """

    shape: Shape = "stretch"
    antialias: bool = False
    nearest: bool = False

    def __str__(self) -> str:
        return self.shape + (ANTIALIAS if self.antialias else NEAREST if self.nearest else "")

    def words(self, size: tuple[int, int], wanted: tuple[int, int]) -> str:
        """Return what happens to an image of this size (height, width), as in a note: "stretched, bilinear"."""
        same_shape = size[0] * wanted[1] == size[1] * wanted[0]
        shape = "" if same_shape else f"{_WORDS[self.shape]}, "
        return shape + ("nearest pixel" if self.nearest else "bilinear" + " with antialiasing" * self.antialias)

    def placement(self, size: tuple[int, int], wanted: tuple[int, int]) -> Placement:
        """Return where an image of this size (height, width) goes in one of the ``wanted`` size."""
        (height, width), (rows, columns) = size, wanted
        whole, filled = Box(0, 0, height, width), Box(0, 0, rows, columns)
        if self.shape == "crop":
            return Placement(_cut(height, width, rows, columns), filled)
        if self.shape == "pad":
            return Placement(whole, _held(height, width, rows, columns))
        return Placement(whole, filled)


#: What is accepted as a fit: "stretch", "pad" or "crop", each also with ",antialias" or ",nearest", a Fit, or None or
#: "auto" for the one that the model was trained with, as its record says, else "stretch".
FitLike: TypeAlias = str | Fit | None

STRETCH = Fit()


def fit_from(given: FitLike) -> Fit | None:
    """Return the fit that a caller named, or None where it was left open; UsageError for another name."""
    if given is None or isinstance(given, Fit):
        return given
    if given == "auto":
        return None
    shape, comma, how = str(given).partition(",")
    if shape not in SHAPES or comma + how not in ("", ANTIALIAS, NEAREST):
        raise UsageError(
            f"fit can be {', '.join(SHAPES)}, each also with {ANTIALIAS} or {NEAREST}, or auto, not {given!r}"
        )
    return Fit(cast(Shape, shape), comma + how == ANTIALIAS, comma + how == NEAREST)


def _cut(height: int, width: int, rows: int, columns: int) -> Box:
    """Return the middle with the aspect ratio wanted, as ``keras.utils.smart_resize`` takes it."""
    # In float32, because Keras computes so and cuts the fraction off.
    cut_height = max(1, min(height, int(np.float32(width * rows) / np.float32(columns))))
    cut_width = max(1, min(width, int(np.float32(height * columns) / np.float32(rows))))
    top, left = (height - cut_height) // 2, (width - cut_width) // 2
    return Box(top, left, top + cut_height, left + cut_width)


def _held(height: int, width: int, rows: int, columns: int) -> Box:
    """Return the place of the whole image, as ``tf.image.resize_with_pad`` computes it.

    That fails where a side would have no pixel at all; here it keeps one.
    """
    high, wide, down, across = (np.float32(value) for value in (height, width, rows, columns))
    ratio = max(wide / across, high / down)
    sides, starts = [], []
    for extent, wanted in ((high, down), (wide, across)):
        side = extent / ratio
        sides.append(max(1, int(np.floor(side))))
        starts.append(max(0, int(np.floor((wanted - side) / np.float32(2)))))
    top, left = starts
    return Box(top, left, top + sides[0], left + sides[1])
