"""A mean image subtracted from the pixels, read from an .npy file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnviz.core.errors import DataError, UsageError
from cnnviz.data.formats.npy import stored_file
from cnnviz.data.images import Images

#: A mean image is one image; a larger file is something else.
MOST_BYTES = 2**26


@dataclass(frozen=True, eq=False)
class PixelMean:
    """inputs = pixels − mean, for a ``mean`` of shape (h, w, c), float32.

    Pixels run from 0 to ``white``: to 1, or to 255 if any mean is over 1.
    """

    mean: np.ndarray

    @property
    def white(self) -> float:
        """The pixel value of white."""
        return 255.0 if self.mean.max() > 1 else 1.0

    def __call__(self, images: Images) -> np.ndarray:
        """Return float32 (n, h, w, c); UsageError for images of another size."""
        if images.shape != self.mean.shape:
            by = ["×".join(map(str, shape)) for shape in (self.mean.shape, images.shape)]
            raise UsageError(f"the mean image is {by[0]} and the images are {by[1]}; give one of the same size")
        pixels = images.pixels.astype(np.float32) * np.float32(self.white / images.peak)
        return np.asarray(pixels - self.mean)


def read_pixel_mean(path: Path) -> PixelMean:
    """Read a mean image (h, w) or (h, w, c) from an .npy file; DataError for anything else."""
    if not path.is_file():
        raise DataError(f"there is no file {path}; give the path of an .npy file with the mean image")
    if path.stat().st_size > MOST_BYTES:
        raise DataError(f"{path} is too large for one mean image (up to {MOST_BYTES:,} bytes)")
    try:
        mean = stored_file(path).whole()
    except (DataError, OSError) as error:
        raise DataError(f"{path} is not an .npy file of numbers; save the mean image with numpy.save") from error
    if mean.dtype.kind not in "fiu" or not np.isfinite(mean).all():
        raise DataError(f"{path} does not hold finite numbers; save the mean image with numpy.save")
    if mean.ndim == 4 and len(mean) == 1:
        mean = mean[0]
    if mean.ndim == 2:
        mean = mean[..., None]
    if mean.ndim != 3 or not mean.size:
        raise DataError(f"{path} holds an array of {mean.shape}; a mean image is (height, width, channels)")
    if mean.max() > 255:
        raise DataError(
            f"{path} holds means over 255, which are of pixels of more than 8 bits; divide it by the value of white, "
            "so that it runs from 0 to 1"
        )
    return PixelMean(mean.astype(np.float32))
