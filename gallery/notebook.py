"""Notebook summaries: static HTML without scripts, small enough to save with the notebook."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from html import escape

from PIL import Image

from cnnviz.features.activations import Activations

from .sheets.channels_sheet import activations_sheet
from .sheets.paper import image_pixels, to_png
from .words import class_name, counted, image_ids, most_telling, said_words

LIMIT = 300_000
_MOST = 4

#: The style of all notebook summaries.
STYLE = (
    "<style>.cnnviz{font:14px/1.45 system-ui,sans-serif;color:inherit;max-width:1180px}"
    ".cnnviz p{margin:2px 0 12px;opacity:.75}.cnnviz h4{margin:0;font-size:16px}"
    ".cnnviz img.sheet{max-width:100%;border-radius:4px;background:#fff}"
    ".cnnviz ul{list-style:none;display:flex;flex-wrap:wrap;gap:12px;margin:0 0 12px;padding:0}"
    ".cnnviz li{font-size:12px;line-height:1.35;width:84px;margin:0;overflow-wrap:anywhere}"
    ".cnnviz li img{image-rendering:pixelated;display:block;margin:0 0 4px;width:84px}"
    ".cnnviz .wrong{color:#b8400e}@media(prefers-color-scheme:dark){.cnnviz .wrong{color:#ff9466}}</style>"
)


def summary_html(result: Activations, layer: str | None = None, limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters of HTML: the images, the predictions, and a sheet of one layer.

    The default layer is the last one with maps. The sheet shows as many images as fit.
    """
    path = layer or most_telling(result)
    shape = "×".join(str(extent) for extent in result[path].shape[1:])
    head = (
        f'<div class="cnnviz">{STYLE}<h4>{escape(result.model.name)} · {escape(path)}</h4>'
        f"<p>{counted(len(result), 'image')} of {escape(result.images.source)}, {shape} per image. "
        "Write the interactive page with <code>.to_html(path)</code>.</p>"
    )
    images = "".join(_picture(result, i) for i in range(min(len(result), 12)))
    more = f"<li>and {counted(len(result) - 12, 'more image')}</li>" if len(result) > 12 else ""
    html = f"{head}<ul>{images}{more}</ul>"
    for many in range(min(_MOST, len(result)), 0, -1):
        sheet = to_png(activations_sheet(_first(result, many), path))
        image = f'<img class="sheet" alt="{escape(_alt(result, path, many), quote=True)}" src="{data_address(sheet)}">'
        if len(html) + len(image) + 6 <= limit:
            return html + image + "</div>"
    return (html if len(html) + 6 <= limit else head) + "</div>"


def cell(title: str, words: Iterable[str], alt: str, drawings: Iterable[bytes], limit: int = LIMIT) -> str:
    """Return at most ``limit`` characters: a title, paragraphs, and the first drawing (PNG) that fits."""
    told = "".join(f"<p>{escape(text if len(text) <= 400 else text[:399] + '…')}</p>" for text in words)
    head = f'<div class="cnnviz">{STYLE}<h4>{escape(title[:400])}</h4>{told}'
    head += "<p>Write the interactive page with <code>.to_html(path)</code>.</p>"
    for png in drawings:
        image = f'<img class="sheet" alt="{escape(alt, quote=True)}" src="{data_address(png)}">'
        if len(head) + len(image) + 6 <= limit:
            return head + image + "</div>"
    return head + "</div>"


def _first(result: Activations, many: int) -> Activations:
    return result.take(range(many))


def _picture(result: Activations, position: int) -> str:
    labels = result.truth
    said, sure = said_words(result, position)
    wrong = labels is not None and labels[position] != result.predicted[position]
    true = f'<br><span class="wrong">wrong: actually {_class_text(result, labels[position])}</span>' if wrong else ""  # type: ignore[index]
    words = f"{escape(_cut(said))}<br>{escape(sure)}{true}"
    return f'<li><img alt="Image {image_ids(result)[position]}" src="{_thumbnail(result, position)}">{words}</li>'


def _class_text(result: Activations, number: int) -> str:
    return escape(_cut(class_name(result, number)))


def _cut(name: str) -> str:
    return name if len(name) <= 60 else name[:59] + "…"


def _thumbnail(result: Activations, position: int) -> str:
    image = Image.fromarray(image_pixels(result, position))
    image.thumbnail((84, 84))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return data_address(stream.getvalue())


def _alt(result: Activations, path: str, many: int) -> str:
    return f"Every channel of {path} for {counted(many, 'image')}, each map on its own scale"


def data_address(png: bytes) -> str:
    """Return a PNG as a data URL."""
    return "data:image/png;base64," + base64.b64encode(png).decode()
