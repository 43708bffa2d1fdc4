"""What is changed step by step so that an image comes out: each pixel, or waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cnnviz.core.registry import Registry
from cnnviz.models.import_tensorflow import tensorflow


@dataclass(frozen=True)
class Parametrisation:
    """From free numbers to an image whose pixels lie between black, 0, and white, 1."""

    name: ClassVar[str]

    def shape(self, picture: tuple[int, int, int]) -> tuple[int, ...]:
        """Return the shape of the numbers that stand for one image (h, w, c)."""
        raise NotImplementedError

    def __call__(self, numbers: Any, picture: tuple[int, int, int]) -> Any:
        """Return the images, a tensor (n, h, w, c) in 0…1, that numbers (n, *shape) stand for."""
        raise NotImplementedError


#: Every parametrisation, by name.
PARAMETRISATIONS: Registry[Parametrisation] = Registry("parametrisation")


@PARAMETRISATIONS.enter("pixels")
@dataclass(frozen=True)
class Pixels(Parametrisation):
    """Each pixel is the sigmoid of a number of its own."""

    def shape(self, picture: tuple[int, int, int]) -> tuple[int, ...]:
        """Return the shape of an image."""
        return picture

    def __call__(self, numbers: Any, picture: tuple[int, int, int]) -> Any:
        """Return the images."""
        return tensorflow().sigmoid(numbers)


@PARAMETRISATIONS.enter("fourier")
@dataclass(frozen=True)
class Fourier(Parametrisation):
    """A sum of waves, each amplitude divided by the wave's frequency, under a sigmoid.

    Olah et al. 2017, section "Preconditioning and Parameterization". ``decay`` is the power of the frequency: at 1 all
    waves have the energy that they have in natural images, at 0 each pixel is as free as any.
    """

    decay: float = 1.0

    def shape(self, picture: tuple[int, int, int]) -> tuple[int, ...]:
        """Return (2, c, h, w // 2 + 1): real and imaginary parts."""
        height, width, depth = picture
        return 2, depth, height, width // 2 + 1

    def __call__(self, numbers: Any, picture: tuple[int, int, int]) -> Any:
        """Return the images."""
        tf = tensorflow()
        scaled = numbers * self.amplitudes(picture[:2])
        waves = tf.signal.irfft2d(tf.complex(scaled[:, 0], scaled[:, 1]), fft_length=picture[:2])
        return tf.sigmoid(tf.transpose(waves, (0, 2, 3, 1)))

    def amplitudes(self, size: tuple[int, int]) -> np.ndarray:
        """Return what each wave is multiplied by, float32 (h, w // 2 + 1).

        The mean counts as the longest wave. Numbers with a standard deviation of 1 give waves of about 1.
        """
        height, width = size
        frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
        weights = np.maximum(frequency, 1 / max(size)) ** -self.decay
        # A wave that is not its own mirror image stands for two.
        energy = np.square(weights) * np.where(np.isin(np.arange(weights.shape[1]), [0, width / 2]), 1, 2)
        return (weights * height * width / np.sqrt(2 * energy.sum())).astype(np.float32)
