"""Build a page: data, blobs, script and style in one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.core.network import Refusal
from cnnviz.features.activations import Activations

from .colour import ramps
from .contract import SCHEMA_VERSION, check, plain, to_json
from .link import link
from .network import network_entry
from .pack import LIMIT, Blobs, check_size, pack_maps
from .section import Section
from .sections import ACTIVATIONS
from .words import counted, picture_ids

PAGE = Path(__file__).parent / "page"


#: Bytes that a page of one layer and ten pictures may weigh.
LIGHT = 800_000
_LEFT_OUT = Refusal("", "size", "it would make this page of one layer larger than 0.8 MB; a page of all layers has it")


def activations_page(
    result: Activations,
    *,
    start: str | None = None,
    title: str | None = None,
    sections: Sequence[Section] = ACTIVATIONS,
    limit: int = LIMIT,
) -> bytes:
    """Return the HTML page of a result; the same result gives the same bytes.

    It opens at ``start``, a hash route such as ``"#/layer/conv2"``. More than ``limit`` bytes raise UsageError.
    """
    start = start or "#/"
    if not start.startswith("#/"):
        raise UsageError(f'a page starts at a route such as "#/layer/conv2", not {start!r}')
    if not len(result):
        raise UsageError("there are no pictures to show; choose at least one")
    blobs = Blobs(limit)
    data = {
        "schema_version": SCHEMA_VERSION,
        "generator": f"cnnviz {cnnviz.__version__}",
        "title": title or _title(result),
        "start": start,
        "model": plain(asdict(result.model)),
        "pictures": _pictures(result, blobs),
        "network": plain(network_entry(result, blobs)),
        "maps": [_maps(result[layer.path], layer.path, blobs) for layer in result.layers],
        "ramps": ramps(),
        "sections": {section.name: plain(section.entry(result, blobs)) for section in sections},
    }
    check(data)
    for section in sections:
        check(data["sections"][section.name], section.schema, f"page.sections.{section.name}")
    page = _render(data, blobs.texts, _script(sections))
    if _light_but_for_its_network(result, page, blobs, data):
        lighter = replace(result, network=lambda: [_LEFT_OUT])
        return activations_page(lighter, start=start, title=title, sections=sections, limit=limit)
    check_size(len(page), limit)
    return page


def _light_but_for_its_network(result: Activations, page: bytes, blobs: Blobs, data: dict[str, Any]) -> bool:
    """Whether a page of one layer would keep to what such a page may weigh if only it did not carry the network."""
    if len(result.layers) != 1 or len(page) <= LIGHT or not data["network"] or data["network"]["blob"] is None:
        return False
    return len(page) - len(blobs.texts[data["network"]["blob"]]) <= LIGHT


def _title(result: Activations) -> str:
    held = ", ".join(layer.path for layer in result.layers[:3]) + (", …" if len(result.layers) > 3 else "")
    return f"{result.model.name}: {held} on {counted(len(result), 'picture')}"


def _pictures(result: Activations, blobs: Blobs) -> dict[str, Any]:
    images = result.images
    height, width, channels = images.shape
    pixels, low, high = images.pixels, 0.0, 255.0
    if pixels.dtype != np.uint8:
        low, high = min(0.0, float(pixels.min())), max(1.0, float(pixels.max()))
        pixels = np.rint((pixels - low) / (high - low) * 255).astype(np.uint8)
    return {
        "blob": blobs.add(np.ascontiguousarray(pixels).tobytes()),
        "count": len(images),
        "height": height,
        "width": width,
        "channels": channels,
        "range": [low, high],
        "peak": float(images.peak),
        "ids": picture_ids(result),
        "names": list(images.names),
        "labels": None if result.truth is None else result.truth.tolist(),
        "predicted": result.predicted.tolist(),
        "probabilities": [[_digits(p) for p in row] for row in result.probabilities.tolist()],
        "class_names": list(images.class_names),
        "source": images.source,
        "hash": images.hash,
        "notes": [*images.notes, *_other_classes(result)],
    }


def _other_classes(result: Activations) -> list[str]:
    if result.images.labels is None or result.truth is not None:
        return []
    return ["labels of other classes than the model's: nothing is called right or wrong"]


def _digits(share: float) -> float:
    # Five digits are more than any page shows; near 1 they would make certain what is not.
    return float(f"{share:.5g}") if share < 0.999 else float(f"{share:.8g}")


def _maps(values: np.ndarray, path: str, blobs: Blobs) -> dict[str, Any]:
    spatial = values.ndim == 4
    if not spatial:
        values = values.reshape(len(values), -1)
    height, width = values.shape[1:3] if spatial else (1, 1)
    return {
        "path": path,
        "blob": blobs.add(pack_maps(values, path)),
        "pictures": len(values),
        "height": height,
        "width": width,
        "channels": values.shape[-1],
        "signed": bool((values < 0).any()),
        "spatial": spatial,
    }


def _script(sections: Sequence[Section]) -> str:
    imports = [f'import {{ page as page{i} }} from "section:{i}";\n' for i in range(len(sections))]
    pages = ", ".join(f"page{i}" for i in range(len(sections)))
    entry = 'import { start } from "cnnviz/start.js";\n' + "".join(imports) + f"start([{pages}]);\n"
    return link(entry, modules=[section.module for section in sections])


def _render(data: dict[str, Any], blobs: list[str], script: str) -> bytes:
    style = "".join(path.read_text(encoding="utf-8") for path in sorted((PAGE / "css").glob("*.css")))
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    page = environment.get_template("page.html.jinja").render(
        data=data,
        policy=_policy(script, style),
        json=Markup(to_json(data)),
        blobs=[Markup(text) for text in blobs],
        script=Markup(script),
        style=Markup(style),
    )
    # A lone surrogate (a file name that was not UTF-8) cannot be encoded; it becomes a question mark.
    return page.encode("utf-8", "replace")


def _policy(script: str, style: str) -> str:
    """Return a content security policy under which nothing but this script and style runs and nothing is fetched."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
