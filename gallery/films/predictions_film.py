"""Predictions as an animation: each image, its prediction, and the number right so far."""

from __future__ import annotations

from PIL import Image, ImageDraw

from cnnviz.core.class_scores import require_classes
from cnnviz.core.errors import UsageError
from cnnviz.features.predictions import Predictions
from cnnviz.reports.evaluation.result import Evaluation

from ..sheets.paper import ACCENT, BAR, INK, MARGIN, MUTED, PAPER, RULE, fitted, font_of, image_pixels, thumbnail
from ..words import certainty, class_name, classes_shown, counted, image_ids
from .channels_film import MOST_FRAMES, film

#: Milliseconds for an image, and for the last one.
_EACH, _LAST = 1200, 2500
_SIDE, _TOP, _ROW = 252, 84, 22
_NAMES, _BARS, _SHARES = 118, 176, 64
_LEFT = MARGIN + _SIDE + 28
_SIZE = (_LEFT + _NAMES + _BARS + _SHARES + MARGIN, _TOP + _SIDE + 76)
_MARK = 8


class PredictionSheets:
    """One sheet per image, all of one size."""

    def __init__(self, result: Predictions) -> None:
        require_classes(result.model, "animation of predictions")
        self.result, self.truth = result, result.truth
        self.ids = image_ids(result)

    def draw(self, i: int) -> Image.Image:
        """Draw the image at a position."""
        result = self.result
        image = Image.new("RGB", _SIZE, PAPER)
        pen = ImageDraw.Draw(image)
        pen.text((MARGIN, 16), "Predictions", INK, font_of(22))
        words = f"{result.model.name} · {counted(len(result), 'image')} of {result.images.source}"
        pen.text((MARGIN, 46), fitted(words, 13, _SIZE[0] - 2 * MARGIN), MUTED, font_of(13))
        image.paste(Image.fromarray(thumbnail(image_pixels(result, i), _SIDE)), (MARGIN, _TOP))
        name = result.images.names[i] if result.images.names else f"No. {self.ids[i]}"
        pen.text((MARGIN, _TOP + _SIDE + 8), fitted(name, 12, _SIDE), MUTED, font_of(12))
        self._verdict(pen, i)
        self._bars(pen, i)
        self._marks(pen, i)
        return image

    def _verdict(self, pen: ImageDraw.ImageDraw, i: int) -> None:
        said, sure = class_name(self.result, int(self.result.predicted[i])), float(self.result.confidence[i])
        words, color = f"{said}, {certainty(sure)}", INK
        if self.truth is not None:
            wrong = self.result.predicted[i] != self.truth[i]
            words = (
                f"wrong: {said}, actually {class_name(self.result, int(self.truth[i]))}" if wrong else f"right: {said}"
            )
            color = ACCENT if wrong else INK
        pen.text((_LEFT, _TOP - 4), fitted(words, 16, _SIZE[0] - _LEFT - MARGIN), color, font_of(16))

    def _bars(self, pen: ImageDraw.ImageDraw, i: int) -> None:
        shares, label = self.result.probabilities[i], None if self.truth is None else int(self.truth[i])
        small, x = font_of(13), _LEFT + _NAMES
        for row, k in enumerate(classes_shown(shares, label)):
            y, top = _TOP + 28 + row * _ROW, int(k) == int(self.result.predicted[i])
            ink = INK if top or int(k) == label else MUTED
            pen.text((_LEFT, y), fitted(class_name(self.result, int(k)), 13, _NAMES - 10), ink, small)
            long = max(1, round(float(shares[k]) * _BARS))
            pen.rectangle((x, y + 2, x + long - 1, y + 13), ACCENT if top else BAR)
            if int(k) == label:
                pen.rectangle((x - 5, y, x - 3, y + 15), INK)
            share = certainty(float(shares[k]))
            pen.text((_SIZE[0] - MARGIN - small.getlength(share), y), share, ink, small)
        if label is not None:
            y = _TOP + _SIDE + 8
            pen.rectangle((x - 5, y, x - 3, y + 15), INK)
            pen.text((x + 2, y), "the true class", MUTED, font_of(12))

    def _marks(self, pen: ImageDraw.ImageDraw, i: int) -> None:
        """Draw a square for each image so far, and the number of right ones."""
        y = _SIZE[1] - 34
        if self.truth is None:
            pen.text((MARGIN, y), f"{i + 1} of {len(self.result)}", MUTED, font_of(13))
            return
        hits = self.result.predicted == self.truth
        step = min(_MARK + 3, (_SIZE[0] - 2 * MARGIN - 190) / len(hits))
        for k, hit in enumerate(hits):
            x = MARGIN + k * step
            color = RULE if k > i else BAR if hit else ACCENT
            pen.rectangle((x, y + 4, x + max(1, step - 3), y + 4 + _MARK), color)
        words = f"{int(hits[: i + 1].sum())} of {i + 1} right so far"
        pen.text((_SIZE[0] - MARGIN - font_of(13).getlength(words), y), words, INK, font_of(13))


def predictions_gif(result: Predictions) -> bytes:
    """Return a GIF with one frame per image, played twice; more than 200 raise UsageError."""
    if len(result) > MOST_FRAMES:
        raise UsageError(f"{len(result):,} images are too many for an animation; choose at most {MOST_FRAMES}")
    if not len(result):
        raise UsageError("there are no images to make an animation of")
    sheets, every = PredictionSheets(result), range(len(result))
    times = [_EACH] * (len(result) - 1) + [_LAST]
    return film((sheets.draw(i) for i in every), [image_pixels(result, i) for i in every], None, times)


def evaluation_gif(result: Evaluation) -> bytes:
    """Return the GIF of an evaluation's random images."""
    whole = result.as_predictions()
    return predictions_gif(whole.take(result.at_random))
