"""Print or write what a model takes pictures for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import UsageError
from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import note, print_json, progress
from .documents import head, picture
from .tables import Table, print_table
from .write import write_json

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

#: What explains a prediction, and what does where a network has no maps to look at.
METHOD, WITHOUT_MAPS = "grad-cam", "saliency"
#: Pictures that a page, a sheet or a film is made of.
MOST = {"html": 2_000, "png": 200, "gif": 200, "mp4": 200}


def print_classes(probe: Probe, images: Images, top: int, batch_size: int | None, as_json: bool) -> None:
    """Print the likeliest classes of each picture as a table or a document."""
    probabilities = probe.probabilities(images, batch_size)
    best = (-probabilities).argsort(axis=1, kind="stable")[:, :top]
    names = images.names or [str(index) for index in range(len(images))]
    answers = [[(probe.class_names[k], float(probabilities[i, k])) for k in row] for i, row in enumerate(best)]
    if as_json:
        found = [
            {"picture": name, "classes": [{"name": c, "probability": round(p, 6)} for c, p in row]}
            for name, row in zip(names, answers, strict=True)
        ]
        print_json("predictions", {"model": probe.card.name, "notes": list(images.notes), "pictures": found})
        return
    rows = [(name, *(f"{c} {100 * p:.1f} %" for c, p in row)) for name, row in zip(names, answers, strict=True)]
    columns = ("picture", *(["predicted", "2nd", "3rd"] + [f"{k}th" for k in range(4, top + 1)])[: best.shape[1]])
    print_table(Table(columns, tuple(rows)))


def write_predictions(
    probe: Probe, images: Images, form: str, out: Path, batch_size: int | None, quiet: bool, force: bool
) -> Path:
    """Write a page or a sheet with heatmaps, a film, a table, or a document; return the path."""
    from cnnviz.features.predictions import predict
    from cnnviz.reports.tables import save_pictures

    if len(images) > MOST.get(form, len(images)):
        raise UsageError(
            f"{len(images):,} pictures are too many for {form}, which takes {MOST[form]:,}; choose --format csv"
        )
    if form in ("html", "png"):
        from .heatmap import made, write_heatmaps

        asked: dict[str, Any] = {"methods": [_method(probe, quiet)], "targets": None, "against": None, "layer": None}
        return write_heatmaps(
            made(probe, images, asked | {"engine": "cnnviz"}, batch_size, quiet), form, out, quiet, force
        )
    with progress("pictures", quiet) as update:
        said = predict(probe, images, batch_size=batch_size, progress=update)
    if form in ("gif", "mp4"):
        return write_bytes(out, show(said, form), force)
    if form == "csv":
        return save_pictures(said, out, force)
    return write_json(
        out, head("predictions", said) | {"pictures": [picture(said, i) for i in range(len(said))]}, force
    )


def _method(probe: Probe, quiet: bool) -> str:
    from cnnviz.attribution.cams.class_activation_map import last_map
    from cnnviz.core.errors import ModelError

    try:
        last_map(probe, METHOD)
    except ModelError:
        note(f"{probe.card.name} has no convolution, so the heatmaps are by {WITHOUT_MAPS}", quiet)
        return WITHOUT_MAPS
    return METHOD
