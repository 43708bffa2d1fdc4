"""The drawing of a network, as JSON-ready values for the page, and as an SVG file."""

from __future__ import annotations

import itertools
import math
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.core.number_words import counted

from .layout import HIGH, WIDE, Layout, layout

_STYLE = (
    "svg{background:#fbfbf9;font-family:system-ui,sans-serif}.box{fill:#fff;stroke:#b9bcbf}.line{fill:none;"
    "stroke:#7a7e83;stroke-width:1.5}.frame{fill:#f2f2ee;stroke:#d5d5cf}.name{font-size:13px;font-weight:600;fill:#1b1c1e}"
    ".kind,.shape{font-size:11px;fill:#5d6167}.weight{fill:#b8400e}.point{fill:#7a7e83}"
    "@media(prefers-color-scheme:dark){svg{background:#131416}.box{fill:#1c1e21;stroke:#565a60}.frame{fill:#17181b;"
    "stroke:#2b2d31}.name{fill:#e9e9e5}.kind,.shape{fill:#a0a4ab}.line{stroke:#8a8e95}.point{fill:#8a8e95}"
    ".weight{fill:#ff9466}}"
)


def drawing(card: ModelCard) -> dict[str, Any]:
    """Return labeled boxes, lines as paths, and frames, as JSON-ready values in units of the drawing."""
    found = layout(card)
    most = max((layer.parameters for layer in card.layers), default=0)
    return {
        "width": round(found.width, 1),
        "height": round(found.height, 1),
        "box": [WIDE, HIGH],
        "boxes": [
            {"x": round(box.x - WIDE / 2, 1), "y": round(box.y, 1), **_words(card, box.layer, most)}
            for box in found.boxes
        ],
        "lines": _lines(found),
        "frames": [{"name": frame.name, "box": [round(value, 1) for value in frame.box]} for frame in found.frames],
    }


#: The maximum width of a letter, in bold names and in small text.
_BOLD, _SMALL = 9.2, 7.1


def _shown(text: str, letter: float, beside: str) -> str:
    """Return a text cut to fit a box to the left of ``beside``."""
    return _cut(text, int((WIDE - 28 - _SMALL * len(beside)) / letter))


def _words(card: ModelCard, layer: LayerInfo | None, most: int) -> dict[str, Any]:
    if layer is None:
        return {
            "path": None,
            "shown": ["input", "picture"],
            "kind": "picture",
            "shape": "×".join(map(str, card.input_shape)),
            "parameters": 0,
            "weight": 0.0,
        }
    plain = layer.activation and layer.activation != "linear" and layer.kind not in ("Activation", "ReLU", "Softmax")
    kind, shape = f"{layer.kind}, {layer.activation}" if plain else layer.kind, "×".join(map(str, layer.shape))
    count = f"{layer.parameters:,}" if layer.parameters else ""
    return {
        "path": layer.path,
        "shown": [_shown(layer.path.rsplit("/", 1)[-1], _BOLD, shape), _shown(kind, _SMALL, count)],
        "kind": kind,
        "shape": shape,
        "parameters": layer.parameters,
        # A square root, so that layers with few weights are visible beside the largest.
        "weight": round(math.sqrt(layer.parameters / most), 4) if layer.parameters else 0.0,
    }


def _lines(found: Layout) -> list[str]:
    """Return the lines as SVG paths: straight within a row, curved between rows."""
    drawn = []
    for _, _, points in found.lines:
        parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
        for (x, y), (nx, ny) in itertools.pairwise(points):
            middle = (y + ny) / 2
            straight = abs(x - nx) < 0.5
            parts.append(
                f"L{nx:.1f} {ny:.1f}" if straight else f"C{x:.1f} {middle:.1f} {nx:.1f} {middle:.1f} {nx:.1f} {ny:.1f}"
            )
        drawn.append("".join(parts))
    return drawn


def network_svg(card: ModelCard) -> str:
    """Return the network as an SVG file for light and dark themes; text of the model is escaped."""
    made = drawing(card)
    many = f"{counted(len(card.layers_once), 'layer')}, {card.parameters:,} parameters"
    title, below = _text(f"{card.name}: {many}"), f"{many}; bars: square root of parameters"
    wide, high = max(made["width"] + 32, round(_SMALL * len(below)) + 32), made["height"] + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -24 {wide:g} {high:g}" width="{wide:g}" ',
        f'height="{high:g}" role="img"><title>{title}</title><style>{_STYLE}</style>',
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="point" d="M0 0L8 4L0 8z"/></marker></defs>',
        f'<text class="name" x="0" y="-4">{_text(_cut(card.name, 40))}</text>'
        f'<text class="kind" x="0" y="12">{_text(below)}</text>',
    ]
    for frame in made["frames"]:
        left, top, right, bottom = frame["box"]
        parts.append(
            f'<rect class="frame" x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" rx="8"/>'
            f'<text class="kind" x="{left + 10:g}" y="{top + 15:g}">{_text(_cut(frame["name"], 40))}</text>'
        )
    parts += [f'<path class="line" d="{line}" marker-end="url(#end)"/>' for line in made["lines"]]
    parts += [_box(box) for box in made["boxes"]]
    return "".join(parts) + "</svg>\n"


def _box(box: dict[str, Any]) -> str:
    x, y = box["x"], box["y"]
    count = f"{box['parameters']:,}" if box["parameters"] else ""
    said = f"{box['path'] or 'input'}: {box['kind']}, {box['shape']}" + (f", {count} parameters" if count else "")
    weight = f'<rect class="weight" x="{x:g}" y="{y + HIGH - 3:g}" width="{WIDE * box["weight"]:.1f}" height="3"/>'
    return (
        f"<g aria-label={quoteattr(_safe(said))}><title>{_text(said)}</title>"
        f'<rect class="box" x="{x:g}" y="{y:g}" width="{WIDE}" height="{HIGH}" rx="3"/>'
        f'<text class="name" x="{x + 10:g}" y="{y + 19:g}">{_text(box["shown"][0])}</text>'
        f'<text class="kind" x="{x + 10:g}" y="{y + 35:g}">{_text(box["shown"][1])}</text>'
        f'<text class="shape" x="{x + WIDE - 10:g}" y="{y + 19:g}" text-anchor="end">{_text(box["shape"])}</text>'
        f'<text class="shape" x="{x + WIDE - 10:g}" y="{y + 35:g}" text-anchor="end">{count}</text>'
        f"{weight if box['weight'] else ''}</g>"
    )


def _cut(text: str, most: int) -> str:
    """Return a text cut in the middle, since names in one network often start the same."""
    return text if len(text) <= most else f"{text[: max(1, most - 6)]}…{text[-5:]}"


def _safe(text: str) -> str:
    """Return a text without control characters and lone surrogates, which XML does not allow."""
    return "".join(c if c.isprintable() or c == " " else "?" for c in text).encode("utf-8", "replace").decode()


def _text(text: str) -> str:
    return escape(_safe(text))
