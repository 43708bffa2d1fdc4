"""Figures as PNG, and sheets as figures."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure_png(figure: Figure) -> bytes:
    """Return a figure as PNG, the same bytes for the same figure."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # Matplotlib warns of letters missing in its font, which it draws as boxes.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return stream.getvalue()


def sheet_figure(png: bytes) -> Figure:
    """Return a Matplotlib figure of a sheet, pixel for pixel."""
    from matplotlib.figure import Figure

    with Image.open(io.BytesIO(png)) as sheet:
        pixels = sheet.convert("RGB")
    figure = Figure(figsize=(pixels.width / 100, pixels.height / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels, interpolation="nearest", aspect="auto")
    axes.set_axis_off()
    return figure
