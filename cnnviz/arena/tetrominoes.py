"""Two shapes of four squares in noise: linear, multiplicative, rigid and exclusive-or problems.

The problems follow the idea of Clark, Budding and Wilming ("XAI-TRIS: Non-linear image benchmarks to quantify false
positive post-hoc attribution of feature importance", 2023): a T and an L hidden in noise, where the class follows from
a rule that is known. Sizes, strengths and the generator are cnnviz' own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cnnviz.data.images import Images

from .problem import PROBLEMS, Known, Problem

if TYPE_CHECKING:
    from cnnviz.training.result import Trained

#: Height and width of an image, and of one square of a tetromino, in pixels.
SIDE, SQUARE = 32, 4
#: The T and the L on a grid of squares.
SHAPES = (np.array([[1, 1, 1], [0, 1, 0]], bool), np.array([[1, 0], [1, 0], [1, 1]], bool))
#: Places of the T and the L that do not move, in squares from the upper left.
PLACES = ((1, 1), (4, 5))
TRAINED, TESTED = 8_000, 1_000
#: Standard deviation of the noise, of a range of 1; and in pixels that of the filter that correlates it.
NOISE, BLUR = 0.12, 1.5


def pattern(shape: np.ndarray, row: int, column: int) -> np.ndarray:
    """Return a tetromino's pixels, bool (SIDE, SIDE), with its upper left square at a row and column of squares."""
    drawn = np.zeros((SIDE // SQUARE, SIDE // SQUARE), bool)
    drawn[row : row + shape.shape[0], column : column + shape.shape[1]] = shape
    return np.kron(drawn, np.ones((SQUARE, SQUARE), bool)).astype(bool)


def noise(count: int, rng: np.random.Generator, correlated: bool) -> np.ndarray:
    """Return Gaussian noise of unit variance, (count, SIDE, SIDE); if ``correlated``, smooth over neighbors."""
    drawn = rng.standard_normal((count, SIDE, SIDE))
    if not correlated:
        return drawn
    from scipy.ndimage import gaussian_filter

    smooth: np.ndarray = gaussian_filter(drawn, (0, BLUR, BLUR), mode="wrap")
    return smooth / smooth.std()


class Tetrominoes(Problem):
    """A problem of a T and an L. ``correlated`` is the kind of background; ``strength`` the shapes' brightness."""

    correlated: ClassVar[bool] = False
    strength: ClassVar[float] = 0.25
    layers = (
        "conv 16 3x3 same relu, pool 2, conv 32 3x3 same relu, pool 2, conv 32 3x3 same relu, flatten, dense 32 relu, "
        "dense 2"
    )

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return pixels in 0…1 (count, SIDE, SIDE), classes (count,), and the pixels that matter, bool."""
        classes = rng.integers(0, 2, count)
        signal, truth = self.signal(classes, rng)
        return self.mixed(signal, noise(count, rng, self.correlated)), classes, truth

    def signal(self, classes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return what is added for each class, -1…1, and where it matters, both (n, SIDE, SIDE)."""
        raise NotImplementedError

    def mixed(self, signal: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Return images of a signal in a background."""
        return 0.5 + self.strength * signal + NOISE * background

    def images(self, count: int, seed: int) -> tuple[Images, np.ndarray]:
        """Return images and the pixels that matter in each."""
        pixels, classes, truth = self.draw(count, np.random.default_rng(seed))
        whole = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
        return Images(whole[..., None], classes, class_names=("T", "L") if self.named else ("0", "1")), truth

    #: Whether the classes are the shapes.
    named: ClassVar[bool] = True

    def training_images(self, seed: int) -> Images:
        """Return the training set."""
        return self.images(TRAINED, 3 * seed)[0]

    def test_images(self, seed: int) -> Images:
        """Return images to measure accuracy on."""
        return self.images(TESTED, 3 * seed + 1)[0]

    def known(self, trained: Trained, count: int, seed: int) -> tuple[Any, Known]:
        """Return the probe and images whose explanation is known."""
        from cnnviz.models.open import wrap

        images, truth = self.images(4 * count, 3 * seed + 2)
        probe = wrap(trained.model, scale="0-1")
        said = probe.logits(images).argmax(axis=1)
        right = np.flatnonzero(said == images.labels)[:count]
        return probe, Known(images.take(right), said[right].astype(np.int64), truth[right])


class _Fixed(Tetrominoes):
    """A T or an L at a place of its own; both places matter, since where one is missing tells as much."""

    def signal(self, classes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        both = np.stack([pattern(shape, *place) for shape, place in zip(SHAPES, PLACES, strict=True)])
        return both[classes].astype(float), np.broadcast_to(both.any(axis=0), (len(classes), SIDE, SIDE)).copy()


class _Dimmed(_Fixed):
    """The shape calms the noise behind it and adds nothing."""

    strength = 0.8

    def mixed(self, signal: np.ndarray, background: np.ndarray) -> np.ndarray:
        return 0.5 + NOISE * background * (1 - self.strength * signal)


class _Rigid(Tetrominoes):
    """A T or an L anywhere, turned by any multiple of 90 degrees; only where it is matters."""

    strength = 0.35
    layers = (
        "conv 16 3x3 same, bn, relu, pool 2, conv 32 3x3 same, bn, relu, pool 2, conv 64 3x3 same, bn, relu, "
        "globalpool, dense 2"
    )

    def signal(self, classes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        turned = [
            np.rot90(SHAPES[one], turn) for one, turn in zip(classes, rng.integers(0, 4, len(classes)), strict=True)
        ]
        room = SIDE // SQUARE
        drawn = np.stack(
            [
                pattern(shape, rng.integers(0, room - shape.shape[0] + 1), rng.integers(0, room - shape.shape[1] + 1))
                for shape in turned
            ]
        )
        return drawn.astype(float), drawn


class _Xor(Tetrominoes):
    """Both shapes, each bright or dark; the class is whether they are alike, so that neither alone says anything."""

    named = False
    epochs = 15

    def signal(self, classes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        both = np.stack([pattern(shape, *place) for shape, place in zip(SHAPES, PLACES, strict=True)]).astype(float)
        first = rng.choice([-1.0, 1.0], len(classes))
        second = np.where(classes == 1, first, -first)
        signal = first[:, None, None] * both[0] + second[:, None, None] * both[1]
        return signal, signal != 0


_RULES = {
    "linear": (_Fixed, "Linear", "A bright T at one place or an L at another, {}."),
    "multiplicative": (_Dimmed, "Multiplicative", "A T at one place or an L at another calms the noise, {}."),
    "rigid": (_Rigid, "Rigid", "A bright T or L anywhere, turned, {}."),
    "xor": (_Xor, "Exclusive or", "A T and an L, each bright or dark; the class is whether they are alike, {}."),
}
_BACKGROUNDS = {"white": (False, "in white noise"), "correlated": (True, "in correlated noise")}


def _register() -> None:
    for rule, (base, title, words) in _RULES.items():
        for background, (correlated, inside) in _BACKGROUNDS.items():
            about = {
                "title": f"{title}, {background}",
                "words": words.format(inside),
                "correlated": correlated,
                "__module__": __name__,
            }
            PROBLEMS.enter(f"{rule}-{background}")(type(f"{base.__name__}{background.title()}", (base,), about))


_register()
