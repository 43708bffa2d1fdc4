"""``cnnviz ablate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

if TYPE_CHECKING:
    from cnnviz.ablation.prune import Pruned
    from cnnviz.ablation.result import Ablation
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe

FORMATS = ("html", "png", "csv", "json", "npz")


@click.command("ablate")
@shared("layer", "model", "data", "index", "n", "seed", count=f"{WHOLE_SET:,}")
@click.option(
    "--within",
    type=click.FloatRange(0, 100),
    metavar="POINTS",
    default=0.5,
    show_default=True,
    help="Accuracy loss to allow, in percentage points.",
)
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="PATH", help="Write the smaller model too, a .keras file."
)
@click.option(
    "--remove",
    metavar="LAYER=COUNT",
    multiple=True,
    help="With --save: the number of filters to remove from a layer; repeatable.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="With --save: the share of all filters to remove. [default: as many as --within allows]",
)
@format_option(FORMATS, "Interactive page; the curves; a table of the filters; all numbers as text; raw arrays.")
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    layers: tuple[str, ...],
    within: float,
    save: Path | None,
    remove: tuple[str, ...],
    share: float | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Measure what removing filters costs.

    Removes the filters of the convolutions and hidden dense layers, one by one and cumulatively in several orders, and
    measures accuracy and loss on up to 1,000 labelled images of --data. Use images that the model was not trained on.
    Writes one interactive HTML page and prints its path.

    With --save also writes a smaller model without the least costly filters, chosen on one half of the images and
    measured on the other.

    \b
    cnnviz ablate
    cnnviz ablate --layer conv2 --within 1
    cnnviz ablate --save pruned.keras --within 0.5
    cnnviz ablate --layer conv2 --save pruned.keras --remove conv2=22
    cnnviz ablate --model my_model.keras --data photos/ --out filters.csv
    """
    from cnnviz.cli.inputs import note_choices, opened, output_path
    from cnnviz.cli.write import write_result

    quiet, force = options["quiet"], options["force"]
    form, out = output_path("ablate", layers, form, out, offered=FORMATS)
    wanted = removals(remove, share, save)
    probe, images = opened((), lambda probe: WHOLE_SET, **options)
    note_choices(probe, images, quiet)
    result = measure_ablation(probe, images, layers or None, within, options["batch_size"], quiet)
    path = write_result(result, form, out, quiet, force)
    smaller = None
    if save is not None:
        smaller = prune_and_save(probe, images, save, wanted, share, within, options["batch_size"], quiet, force)
    paths = [path, *([save] if save else [])]
    finish(result, smaller, options["model"], paths, form, options["as_json"], quiet)


def removals(remove: Sequence[str], share: float | None, save: Path | None) -> dict[str, int]:
    """Return the number of filters by layer from "conv2=22"; UsageError for contradictory options."""
    if (remove or share is not None) and save is None:
        raise click.UsageError("--remove and --share need --save PATH for the smaller model")
    if remove and share is not None:
        raise click.UsageError("give --remove or --share, not both")
    if save is not None and save.suffix.lower() != ".keras":
        raise click.UsageError(f"--save {save} is not a .keras file; end its name in .keras")
    wanted = {}
    for word in remove:
        layer, equals, count = word.rpartition("=")
        if not (equals and layer and count.isdecimal()):
            raise click.BadParameter(f"{word!r} is not a layer and a number; write conv2=22", param_hint="--remove")
        wanted[layer] = int(count)
    return wanted


def measure_ablation(
    probe: Probe, images: Images, layers: Sequence[str] | None, within: float, batch_size: int | None, quiet: bool
) -> Ablation:
    """Remove filters in every way."""
    from cnnviz.ablation.ablate import ablate
    from cnnviz.cli.console import progress

    with progress("removals", quiet) as update:
        return ablate(probe, images, layers, within=within, batch_size=batch_size, progress=update)


def prune_and_save(
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
    from cnnviz.cli.console import progress

    how: dict[str, Any] = (
        {"remove": dict(remove)} if remove else {"within": within} if share is None else {"share": share}
    )
    with progress("filters measured", quiet) as update:
        smaller = prune(probe, images, **how, batch_size=batch_size, progress=update)
    smaller.save(save, force)
    return smaller


def finish(
    result: Ablation, smaller: Pruned | None, model: str, paths: Sequence[Path], form: str, as_json: bool, quiet: bool
) -> None:
    """Say what was found, and where it was written."""
    from cnnviz.ablation.findings import measured_on
    from cnnviz.cli.console import note, print_json

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
        f"{path}: removed {gone or 'no filter'}; parameters reduced from {smaller.parameters_before:,} to "
        f"{smaller.parameters:,}; file size {path.stat().st_size:,} bytes" + (f", was {before:,}." if before else "."),
        f"Accuracy on {smaller.pictures:,} held-out images: {percent(smaller.after, 1)}, before "
        f"{percent(smaller.before, 1)} (95 % interval of the loss: {signed(smaller.low)} to "
        f"{signed(smaller.high)} points).",
    ]
    return words + [f"{layer} unchanged: {why}." for layer, why in smaller.left_alone.items()]


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
