"""Measure what filters are worth, write it in the format that was asked for, and cut the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import note, print_json, progress
from .documents import head
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.ablation.prune import Pruned
    from cnnviz.ablation.result import Ablation
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe


def removals(remove: Sequence[str], share: float | None, save: Path | None) -> dict[str, int]:
    """Read "conv2=22" into a number for each layer; UsageError for what makes no sense together."""
    if (remove or share is not None) and save is None:
        raise click.UsageError("--remove and --share say what the smaller model leaves out; name it with --save")
    if remove and share is not None:
        raise click.UsageError("give --remove or --share, not both")
    if save is not None and save.suffix.lower() != ".keras":
        raise click.UsageError(f"--save {save} is no .keras file; end its name in .keras")
    wanted = {}
    for word in remove:
        layer, equals, count = word.rpartition("=")
        if not (equals and layer and count.isdecimal()):
            raise click.BadParameter(f"{word!r} names no layer and number; write conv2=22", param_hint="--remove")
        wanted[layer] = int(count)
    return wanted


def made(
    probe: Probe, images: Images, layers: Sequence[str] | None, within: float, batch_size: int | None, quiet: bool
) -> Ablation:
    """Remove filters in every way."""
    from cnnviz.ablation.ablate import ablate

    with progress("removals", quiet) as update:
        return ablate(probe, images, layers, within=within, batch_size=batch_size, progress=update)


def pruned(
    probe: Probe,
    images: Images,
    save: Path,
    remove: Mapping[str, int],
    share: float | None,
    within: float,
    batch_size: int | None,
    quiet: bool,
    force: bool,
) -> Pruned:
    """Cut the model and write what is left."""
    from cnnviz.ablation.prune import prune

    how: dict[str, Any] = (
        {"remove": dict(remove)} if remove else {"within": within} if share is None else {"share": share}
    )
    with progress("filters weighed", quiet) as update:
        smaller = prune(probe, images, **how, batch_size=batch_size, progress=update)
    smaller.save(save, force)
    return smaller


def write_ablation(result: Ablation, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, the curves, a table, a document or the arrays; return the path."""
    from cnnviz.ablation.storage import save
    from cnnviz.ablation.tables import document, save_table

    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "csv":
        return save_table(result, out, force)
    if form == "json":
        return write_json(out, head("ablation", result) | document(result), force)
    if form == "npz":
        return save(result, out, force)
    return write_bytes(out, show(result, form), force)


def finish(
    result: Ablation, smaller: Pruned | None, model: str, paths: Sequence[Path], form: str, as_json: bool, quiet: bool
) -> None:
    """Say what was found, and where it was written."""
    from cnnviz.ablation.findings import measured_on

    note(measured_on(result), quiet)
    for finding in result.findings:
        note(finding, quiet)
    if smaller is not None:
        for line in smaller_words(smaller, paths[-1], bytes_of(model)):
            note(line, quiet)
    if as_json:
        told: dict[str, Any] = {"paths": [str(path) for path in paths], "pictures": len(result), "format": form}
        told |= {"accuracy": result.accuracy, "findings": list(result.findings)}
        told["pruned"] = None if smaller is None else smaller_document(smaller, paths[-1], bytes_of(model))
        print_json("ablation", told)
    else:
        for path in paths:
            print(path)


def bytes_of(model: str) -> int | None:
    """Return the size of the file that a model is opened from, None where it is a folder."""
    from cnnviz.models.bundled import bundled_models

    path = bundled_models()[model].path if model in bundled_models() else Path(model)
    return path.stat().st_size if path.is_file() else None


def smaller_words(smaller: Pruned, path: Path, before: int | None) -> list[str]:
    """Return what the smaller model is, a line each."""
    from cnnviz.ablation.findings import signed
    from cnnviz.core.number_words import percent

    gone = ", ".join(f"{len(filters)} of {layer}" for layer, filters in smaller.removed.items())
    words = [
        f"{path} is without {gone or 'nothing: no filter could go'}: {smaller.parameters_before:,} parameters became "
        f"{smaller.parameters:,}; the file has {path.stat().st_size:,} bytes"
        + (f", the whole model's {before:,}." if before else "."),
        f"It gets {percent(smaller.after, 1)} right of {smaller.pictures:,} pictures that did not choose what to "
        f"remove; the whole model gets {percent(smaller.before, 1)} (95 % interval of what is lost: "
        f"{signed(smaller.low)} to {signed(smaller.high)} points).",
    ]
    return words + [f"{layer} was left alone: {why}." for layer, why in smaller.left_alone.items()]


def smaller_document(smaller: Pruned, path: Path, before: int | None) -> dict[str, Any]:
    """Return the same as plain values."""
    return {
        "path": str(path),
        "bytes": {"before": before, "after": path.stat().st_size},
        "removed": {layer: list(filters) for layer, filters in smaller.removed.items()},
        "left_alone": dict(smaller.left_alone),
        "parameters": {"before": smaller.parameters_before, "after": smaller.parameters},
        "accuracy": {"before": smaller.before, "after": smaller.after},
        "loss": {"before": smaller.loss_before, "after": smaller.loss_after},
        "lost_interval": [smaller.low, smaller.high],
        "pictures": smaller.pictures,
    }
