"""Odd images: blank, cropped, inverted, or far from the rest of their class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

from .background import Background, find_background
from .class_distance import FEWEST, class_distances
from .cropping import SIDES, missing, shows
from .image_features import looks

#: Kinds of odd images; an image of several kinds is listed under each.
KINDS = ("blank", "cropped", "inverted", "far")
#: The largest standard deviation of a blank image's pixels: a share of full brightness, and of the set's median.
BLANK, BLANK_OF_USUAL = 0.03, 0.3
#: The least share of its class's content that a cropped image lacks at one side, beyond the usual.
CROPPED = 0.19
#: Distance beyond the usual, in units of the class's spread, from which an image is far from its class.
FAR = 7.0
#: The least images to find odd ones among.
FEWEST_PICTURES = 20


@dataclass(frozen=True, eq=False)
class OddPictures:
    """Odd images, by kind in the order of ``KINDS``, the oddest of each kind first.

    ``positions`` (m,) int64; ``kinds`` (m,) one of ``KINDS``; ``scores`` (m,) float64, higher is odder, comparable
    within a kind only; ``reasons`` (m,) one phrase each. ``left_out`` names what was not searched, with reasons.
    """

    positions: np.ndarray
    kinds: tuple[str, ...]
    scores: np.ndarray
    reasons: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.positions)

    def of_kind(self, kind: str) -> np.ndarray:
        """Return the positions of the images of one kind, the oddest first."""
        return self.positions[[one == kind for one in self.kinds]]


def find_odd(images: Images, features: np.ndarray | None = None) -> OddPictures:
    """Search a set for blank, cropped, inverted and far images; without labels the whole set is one class.

    ``features`` are ``looks(images.pixels, images.peak)``, if already computed.
    """
    pixels, left_out = images.pixels, []
    rows = pixels.reshape(len(pixels), -1)
    found = [_blank(rows, images.peak)]
    seeing = np.setdiff1d(np.arange(len(pixels)), found[0][0])
    if len(seeing) < FEWEST_PICTURES:
        left_out.append(f"cropped, inverted and far images: {len(seeing)} non-blank images are too few to compare")
        return _listed([*found, *[_NOTHING] * 3], left_out)
    labels = np.zeros(len(pixels), np.int64) if images.labels is None else images.labels
    groups = [seeing[labels[seeing] == one] for one in np.unique(labels[seeing])]
    large = [group for group in groups if len(group) >= FEWEST]
    if len(large) < len(groups):
        few = len(groups) - len(large)
        left_out.append(
            f"cropped and far images of {few:,} {'class' if few == 1 else 'classes'} with fewer than {FEWEST} "
            "non-blank images"
        )
    background = find_background(pixels[seeing], images.peak)
    if background.common:
        found.append(_cropped(images, background, large))
        found.append(_inverted(images, background, seeing))
    else:
        left_out.append("cropped and inverted images: the images have no common background")
        found += [_NOTHING, _NOTHING]
    found.append(_far(looks(pixels, images.peak) if features is None else features, large))
    return _listed(found, left_out)


#: Positions, scores, reasons.
_Found = tuple[np.ndarray, np.ndarray, list[str]]
_NOTHING: _Found = (np.zeros(0, np.int64), np.zeros(0), [])


def _blank(rows: np.ndarray, peak: float) -> _Found:
    deviations = np.array([row.std(dtype=np.float64) for row in rows]) / peak
    limit = min(BLANK, BLANK_OF_USUAL * float(np.median(deviations))) if len(rows) else 0.0
    where = np.flatnonzero(deviations <= limit)
    flat = deviations[where] == 0
    means = rows[where].mean(axis=1, dtype=np.float64)
    reasons = [
        f"every pixel is {mean:.4g}"
        if same
        else f"nearly uniform: standard deviation {100 * deviation:.2g} % of full brightness"
        for same, mean, deviation in zip(flat, means, deviations[where], strict=True)
    ]
    return where, 1 - deviations[where] / BLANK, reasons


def _cropped(images: Images, background: Background, groups: list[np.ndarray]) -> _Found:
    lacks, bands = missing(shows(images.pixels, background.level, images.peak), groups)
    side = lacks.argmax(axis=1)
    worst = lacks[np.arange(len(lacks)), side]
    where = np.flatnonzero(worst > CROPPED)
    lines = ["rows" if one < 2 else "columns" for one in side[where]]
    reasons = [
        f"{SIDES[one]} {bands[i, one]} {line} are empty, where its class has {100 * worst[i]:.0f} % more content"
        for i, one, line in zip(where, side[where], lines, strict=True)
    ]
    return where, worst[where], reasons


def _inverted(images: Images, background: Background, seeing: np.ndarray) -> _Found:
    """Find images whose border is nearer to the opposite of the set's background than to it."""
    off = np.abs(background.borders - background.level).mean(axis=1)
    turned = np.abs(images.peak - background.borders - background.level).mean(axis=1)
    inside = np.abs(images.peak - 2 * background.level).mean()
    which = np.flatnonzero((off > 2 * turned) & (off > 0.25 * images.peak))
    reasons = [
        f"its border is {background.borders[i].mean():.4g}, the set's background {background.level.mean():.4g}"
        for i in which
    ]
    return seeing[which], off[which] / max(float(inside), 1e-9), reasons


def _far(features: np.ndarray, groups: list[np.ndarray]) -> _Found:
    distances = class_distances(features, groups)
    where = np.flatnonzero(distances > FAR)
    return (
        where,
        distances[where],
        [f"{distances[i]:.1f} times its class's spread beyond the usual distance" for i in where],
    )


def _listed(found: list[_Found], left_out: list[str]) -> OddPictures:
    positions, scores, kinds, reasons = [np.zeros(0, np.int64)], [np.zeros(0)], [], []
    for kind, (where, score, words) in zip(KINDS, found, strict=True):
        order = np.argsort(-score, kind="stable")
        positions.append(where[order])
        scores.append(score[order])
        kinds += [kind] * len(where)
        reasons += [words[i] for i in order]
    return OddPictures(np.concatenate(positions), tuple(kinds), np.concatenate(scores), tuple(reasons), tuple(left_out))
