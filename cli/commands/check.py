"""``cnnviz check``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, shared
from cnnviz.core.files import check_writable

_SHARE = click.FloatRange(0, 1)


@click.command("check")
@click.argument("model", metavar="MODEL")
@click.option("--data", metavar="SOURCE", help="Labeled images. [default: Fashion-MNIST's test set, or the sample]")
@click.option("--train", metavar="SOURCE", help="The images that the model was trained on, for --max-leak.")
@click.option("--min-accuracy", type=_SHARE, metavar="SHARE", help="The least accuracy.")
@click.option("--max-ece", type=_SHARE, metavar="SHARE", help="The largest expected calibration error.")
@click.option("--max-dead", type=_SHARE, metavar="SHARE", help="The largest share of channels that never change.")
@click.option("--max-leak", type=_SHARE, metavar="SHARE", help="The largest share of images that are in --train too.")
@click.option(
    "--min-faithfulness", type=click.FloatRange(-1, 1), metavar="SHARE", help="The least advantage of heatmaps."
)
@click.option("--method", metavar="METHOD", default="grad-cam", show_default=True, help="What makes these heatmaps.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="PATH", help="Write the checks as JUnit XML too.")
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Write the figures too, .json or .csv.")
@shared("n", "seed", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force", count="all")
def command(
    model: str,
    data: str | None,
    train: str | None,
    method: str,
    junit: Path | None,
    out: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Check that a model stays within bounds.

    Measures what is bounded on labeled images of --data, prints a line for each figure, and ends with exit code 4 if
    one is out of its bounds; everything is written first. For build servers; see docs/check.md.

    \b
    cnnviz check fmnist-cnn --min-accuracy 0.9 --max-ece 0.05
    cnnviz check my_model.keras --data photos/test --train photos/train --max-leak 0
    cnnviz check runs/fmnist-best --max-dead 0.1 --junit check.xml --json
    """
    from cnnviz.attribution.resolve import resolve_method
    from cnnviz.cli.console import note, print_json, print_lines, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs
    from cnnviz.data.known_sets import default_test_set
    from cnnviz.data.open import open_images
    from cnnviz.reports.quality.bounds import Bounds
    from cnnviz.reports.quality.check_quality import run_quality_check

    names = ("min_accuracy", "max_ece", "max_dead", "max_leak", "min_faithfulness")
    if all(options[name] is None for name in names):
        raise click.UsageError("there is nothing to check; give a bound, such as --min-accuracy 0.9")
    bounds = Bounds(**{name: options.pop(name) for name in names})
    explained = resolve_method(method)
    if (bounds.max_leak is None) != (train is None):
        raise click.UsageError("--max-leak and --train belong together; give both")
    if out is not None and out.suffix.lower() not in (".json", ".csv"):
        raise click.UsageError(f"--out {out} is neither a .json nor a .csv file; end its name in one of them")
    for place in (junit, out):
        if place is not None:
            check_writable(place)
    quiet, force = options["quiet"], options["force"]
    asked = {**options, "model": model, "data": data or default_test_set(), "index": (), "class_names": ()}
    probe, images = open_inputs((), lambda probe: None, **asked)
    note_choices(probe, images, quiet)
    learned = None if train is None else open_images(train, like=probe.spec)
    with progress("images", quiet) as update:
        result = run_quality_check(
            probe,
            images,
            bounds,
            method=explained,
            train=learned,
            seed=options["seed"] or 0,
            batch_size=options["batch_size"],
            progress=update,
        )
    written = [] if junit is None else [Path(result.to_junit(junit, force))]
    if out is not None:
        written.append(Path((result.to_json if out.suffix.lower() == ".json" else result.to_csv)(out, force)))
    for line in result.notes:
        note(line, quiet)
    if as_json:
        print_json("check", {"paths": [str(path) for path in written]} | result.document())
    else:
        print_lines(*(f"{'passed' if one.passed else 'failed'}  {one.sentence}" for one in result.checks))
        print_paths(*written)
    result.enforce()
