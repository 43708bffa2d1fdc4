"""``cnnviz ablate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared
from cnnviz.core.files import check_writable

if TYPE_CHECKING:
    from cnnviz.ablation.pruned import ModelFile, Pruned
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
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
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
    measures accuracy and loss on up to 1,000 labeled images of --data. Use images that the model was not trained on.
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
    from cnnviz.ablation.ablate import ablate
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, output_path
    from cnnviz.cli.write import print_summary, write_result

    quiet, force = options["quiet"], options["force"]
    form, out = output_path("ablate", layers, form, out, offered=FORMATS)
    wanted = removals(remove, share, save)
    probe, images = open_inputs((), lambda probe: WHOLE_SET, **options)
    note_choices(probe, images, quiet)
    batch_size = options["batch_size"]
    with progress("removals", quiet) as update:
        result = ablate(probe, images, layers or None, within=within, batch_size=batch_size, progress=update)
    paths = [write_result(result, form, out, quiet, force)]
    for line in (*result.notes, *result.findings):
        note(line, quiet)
    pruned = None
    if save is not None:
        how = {"remove": wanted} if wanted else {"within": within} if share is None else {"share": share}
        smaller, file = prune_and_save(probe, images, how, save, batch_size, options["model"], quiet, force)
        paths.append(file.path)
        pruned = smaller.summary_document(file)
        for line in smaller.findings_of(file):
            note(line, quiet)
    if options["as_json"]:
        print_summary("ablation", paths, form, result.summary_document() | {"pruned": pruned}, ahead=1)
    else:
        print_paths(*paths)


def removals(remove: Sequence[str], share: float | None, save: Path | None) -> dict[str, int]:
    """Return the number of filters by layer from "conv2=22"; UsageError for contradictory options."""
    if (remove or share is not None) and save is None:
        raise click.UsageError("--remove and --share need --save PATH for the smaller model")
    if remove and share is not None:
        raise click.UsageError("give --remove or --share, not both")
    if save is not None and save.suffix.lower() != ".keras":
        raise click.UsageError(f"--save {save} is not a .keras file; end its name in .keras")
    if save is not None:
        check_writable(save)
    wanted = {}
    for word in remove:
        layer, equals, count = word.rpartition("=")
        if not (equals and layer and count.isdecimal()):
            raise click.BadParameter(f"{word!r} is not a layer and a number; write conv2=22", param_hint="--remove")
        wanted[layer] = int(count)
    return wanted


def prune_and_save(
    probe: Probe,
    images: Images,
    how: Mapping[str, Any],
    save: Path,
    batch_size: int | None,
    original: str,
    quiet: bool,
    force: bool,
) -> tuple[Pruned, ModelFile]:
    """Prune the model and write the smaller one; ``how`` is remove, share or within, as prune takes it."""
    from cnnviz.ablation.prune import prune
    from cnnviz.ablation.pruned import ModelFile
    from cnnviz.cli.console import progress

    with progress("filters measured", quiet) as update:
        smaller = prune(probe, images, **how, batch_size=batch_size, progress=update)
    return smaller, ModelFile.of(smaller.save(save, force), original)
