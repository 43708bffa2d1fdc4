"""``cnnviz evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, shared

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("evaluate")
@shared("model")
@click.option(
    "--data",
    metavar="SOURCE",
    help="Labelled pictures: fmnist[:train], mnist[:train], sample, an IDX, CSV or NPZ file, or a folder. "
    "[default: fmnist if it is on this computer, else sample]",
)
@click.option("--against", metavar="MODEL", help="Hold a second model against it, on the same pictures.")
@shared("index", "n", "seed", count="all")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with 4 where less than this share is right, 0.9 for 90 %.",
)
@format_option(
    FORMATS,
    "Interactive page; a figure; predictions one after the other; a table of the classes; all figures as text.",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    data: str | None,
    against: str | None,
    min_accuracy: float | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Measure how good a model is, with intervals.

    Accuracy, loss, precision, recall and F1 of each class, the confusion matrix and its worst pairs, how sure the model
    is against how often it is right, and the pictures that it gets most wrong. Takes all labelled pictures of --data;
    give pictures that the model was not trained on. Writes one interactive HTML page and prints its path.

    With --against the figures of two models side by side, and McNemar's test of whether they differ. With
    --min-accuracy a gate for scripts: everything is written, and the exit code is 4 where the model falls short.
    Intervals are 95 % bootstrap ones; --seed is of these too.

    \b
    cnnviz evaluate
    cnnviz evaluate --model runs/fmnist-best --against fmnist-cnn
    cnnviz evaluate --model my_model.keras --data photos/ --out evaluation.json
    cnnviz evaluate --min-accuracy 0.9 --json
    """
    from cnnviz.cli.evaluate import chosen_data, finish, gate, made, write_evaluation
    from cnnviz.cli.inputs import output_path

    options["data"] = chosen_data(data)
    form, out = output_path("evaluation", (), form, out, offered=FORMATS)
    result = made(against, options)
    path = write_evaluation(result, form, out, options["quiet"], options["force"])
    finish(result, path, form, min_accuracy, options["as_json"], options["quiet"])
    gate(result, min_accuracy)
