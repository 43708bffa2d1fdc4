"""Color ramps: viridis for nonnegative values, a ramp centered on zero for signed values.

Both are uniform in perceived lightness. The centered ramp is computed in OKLab (Ottosson 2020,
https://bottosson.github.io/posts/oklab/): dark at zero, like viridis, and equally lighter toward blue below zero and
orange above it.
"""

from __future__ import annotations

import base64
from functools import cache

import numpy as np

_VIRIDIS = """
44015444025544035745055845065a45085b46095c460b5e460c5f460e61470f62471163471265471466471567471669
47186a48196b481a6c481c6e481d6f481e70482071482172482273482374472575472676472777472878472a79472b7a
472c7b462d7c462f7c46307d46317e45327f45347f453580453681443781443982433a83433b83433c84423d84423e85
4240854141864142864043874044873f45873f47883e48883e49893d4a893d4b893d4c893c4d8a3c4e8a3b508a3b518a
3a528b3a538b39548b39558b38568b38578c37588c37598c365a8c365b8c355c8c355d8c345e8d345f8d33608d33618d
32628d32638d31648d31658d31668d30678d30688d2f698d2f6a8d2e6b8e2e6c8e2e6d8e2d6e8e2d6f8e2c708e2c718e
2c728e2b738e2b748e2a758e2a768e2a778e29788e29798e287a8e287a8e287b8e277c8e277d8e277e8e267f8e26808e
26818e25828e25838d24848d24858d24868d23878d23888d23898d22898d228a8d228b8d218c8d218d8c218e8c208f8c
20908c20918c1f928c1f938b1f948b1f958b1f968b1e978a1e988a1e998a1e998a1e9a891e9b891e9c891e9d881e9e88
1e9f881ea0871fa1871fa2861fa38620a48520a58521a68521a78422a78423a88323a98224aa8225ab8126ac8127ad80
28ae7f29af7f2ab07e2bb17d2cb17d2eb27c2fb37b30b47a32b57a33b67935b77836b87738b97639b9763bba753dbb74
3ebc7340bd7242be7144be7045bf6f47c06e49c16d4bc26c4dc26b4fc36951c46853c56755c66657c66559c7645bc862
5ec96160c96062ca5f64cb5d67cc5c69cc5b6bcd596dce5870ce5672cf5574d05477d05279d1517cd24f7ed24e81d34c
83d34b86d44988d5478bd5468dd64490d64392d74195d73f97d83e9ad83c9dd93a9fd938a2da37a5da35a7db33aadb32
addc30afdc2eb2dd2cb5dd2bb7dd29bade27bdde26bfdf24c2df22c5df21c7e01fcae01ecde01dcfe11cd2e11bd4e11a
d7e219dae218dce218dfe318e1e318e4e318e7e419e9e419ece41aeee51bf1e51cf3e51ef6e61ff8e621fae622fde724
"""

# 255 colors and not 256, so that zero is the middle color.
_STEPS = 127
_DARK, _LIGHT = 0.26, 0.84
_CHROMA = 0.125
_BELOW, _ABOVE = 242.0, 62.0


@cache
def viridis() -> np.ndarray:
    """Return the 256 colors of viridis, (256, 3) uint8."""
    return np.frombuffer(bytes.fromhex("".join(_VIRIDIS.split())), np.uint8).reshape(256, 3)


@cache
def diverging() -> np.ndarray:
    """Return the ramp from -1 over 0 (color 127) to 1, (255, 3) uint8."""
    distance = np.linspace(0, 1, _STEPS + 1)
    lightness = _DARK + (_LIGHT - _DARK) * distance
    sides = [_side(lightness, distance, hue) for hue in (_BELOW, _ABOVE)]
    # Both sides meet in the same gray middle.
    return np.concatenate([sides[0][:0:-1], sides[1]])


def _side(lightness: np.ndarray, distance: np.ndarray, hue: float) -> np.ndarray:
    angle = np.radians(hue)
    chroma = _CHROMA * np.sin(np.minimum(1.0, 1.6 * distance) * np.pi / 2)
    # Colors outside of sRGB lose chroma, never lightness.
    for _ in range(60):
        rgb = _linear_rgb(lightness, chroma * np.cos(angle), chroma * np.sin(angle))
        outside = (rgb.min(axis=1) < 0) | (rgb.max(axis=1) > 1)
        if not outside.any():
            break
        chroma = np.where(outside, chroma * 0.97, chroma)
    rgb = rgb.clip(0, 1)
    encoded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded).astype(np.uint8)


def _linear_rgb(lightness: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    lms = np.stack(
        [
            lightness + 0.3963377774 * a + 0.2158037573 * b,
            lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        ],
        axis=1,
    )
    matrix = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    return lms**3 @ matrix.T


def lightness(colors: np.ndarray) -> np.ndarray:
    """Return OKLab lightness (0…1) of sRGB colors, (n, 3) uint8."""
    encoded = colors.astype(np.float64) / 255
    rgb = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    return np.cbrt(rgb @ matrix.T) @ np.array([0.2104542553, 0.7936177850, -0.0040720468])


def colorize(values: np.ndarray, low: np.ndarray | float, high: np.ndarray | float, ramp: np.ndarray) -> np.ndarray:
    """Return uint8 colors, one axis of 3 more than ``values``; ``low`` and ``high`` broadcast against it.

    If both ends are equal, all get the color of zero: the first of viridis, the middle of the centered ramp.
    """
    span = np.subtract(high, low, dtype=np.float64)
    last = len(ramp) - 1
    zero = 0.0 if last % 2 else 0.5
    share = np.where(span > 0, (values - np.asarray(low, np.float64)) / np.where(span > 0, span, 1.0), zero)
    return ramp[np.floor(share * last + 0.5).clip(0, last).astype(np.intp)]


def shortened(ramp: np.ndarray, steps: int) -> np.ndarray:
    """Return at most ``steps`` colors of a ramp, with both ends and the middle. The same as in palette.js."""
    steps = min(len(ramp), steps - 1 + steps % 2 if len(ramp) % 2 else steps)
    return ramp[np.floor(np.arange(steps) * (len(ramp) - 1) / (steps - 1) + 0.5).astype(np.intp)]


def ramps() -> dict[str, str]:
    """Return both ramps as base64, in the page's format."""
    return {
        "viridis": base64.b64encode(viridis().tobytes()).decode(),
        "diverging": base64.b64encode(diverging().tobytes()).decode(),
    }
