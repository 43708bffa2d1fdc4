"""Comparisons of two models, or two classes, as sheets and animations of cards."""

from __future__ import annotations

import numpy as np

from cnnviz.core.errors import UsageError
from cnnviz.reports.class_pair import ClassPair
from cnnviz.reports.comparison import Comparison

from ..color import colorize, diverging
from ..films.channels_film import film
from ..words import certainty, class_name, classes_shown, counted, image_ids
from .cards import Card, Line, cards_frames, cards_sheet
from .paper import INK, image_pixels, to_png

#: Images on a sheet, and in an animation.
MOST, MOST_FRAMES = 40, 40


def models_png(comparison: Comparison, most: int = MOST) -> bytes:
    """Return a sheet of the images with different predictions, most confident disagreements first."""
    return to_png(cards_sheet(*_models(comparison, most)))


def models_gif(comparison: Comparison) -> bytes:
    """Return the same images as an animation, with both models' probabilities."""
    title, heads, cards = _models(comparison, MOST_FRAMES)
    if not cards:
        raise UsageError("the two models agree on every image, so there are no differences to animate")
    return film(cards_frames(title, heads, cards), [card.pixels for card in cards])


def classes_png(pair: ClassPair, most: int = MOST) -> bytes:
    """Return a sheet of two classes: their mean images, the difference, and the images between them."""
    title, heads, cards = _classes(pair, list(pair.between[:most]))
    return to_png(cards_sheet(title, heads, [*_means(pair), *cards]))


def classes_gif(pair: ClassPair) -> bytes:
    """Return an animation of the images of two classes, from most confidently the first to the second."""
    if not len(pair.between):
        raise UsageError(
            "there is no image between the two classes (with half of the probability or more), so there is no animation"
        )
    shares = pair.answers.probabilities[pair.between].astype(np.float64)
    lean = shares[:, pair.second] - shares[:, pair.first]
    # Evenly spaced over the whole range, at most as many as an animation may have.
    order = np.argsort(lean, kind="stable")
    wanted = np.linspace(lean.min(), lean.max(), min(MOST_FRAMES, len(order)))
    places = np.unique(np.searchsorted(lean[order], wanted).clip(0, len(order) - 1))
    title, heads, cards = _classes(pair, [int(pair.between[order[i]]) for i in places])
    return film(cards_frames(title, heads, cards), [card.pixels for card in cards])


def _models(comparison: Comparison, most: int) -> tuple[str, list[Line], list[Card]]:
    first, second = comparison.first, comparison.second
    count, same = len(comparison), round(comparison.agreement * len(comparison))
    heads = []
    for side, model in enumerate((first, second)):
        right = "" if model.right is None else f": {int(model.right.sum()):,} of {count:,} right"
        heads.append(Line(f"{model.model.name}{right}", INK, side))
    chosen = comparison.differing[:most]
    shown = "" if len(chosen) == len(comparison.differing) else f"; shown: the {len(chosen)} most confident"
    heads.append(Line(f"same prediction for {same:,} of {counted(count, 'image')}{shown}"))
    cards = []
    for i in chosen.tolist():
        lines = [
            Line(f"{class_name(model, model.predicted[i])} {certainty(float(model.confidence[i]))}", INK, side)
            for side, model in enumerate((first, second))
        ]
        lines.append(_truth(comparison, i))
        shares = first.probabilities[i], second.probabilities[i]
        numbers = classes_shown(np.maximum(*shares))
        bars = tuple((class_name(first, int(n)), (float(shares[0][n]), float(shares[1][n]), None)) for n in numbers)
        cards.append(Card(image_pixels(first, i), tuple(lines), bars))
    return "Where two models differ", heads, cards


def _truth(comparison: Comparison, i: int) -> Line:
    first, second = comparison.first, comparison.second
    number = f"image {image_ids(first)[i]}"
    if first.truth is None or first.right is None or second.right is None:
        return Line(number)
    sides = zip("AB", (first.right[i], second.right[i]), strict=True)
    wrong = " and ".join(letter for letter, right in sides if not right)
    return Line(f"actually {class_name(first, first.truth[i])}, {wrong} wrong")


def _classes(pair: ClassPair, chosen: list[int]) -> tuple[str, list[Line], list[Card]]:
    answers, calls = pair.answers, pair.calls
    heads = []
    for side, name in enumerate(pair.names):
        words = f"{name}: {counted(pair.counts[side], 'image')}"
        if calls is not None:
            called = calls[side].tolist()
            words += f", {called[0]} predicted A, {called[1]} predicted B, {called[2]} other"
        heads.append(Line(words, INK, side))
    middle = counted(len(pair.between), "image")
    heads.append(Line(f"{pair.model.name} · in between: {middle} with half or more for A and B"))
    cards = []
    for i in chosen:
        shares = answers.probabilities[i]
        lines = [Line(certainty(float(shares[number])), INK, side) for side, number in enumerate(pair.numbers)]
        if answers.truth is not None:
            lines.append(Line(f"actually {class_name(answers, answers.truth[i])}"))
        own = [
            (pair.names[0], (float(shares[pair.first]), None, None)),
            (pair.names[1], (None, float(shares[pair.second]), None)),
        ]
        rest = 1 - float(shares[pair.first]) - float(shares[pair.second])
        bars = (*own, ("other", (None, None, max(0.0, rest))))
        cards.append(Card(image_pixels(answers, i), tuple(lines), bars))
    return f"{pair.names[0]} and {pair.names[1]}", heads, cards


def _means(pair: ClassPair) -> list[Card]:
    """Return the mean images of both classes, and their difference if both have images."""
    answers = pair.answers
    pixels = answers.images.drawn.astype(np.float64) / 255
    means = []
    cards = []
    for side, number in enumerate(pair.numbers):
        own = pixels[answers.reference_class == number]
        if len(own):
            means.append(own.mean(axis=0))
            bright = np.rint(255 * means[-1]).astype(np.uint8)
            shown = bright.repeat(3, axis=2) if bright.shape[2] == 1 else bright
            cards.append(Card(shown, (Line("mean", INK, side), Line(f"of {counted(len(own), 'image')}"))))
    if len(means) == 2:
        apart = (means[0] - means[1]).mean(axis=2)
        reach = float(np.abs(apart).max())
        drawn = colorize(apart, -reach, reach, diverging())
        cards.append(
            Card(
                drawn,
                (
                    Line("A - B", INK),
                    Line(f"blue: to -{reach:.2f}"),
                    Line(f"orange: to {reach:.2f}"),
                    Line("white is 1"),
                ),
            )
        )
    return cards
