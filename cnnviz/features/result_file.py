"""Any result as one .npz file; those that stand on predictions also for sets that do not fit in memory.

The result's own arrays have names of their own; those of every result have names that start with "cnnviz.".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cnnviz.core.errors import DataError
from cnnviz.core.model_card import ModelCard
from cnnviz.core.npz_stream import spool_to
from cnnviz.core.packing import from_plain
from cnnviz.core.reading import reading
from cnnviz.data.fit import STRETCH, fit_from
from cnnviz.data.formats.npz import read_arrays
from cnnviz.data.images import Images
from cnnviz.data.paths import shown

if TYPE_CHECKING:
    from .predictions import Predictions

FORMAT = 1
_OWN = "cnnviz."

#: One batch: the predictions, the arrays that its kind of result adds, a row an image, and JSON-ready facts.
Part: TypeAlias = "tuple[Predictions, Mapping[str, np.ndarray], Mapping[str, Any]]"
#: What a file of predictions holds of them: images, the model's card, probabilities.
Base = tuple[Images, ModelCard, np.ndarray]


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
    with spool_to(path, count, force) as spool:
        about: dict[str, Any] = {}
        names: list[str] = []
        files: dict[str, Any] = {}
        for said, arrays, facts in parts:
            about = about or _about(said, kind) | {"facts": dict(facts)}
            names.extend(said.images.names)
            if said.images.paths:
                files["fit"] = str(said.images.fit or STRETCH)
                files.setdefault("paths", []).extend(map(str, said.images.paths))
            spool.append(dict(arrays) | _arrays(said))
        for name, array in (whole or {}).items():
            spool.append_whole(name, array)
        about |= {"names": names, **files}
        spool.append_whole("cnnviz.about", np.frombuffer(json.dumps(about).encode(), np.uint8))
    return path


def write_whole(
    kind: str, path: Path, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any], force: bool = True
) -> Path:
    """Write a result that is arrays and JSON-ready facts alone; return the path."""
    with spool_to(path, 0, force) as spool:
        for name, array in arrays.items():
            spool.append_whole(name, array)
        about = {"format": FORMAT, "kind": kind, "facts": dict(facts)}
        spool.append_whole("cnnviz.about", np.frombuffer(json.dumps(about).encode(), np.uint8))
    return path


def read_whole(path: Path, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a file written by ``write_whole``; DataError for a file of another kind."""
    arrays, about = _read(path, kind)
    return arrays, about["facts"]


def read_result(path: Path, kind: str) -> tuple[Base, dict[str, np.ndarray], dict[str, Any]]:
    """Read a file written by ``write_parts``; DataError for a file of another kind."""
    arrays, about = _read(path, kind)
    with reading(path, no_result(path, kind)):
        own = {name.removeprefix(_OWN): arrays.pop(name) for name in list(arrays) if name.startswith(_OWN)}
        words = {name: from_plain(tuple[str, ...], about[name]) for name in ("class_names", "names", "notes")}
        images = Images(
            own["pixels"],
            own.get("labels"),
            source=from_plain(str, about["source"]),
            indices=own["indices"],
            peak=from_plain(float, about["peak"]),
            fit=fit_from(about.get("fit")),
            paths=tuple(map(Path, from_plain(tuple[str, ...], about.get("paths", [])))),
            label_rows=own.get("label_rows"),
            bands=from_plain(tuple[int, ...], about.get("bands", [])),
            **words,
        )
        card, probabilities = card_of(about["model"]), own["probabilities"]
        # That there is a row of floats for each image is checked with all declared arrays.
        if probabilities.shape[1:] != (len(card.score_names),):
            raise DataError(f"{path} is damaged: its probabilities are not those of its images")
        return (images, card, probabilities), arrays, about["facts"]


def no_result(path: Path, kind: str) -> str:
    """Return what to say of a file that is none of a kind of result."""
    return f"{path} holds no {kind.removeprefix('an ').removeprefix('a ')} saved by cnnviz"


def _read(path: Path, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays, and what the file says of itself."""
    with reading(path, no_result(path, kind)):
        arrays = read_arrays(path)
        about = json.loads(arrays.pop("cnnviz.about").tobytes())
        if about["format"] != FORMAT:
            raise DataError(f"{path} has format {shown(str(about['format']))[:20]}; this cnnviz reads format {FORMAT}")
        if about["kind"] != kind:
            raise DataError(f"{path} holds {shown(str(about['kind']))[:60]}, not {kind}")
        if not isinstance(about["facts"], dict):
            raise TypeError("facts are no object")
        return arrays, about


def _arrays(said: Predictions) -> dict[str, np.ndarray]:
    arrays = {"cnnviz.pixels": said.images.pixels, "cnnviz.probabilities": said.probabilities}
    assert said.images.indices is not None
    arrays["cnnviz.indices"] = said.images.indices
    if said.images.labels is not None:
        arrays["cnnviz.labels"] = said.images.labels
    if said.images.label_rows is not None:
        arrays["cnnviz.label_rows"] = said.images.label_rows
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
        **({"bands": images.bands} if images.bands else {}),
    }


def card_of(about: Any) -> ModelCard:
    """Return the card from its JSON form; ValueError for numbers that are not finite, as no card has."""
    json.dumps(about, allow_nan=False)
    card: ModelCard = from_plain(ModelCard, about)
    return card
