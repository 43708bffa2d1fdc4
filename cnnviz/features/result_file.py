"""Results based on predictions as one .npz file, also for sets that do not fit in memory.

The result's own arrays have names of their own; those of every result have names that start with "cnnviz.".
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.core.npz_stream import spooled
from cnnviz.data.formats.npz import read_member
from cnnviz.data.images import Images

from .predictions import Predictions

FORMAT = 1
_OWN = "cnnviz."

#: One batch: the predictions, the result's own arrays with one row per image, and JSON-ready facts.
Part = tuple[Predictions, Mapping[str, np.ndarray], Mapping[str, Any]]


def write_parts(
    parts: Iterator[Part],
    kind: str,
    count: int,
    path: Path,
    force: bool = True,
    whole: Mapping[str, np.ndarray] | None = None,
) -> Path:
    """Write a result of ``count`` images batch by batch, in memory bounded by one batch; return the path.

    The facts are those of the first batch. ``whole`` are arrays without a row per image.
    """
    with spooled(path, count, force) as spool:
        about: dict[str, Any] = {}
        names: list[str] = []
        for said, arrays, facts in parts:
            about = about or _about(said, kind) | {"facts": dict(facts)}
            names.extend(said.images.names)
            spool.append(dict(arrays) | _arrays(said))
        for name, array in (whole or {}).items():
            spool.append_whole(name, array)
        about["names"] = names
        spool.append_whole("cnnviz.about", np.frombuffer(json.dumps(about).encode(), np.uint8))
    return path


def read_result(path: Path, kind: str) -> Part:
    """Read a file written by ``write_parts``; DataError for a file of another kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {
                member.filename.removesuffix(".npy"): read_member(archive, member, path)
                for member in archive.infolist()
            }
        about = json.loads(arrays.pop("cnnviz.about").tobytes())
        if about["format"] != FORMAT:
            raise DataError(f"{path} has format {about['format']}; this cnnviz reads format {FORMAT}")
        if about["kind"] != kind:
            raise DataError(f"{path} holds {about['kind']}, not {kind}")
        own = {name.removeprefix(_OWN): arrays.pop(name) for name in list(arrays) if name.startswith(_OWN)}
        images = Images(
            own["pixels"],
            own.get("labels"),
            tuple(about["class_names"]),
            about["source"],
            own["indices"],
            tuple(about["names"]),
            tuple(about["notes"]),
            about["peak"],
        )
        return Predictions(images, card_of(about["model"]), own["probabilities"]), arrays, about["facts"]
    except FileNotFoundError as error:
        raise DataError(f"there is no file {path}") from error
    except (KeyError, ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} holds no {kind} saved by cnnviz") from error


def _arrays(said: Predictions) -> dict[str, np.ndarray]:
    arrays = {"cnnviz.pixels": said.images.pixels, "cnnviz.probabilities": said.probabilities}
    assert said.images.indices is not None
    arrays["cnnviz.indices"] = said.images.indices
    if said.images.labels is not None:
        arrays["cnnviz.labels"] = said.images.labels
    return arrays


def _about(said: Predictions, kind: str) -> dict[str, Any]:
    images = said.images
    return {
        "format": FORMAT,
        "kind": kind,
        "model": asdict(said.model),
        "class_names": images.class_names,
        "source": images.source,
        "notes": images.notes,
        "peak": images.peak,
    }


def card_of(about: dict[str, Any]) -> ModelCard:
    """Return the card from its JSON form."""
    layers = tuple(LayerInfo(**_tuples(layer)) for layer in about.pop("layers"))
    return ModelCard(layers=layers, **_tuples(about))


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the lists of JSON back into tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
