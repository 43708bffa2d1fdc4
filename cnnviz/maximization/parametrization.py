"""Image parametrizations: pixels or waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cnnviz.core.registry import Registry
from cnnviz.models.import_tensorflow import tensorflow


@dataclass(frozen=True)
class Parametrization:
    """A map from free parameters to an image with pixels between black, 0, and white, 1."""

    name: ClassVar[str]

    def shape(self, image_shape: tuple[int, int, int]) -> tuple[int, ...]:
        """Return the shape of the parameters of one image (h, w, c)."""
        raise NotImplementedError

    def __call__(self, numbers: Any, image_shape: tuple[int, int, int]) -> Any:
        """Return the images, a tensor (n, h, w, c) in 0…1, of parameters (n, *shape)."""
        raise NotImplementedError


#: Every parametrization, by name.
PARAMETRIZATIONS: Registry[Parametrization] = Registry("parametrization")


@PARAMETRIZATIONS.enter("pixels")
@dataclass(frozen=True)
class Pixels(Parametrization):
    """Pixels as sigmoids of independent parameters."""

    def shape(self, image_shape: tuple[int, int, int]) -> tuple[int, ...]:
        """Return the shape of an image."""
        return image_shape

    def __call__(self, numbers: Any, image_shape: tuple[int, int, int]) -> Any:
        """Return the images."""
        return tensorflow().sigmoid(numbers)


@PARAMETRIZATIONS.enter("fourier")
@dataclass(frozen=True)
class Fourier(Parametrization):
    """Pixels as sigmoids of a sum of waves, with amplitudes divided by frequency.

    Olah et al. 2017, section "Preconditioning and Parameterization". ``decay`` is the power of the frequency: 1 gives
    the spectrum of natural images, 0 leaves every frequency equally free.
    """

    decay: float = 1.0

    def shape(self, image_shape: tuple[int, int, int]) -> tuple[int, ...]:
        """Return (2, c, h, w // 2 + 1): real and imaginary parts."""
        height, width, depth = image_shape
        return 2, depth, height, width // 2 + 1

    def __call__(self, numbers: Any, image_shape: tuple[int, int, int]) -> Any:
        """Return the images."""
        tf = tensorflow()
        scaled = numbers * self.amplitudes(image_shape[:2])
        waves = tf.signal.irfft2d(tf.complex(scaled[:, 0], scaled[:, 1]), fft_length=image_shape[:2])
        return tf.sigmoid(tf.transpose(waves, (0, 2, 3, 1)))

    def amplitudes(self, size: tuple[int, int]) -> np.ndarray:
        """Return the factor of each wave, float32 (h, w // 2 + 1).

        The mean counts as the longest wave. Parameters with a standard deviation of 1 give waves of about 1.
        """
        height, width = size
        frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
        weights = np.maximum(frequency, 1 / max(size)) ** -self.decay
        # A wave that is not its own conjugate counts twice.
        energy = np.square(weights) * np.where(np.isin(np.arange(weights.shape[1]), [0, width / 2]), 1, 2)
        return (weights * height * width / np.sqrt(2 * energy.sum())).astype(np.float32)
