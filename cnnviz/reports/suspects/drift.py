"""Drift between two sets: tests of brightness and position, of image content, and of class shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

from .image_features import AT_ONCE, principal_scores, reduced
from .two_sample_tests import energy_test, holm

#: The least images of a set to compare, and the most in the test of image content.
FEWEST, MOST = 10, 1000
#: The most images of a set in the tests of single measures.
MOST_MEASURED = 20_000
#: Values that images are averaged down to, and principal axes along which they are compared.
VALUES, AXES = 64, 16
#: The least images of a class, in both sets together, to compare its share separately.
FEWEST_OF_CLASS = 10
#: Measures of each image, as shares of full brightness or of the image's side.
MEASURES = ("mean brightness", "contrast", "sharpness", "place up or down", "place left or right")


@dataclass(frozen=True)
class DriftTest:
    """One test of two samples: ``what`` is compared ("mean brightness"), by which ``method``.

    ``p_value`` is that of the test, ``adjusted`` that after Holm's correction for all tests of the report. ``alarm`` is
    whether ``adjusted`` is below the report's level. ``words`` is a phrase on the difference and its size.
    """

    what: str
    method: str
    statistic: float
    p_value: float
    adjusted: float
    alarm: bool
    words: str


@dataclass(frozen=True)
class Drift:
    """The results of the tests of two sets.

    ``sizes`` are the numbers of images; ``level`` is the share of false alarms. Without ``tests``, nothing could be
    compared: ``left_out`` has the reasons.
    """

    tests: tuple[DriftTest, ...]
    sizes: tuple[int, int]
    level: float = 0.01
    left_out: tuple[str, ...] = ()

    @property
    def alarm(self) -> bool:
        """Whether any test finds a difference."""
        return any(test.alarm for test in self.tests)


def find_drift(one: Images, two: Images, level: float = 0.01, seed: int = 0) -> Drift:
    """Compare two sets by single measures, by image content and, where both have labels, by class shares.

    Each of ``MEASURES`` is compared by the Kolmogorov-Smirnov test, image content by the energy distance of principal
    scores, class shares by chi-square. Large sets are compared by random subsets, drawn with ``seed``.
    """
    sizes = (len(one), len(two))
    if min(sizes) < FEWEST:
        return Drift(
            (), sizes, level, (f"drift: {min(sizes)} images are too few to compare; at least {FEWEST} are needed",)
        )
    rng, left_out, found = np.random.default_rng(seed), [], []
    some = [_some(len(images), MOST_MEASURED, rng) for images in (one, two)]
    measured = [measures(images.pixels[own], images.peak) for images, own in zip((one, two), some, strict=True)]
    found += [_light(name, measured[0][:, i], measured[1][:, i]) for i, name in enumerate(MEASURES)]
    if one.shape == two.shape:
        found.append(_looks(one, two, rng))
    else:
        left_out.append("drift of image content: the images of the two sets differ in size")
    if one.labels is None or two.labels is None:
        left_out.append("drift of classes: not both sets have labels")
    elif one.class_names != two.class_names:
        left_out.append("drift of classes: the sets have different classes")
    elif len(np.union1d(one.labels, two.labels)) < 2:
        left_out.append("drift of classes: there is only one class")
    else:
        found.append(_shares(one.labels, two.labels, one.class_names))
    adjusted = holm([p for _, _, _, p, _ in found])
    tests = tuple(
        DriftTest(what, method, statistic, p, own, own < level, words)
        for (what, method, statistic, p, words), own in zip(found, adjusted, strict=True)
    )
    return Drift(tests, sizes, level, tuple(left_out))


def measures(pixels: np.ndarray, peak: float) -> np.ndarray:
    """Return ``MEASURES`` of images (n, h, w, c), float64 (n, 5).

    Brightness is the mean, contrast the standard deviation, sharpness the mean difference of neighbors, all as shares
    of full brightness; the position is the center of what differs from the border, -0.5 to 0.5, 0 where nothing does.
    """
    made = np.zeros((len(pixels), len(MEASURES)))
    for start in range(0, len(pixels), AT_ONCE):
        gray = pixels[start : start + AT_ONCE].mean(axis=3, dtype=np.float32) / np.float32(peak)
        own = made[start : start + AT_ONCE]
        own[:, 0], own[:, 1] = gray.mean(axis=(1, 2)), gray.std(axis=(1, 2))
        steps = [np.abs(np.diff(gray, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2) if gray.shape[axis] > 1]
        own[:, 2] = sum(steps) / max(1, len(steps))
        border = np.concatenate([gray[:, 0], gray[:, -1], gray[:, :, 0], gray[:, :, -1]], axis=1)
        shown = np.abs(gray - np.median(border, axis=1)[:, None, None])
        total = shown.sum(axis=(1, 2))
        for column, axis in ((3, 1), (4, 2)):
            places = (np.arange(gray.shape[axis]) + 0.5) / gray.shape[axis] - 0.5
            moment = shown.sum(axis=3 - axis) @ places
            own[:, column] = np.divide(moment, total, out=np.zeros(len(gray)), where=total > 1e-6)
    return made


#: What, method, statistic, p-value, words.
_Test = tuple[str, str, float, float, str]


def _some(count: int, most: int, rng: np.random.Generator) -> np.ndarray:
    return np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))


def _light(name: str, one: np.ndarray, two: np.ndarray) -> _Test:
    from scipy.stats import ks_2samp

    result = ks_2samp(one, two, method="auto" if len(one) + len(two) < 2000 else "asymp")
    words = f"{name} is {two.mean():.3f} on average, compared with {one.mean():.3f}".replace("-", "−")
    return name, "Kolmogorov-Smirnov", float(result.statistic), float(result.pvalue), words


def _looks(one: Images, two: Images, rng: np.random.Generator) -> _Test:
    rows = np.concatenate(
        [reduced(images.pixels[_some(len(images), MOST, rng)], VALUES) / images.peak for images in (one, two)]
    )
    scores = principal_scores(lambda start, stop: rows[start:stop], len(rows), AXES)
    first = min(len(one), MOST)
    distance, p = energy_test(scores[:first], scores[first:], seed=int(rng.integers(2**31)))
    return (
        "looks",
        "energy distance",
        distance,
        p,
        f"energy distance {distance:.3g} along {scores.shape[1]} principal axes",
    )


def _shares(one: np.ndarray, two: np.ndarray, names: tuple[str, ...]) -> _Test:
    from scipy.stats import chi2_contingency

    counts = np.stack([np.bincount(labels, minlength=len(names)) for labels in (one, two)])
    large = counts.sum(axis=0) >= FEWEST_OF_CLASS
    # Small classes are pooled, since the test's distribution holds only for large counts.
    table = np.concatenate([counts[:, large], counts[:, ~large].sum(axis=1, keepdims=True)], axis=1)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return "shares of classes", "chi-square", 0.0, 1.0, "no class has enough images to be compared on its own"
    result = chi2_contingency(table)
    shares = counts / counts.sum(axis=1, keepdims=True)
    most = int(np.abs(shares[1] - shares[0]).argmax())
    words = f"{names[most]} is {100 * shares[1, most]:.1f} % of the images, compared with {100 * shares[0, most]:.1f} %"
    return "shares of classes", "chi-square", float(result.statistic), float(result.pvalue), words
