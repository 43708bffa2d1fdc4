"""Page builder: data, blobs, script and style in one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.features.activations import Activations

from .color import ramps
from .content import Content, of_activations
from .contract import SCHEMA_VERSION, check, plain, to_json
from .embedded_network import left_out, network_entry
from .image_data import images_entry
from .link import link
from .map_data import maps_entries
from .page_file import Page
from .quantize import LIMIT, Blobs, packed
from .section import Section
from .sections import ALL
from .words import counted

PAGE = Path(__file__).parent / "page"

#: The size limit of a page of one layer and ten images, in bytes.
LIGHT = 800_000


def activations_page(
    result: Activations, *, start: str | None = None, title: str | None = None, sections: Sequence[Section] = ALL
) -> bytes:
    """Return the HTML page of a result as one file; the same result gives the same bytes.

    It opens at ``start``, a hash route such as ``"#/layer/conv2"``. UsageError if it would be too large for one file.
    """
    return build_page(of_activations(result), start=start, title=title, sections=sections).single()


def build_page(
    content: Content,
    *,
    start: str | None = None,
    title: str | None = None,
    sections: Sequence[Section] = ALL,
    limit: int = LIMIT,
) -> Page:
    """Return the page of some content, as one file if it is at most ``limit`` bytes."""
    start = start or "#/"
    if not start.startswith("#/"):
        raise UsageError(f'a page starts at a route such as "#/layer/conv2", not {start!r}')
    shown = content.model_predictions
    if shown is not None and not len(shown):
        raise UsageError("there are no images to show; choose at least one")
    blobs = Blobs()
    data: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "generator": f"cnnviz {cnnviz.__version__}",
        "title": title or _title(content),
        "start": start,
        "model": None if shown is None else plain(asdict(shown.model)),
        "pictures": None if shown is None else images_entry(shown, blobs),
        "maps": maps_entries(content, blobs),
        "mapped": None if content.mapped is None else [int(i) for i in content.mapped],
        "ramps": ramps(),
        "sections": {},
    }
    filled = []
    for section in sections:
        entry = section.entry(content, blobs) if shown is not None or section.without_model else None
        if entry is not None:
            data["sections"][section.name] = plain(entry)
            filled.append(section)
    # Last, so that it can be removed again.
    data["network"] = None if shown is None else plain(network_entry(shown, blobs))
    check(data)
    for section in filled:
        check(data["sections"][section.name], section.schema, f"page.sections.{section.name}")
    script, style = _script(filled), _style(filled)
    page = _render(data, blobs.texts, script, style)
    if len(data["maps"]) == 1 and data["network"] and data["network"]["manifest"] and len(page) > LIGHT:
        lighter = data | {"network": left_out(LIGHT)}
        without = _render(lighter, blobs.texts[:-1], script, style)
        page = without if len(without) <= LIGHT else page
    if len(page) <= limit:
        return Page(page)
    names = [f"data/{number}.js" for number in range(len(blobs.texts))]
    pieces = {name: _piece(number, blobs.texts[number]) for number, name in enumerate(names)}
    return Page(_render(data, [""] * len(names), script, style, names), pieces)


def _title(content: Content) -> str:
    shown = content.model_predictions
    if shown is None:
        return next((str(result) for result in content.results), "cnnviz")
    images = counted(len(shown), "image")
    if content.maps is None or content.results:
        return f"{shown.model.name}: {images}"
    paths = [layer.path for layer in content.maps.layers]
    return f"{shown.model.name}: {', '.join(paths[:3])}{', …' if len(paths) > 3 else ''} on {images}"


def _piece(number: int, text: str) -> bytes:
    """Return a blob as a script, the only kind of file that a page opened from disk may load."""
    return f'cnnvizPiece({number}, "{text}");\n'.encode()


def _script(sections: Sequence[Section]) -> str:
    modules = [section.module for section in sections if section.module is not None]
    imports = [f'import {{ page as page{i} }} from "section:{i}";\n' for i in range(len(modules))]
    pages = ", ".join(f"page{i}" for i in range(len(modules)))
    # The page starts a worker from this same script; a worker has no document.
    entry = (
        'import { start } from "cnnviz/start.js";\nimport { serve } from "cnnviz/worker/serve.js";\n'
        + "".join(imports)
        + f'if (typeof document === "undefined") serve(self);\nelse start([{pages}]);\n'
    )
    return link(entry, modules=modules)


def _style(sections: Sequence[Section]) -> str:
    """Join the style of the page and of sections; UsageError for one that would end the style element."""
    own = [section.style for section in sections if section.style is not None]
    for path in own:
        if "</style" in path.read_text(encoding="utf-8").lower():
            raise UsageError(f"{path.name} holds text that would end the style element; remove </style from it")
    return "".join(path.read_text(encoding="utf-8") for path in [*sorted((PAGE / "css").glob("*.css")), *own])


def _render(data: dict[str, Any], blobs: Sequence[str], script: str, style: str, files: Sequence[str] = ()) -> bytes:
    loader = (PAGE / "loader.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    page = environment.get_template("page.html.jinja").render(
        data=data,
        policy=_policy((loader, script), style, own_files=bool(files)),
        json=Markup(to_json(data)),
        blobs=[Markup(text) for text in blobs],
        files=list(files),
        script=Markup(packed(script.encode())),
        loader=Markup(loader),
        style=Markup(style),
    )
    # A lone surrogate (a file name that was not UTF-8) cannot be encoded; it becomes a question mark.
    return page.encode("utf-8", "replace")


def _policy(scripts: Sequence[str], style: str, own_files: bool) -> str:
    """Return a content security policy that allows only this script and style, and no fetches.

    ``own_files`` lets a page in a folder load the scripts beside it, from disk or from a server.
    """
    named = " ".join(content_hash(script) for script in scripts)
    beside = " 'self' file:" if own_files else ""
    return (
        f"default-src 'none'; script-src {named}{beside}; style-src {content_hash(style)}; "
        "img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )


def content_hash(text: str) -> str:
    """Return the hash of a script or style for a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
