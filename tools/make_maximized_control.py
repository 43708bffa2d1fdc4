"""Make docs/images/maximized-control.png: images that maximally activate filters of a trained and a random network.

    python tools/make_maximized_control.py

Recipe and noise are the same, so whatever the lower half shows comes from the method and not from training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import cnnviz
from cnnviz.gallery.sheets.paper import INK, MARGIN, MUTED, PAPER, font_of, thumbnail, to_png

PATH = Path(__file__).resolve().parent.parent / "docs" / "images" / "maximized-control.png"
LAYER, ACROSS, ROWS, SIDE, GAP = "conv3", 12, 2, 84, 8


def main() -> None:
    """Draw both halves."""
    units = list(range(ACROSS * ROWS))
    halves = [cnnviz.maximize("fmnist-cnn", LAYER, units, control=control) for control in (False, True)]
    high = ROWS * (SIDE + GAP) + 40
    image = Image.new("RGB", (2 * MARGIN + ACROSS * (SIDE + GAP) - GAP, 76 + 2 * high), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 16), f"{LAYER} of fmnist-cnn: maximally activating images of its filters", INK, font_of(22))
    how = halves[0].how
    words = f"same recipe and noise for both: {how.parameters['steps']} steps, seed {how.seed}"
    pen.text((MARGIN, 46), words, MUTED, font_of(13))
    for half, (made, title) in enumerate(zip(halves, ("trained", "random weights"), strict=True)):
        top = 82 + half * high
        pen.text((MARGIN, top), title, INK, font_of(14))
        for place, (pixels, *_) in enumerate(made.pictures):
            shown = np.rint(pixels * 255).astype(np.uint8)
            shown = shown.repeat(3, axis=2) if shown.shape[2] == 1 else shown
            x, y = MARGIN + place % ACROSS * (SIDE + GAP), top + 24 + place // ACROSS * (SIDE + GAP)
            image.paste(Image.fromarray(thumbnail(shown, SIDE)), (x, y))
    PATH.write_bytes(to_png(image))
    print(PATH.name)


if __name__ == "__main__":
    main()
