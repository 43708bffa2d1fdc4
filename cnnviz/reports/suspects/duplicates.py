"""Duplicates: images that occur twice, exactly or nearly, in one set or across two."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from cnnviz.data.images import Images

from .duplicate_candidates import IN_STEP, alike, in_step, low_frequencies
from .same_image import correlations, one_picture

#: The most images of one set that are searched for near duplicates, since the time grows with the number of pairs.
MOST = 200_000
#: Shifts of a copy in rows and columns that are tried; no shift comes first.
MOVES = np.array(sorted(((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)), key=lambda move: move != (0, 0)))
#: The least rows or columns of images to search; smaller ones are too similar to one another.
SMALLEST = 8


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Pairs of duplicate images, the most similar first; exact pairs come before near ones.

    ``first`` and ``second`` (m,) int64 are positions: both in one set with first < second, or, if ``across``, the first
    in one set and the second in the other. ``exact`` (m,) bool: equal in every byte. ``likeness`` (m,) float64 is
    Pearson's correlation of the two images at the best of the shifts that were tried, 1 for exact pairs. ``shifts`` (m,
    2) int64 is the shift of the second image relative to the first, in rows and columns. ``other_label`` (m,) bool:
    both have labels, and they differ. ``left_out`` names what was not searched, with reasons.
    """

    first: np.ndarray
    second: np.ndarray
    exact: np.ndarray
    likeness: np.ndarray
    shifts: np.ndarray
    other_label: np.ndarray
    across: bool
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.first)


def find_duplicates(images: Images, other: Images | None = None) -> Duplicates:
    """Search one set for images that occur twice, or, with ``other``, two sets for images in both.

    Exact pairs are found by their bytes. Each further image of a group of equal images forms a pair with the first, and
    only the first takes part in the search for near duplicates: copies that are brighter, darker, noisy or shifted by a
    pixel.
    """
    if other is not None and other.shape != images.shape:
        sizes = " and ".join("×".join(str(extent) for extent in one.shape) for one in (images, other))
        return _listed(images, other, _NONE, _NONE, (f"duplicates across the sets: images of {sizes} differ in size",))
    exact, first, second = _exact(images, other)
    left_out = []
    if min(images.shape[:2]) < SMALLEST:
        left_out.append(f"near duplicates: images smaller than {SMALLEST} pixels are too similar to one another")
        return _listed(images, other, exact, _NONE, tuple(left_out))
    for which in (first, second):
        if len(which) > MOST:
            left_out.append(f"near duplicates among more than the first {MOST:,} of {len(which):,} different images")
    near, searched = _near(images, other, first[:MOST], second[:MOST])
    if searched < min(len(first), MOST):
        left_out.append(f"near duplicates after the first {searched:,} images: too many are similar")
    return _listed(images, other, exact, near, tuple(left_out))


#: Pairs as positions (2, m), shifts (m, 2) and likeness (m,).
_Found = tuple[np.ndarray, np.ndarray, np.ndarray]
_NONE: _Found = (np.zeros((2, 0), np.int64), np.zeros((0, 2), np.int64), np.zeros(0))


def _digests(images: Images) -> list[bytes]:
    rows = np.ascontiguousarray(images.pixels).reshape(len(images), -1)
    return [hashlib.blake2b(row.tobytes(), digest_size=16).digest() for row in rows]


def _exact(images: Images, other: Images | None) -> tuple[_Found, np.ndarray, np.ndarray]:
    """Return pairs that are equal in every byte, and the positions in each set that remain to be compared."""
    owners: dict[bytes, int] = {}
    repeated = [(owners.setdefault(digest, i), i) for i, digest in enumerate(_digests(images))]
    kept = kept_other = np.array(sorted(owners.values()), np.int64)
    if other is not None:
        digests = _digests(other)
        new = {digest: i for i, digest in reversed(list(enumerate(digests))) if digest not in owners}
        kept_other = np.array(sorted(new.values()), np.int64)
        pairs = [(owners[digest], i) for i, digest in enumerate(digests) if digest in owners]
    else:
        pairs = [(owner, i) for owner, i in repeated if owner != i]
    places = np.array(pairs, np.int64).reshape(-1, 2).T
    return (places, np.zeros((len(pairs), 2), np.int64), np.ones(len(pairs))), kept, kept_other


def _near(images: Images, other: Images | None, first: np.ndarray, second: np.ndarray) -> tuple[_Found, int]:
    """Return near pairs among these positions, and how many of the first were searched."""
    one = low_frequencies(images.pixels[first])
    two = one if other is None else low_frequencies(other.pixels[second])
    a, b, searched = alike(one, None if other is None else two)
    move, height = in_step(one, two, (a, b), MOVES, images.shape[:2])
    likely = height >= IN_STEP
    a, b, shifts = first[a[likely]], second[b[likely]], MOVES[move[likely]]
    pixels, others = images.pixels, (images if other is None else other).pixels
    plain, smooth = correlations(pixels, others, a, b, shifts)
    same = one_picture(plain, smooth)
    return (np.stack([a, b])[:, same], shifts[same], plain[same]), searched


def _listed(images: Images, other: Images | None, exact: _Found, near: _Found, left_out: tuple[str, ...]) -> Duplicates:
    best = np.argsort(-near[2], kind="stable")
    places = np.concatenate([exact[0], near[0][:, best]], axis=1)
    labels, others = images.labels, (images if other is None else other).labels
    unlike = np.zeros(places.shape[1], bool)
    if labels is not None and others is not None:
        unlike = labels[places[0]] != others[places[1]]
    return Duplicates(
        first=places[0],
        second=places[1],
        exact=np.arange(places.shape[1]) < exact[0].shape[1],
        likeness=np.concatenate([exact[2], near[2][best]]),
        shifts=np.concatenate([exact[1], near[1][best]]),
        other_label=unlike,
        across=other is not None,
        left_out=left_out,
    )
