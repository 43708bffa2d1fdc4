"""Make maximised pictures and write them in the format that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnviz.core.errors import UnknownNameError, UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.names import plain
from cnnviz.core.render import show

from .console import progress
from .documents import head
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.maximization.result import Maximized
    from cnnviz.models.probe import Probe

#: Values that a JSON document may hold.
MOST_JSON = 5_000_000
_PASSED = (
    "cell",
    "restarts",
    "seed",
    "frames",
    "control",
    "again",
    "engine",
    "batch_size",
    "steps",
    "rate",
    "diversity",
)


def units_of(probe: Probe, classes: Sequence[str]) -> list[int]:
    """Return the numbers of classes that are named; UnknownNameError for one that the model has not."""
    names = [plain(name) for name in probe.class_names]
    for name in classes:
        if plain(name) not in names:
            raise UnknownNameError("class", name, probe.class_names)
    return [names.index(plain(name)) for name in classes]


def made(
    probe: Probe, images: Images | None, layer: str | None, units: Sequence[int] | None, options: Mapping[str, Any]
) -> Maximized:
    """Make the pictures as the command's options say."""
    from cnnviz.maximization.maximize import maximize

    with progress("units", options["quiet"]) as update:
        return maximize(
            probe,
            layer,
            units,
            images=images,
            parametrisation=options["parametrisation"],
            penalties=_parts(options["penalties"]),
            transforms=_parts(options["transforms"]),
            progress=update,
            **{name: options[name] for name in _PASSED},
        )


def _parts(given: Sequence[str]) -> tuple[str, ...]:
    return () if tuple(given) == ("none",) else tuple(given)


def write_maximized(results: Sequence[Maximized], form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page of all results, or the first as a sheet, film, archive or document; return the path."""
    first = results[0]
    if form == "html":
        return write_page(show(first, "page", further=tuple(results[1:])), out, force, quiet)
    if form == "json":
        return write_json(out, _document(first), force)
    if form == "npz":
        from cnnviz.maximization.storage import save

        return save(first, out, force)
    return write_bytes(out, show(first, form), force)


def _document(result: Maximized) -> dict[str, Any]:
    if result.images.pixels.size > MOST_JSON:
        raise UsageError(f"{result.images.pixels.size:,} values are too many for json; choose units with --channel")
    restarts = result.how.restarts
    return head("maximized", result) | {
        "made": asdict(result.how),
        "units": [
            {
                "unit": int(unit),
                "name": result.nouns[k],
                "dead": bool(result.dead[k * restarts]),
                "best_in_data": None if np.isnan(result.best[k * restarts]) else float(result.best[k * restarts]),
                "pictures": [
                    {
                        "reached": float(result.reached[i]),
                        "started": float(result.started[i]),
                        "from_best": bool(result.from_best[i]),
                        "pixels": result.images.pixels[i].tolist(),
                    }
                    for i in range(k * restarts, (k + 1) * restarts)
                ],
            }
            for k, unit in enumerate(result.units)
        ],
    }
