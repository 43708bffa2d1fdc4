"""``cnnviz evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, format_option, second_model, shared
from cnnviz.data.formats.readers import format_words

if TYPE_CHECKING:
    from cnnviz.reports.evaluation.result import Evaluation

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("evaluate")
@shared("model")
@click.option(
    "--data",
    metavar="SOURCE",
    help="Labelled images: fmnist[:train], mnist[:train], sample, a folder, or a file: "
    f"{format_words(labels=True)}. "
    "[default: fmnist if downloaded, else sample]",
)
@second_model("--against", "A second model to compare with, on the same images.")
@shared("index", "n", "seed", count="all")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with code 4 if accuracy is below this share, such as 0.9.",
)
@format_option(
    FORMATS,
    "Interactive page; a figure; an animation of predictions; a table of the classes; all numbers as text.",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(
    data: str | None,
    other: str | None,
    min_accuracy: float | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Evaluate a model, with confidence intervals.

    Accuracy, loss, precision, recall and F1 of each class, the confusion matrix and its worst pairs, calibration, and
    the most confident mistakes. Takes all labelled images of --data; use images that the model was not trained on.
    Writes one interactive HTML page and prints its path.

    With --other: the metrics of two models side by side, and McNemar's test of their difference. With --min-accuracy: a
    gate for scripts; everything is written, and the exit code is 4 if the model falls short. Intervals are 95 %
    bootstrap intervals, which --seed also seeds.

    \b
    cnnviz evaluate
    cnnviz evaluate --model runs/fmnist-best --other fmnist-cnn
    cnnviz evaluate --model my_model.keras --data photos/ --out evaluation.json
    cnnviz evaluate --min-accuracy 0.9 --json
    """
    from cnnviz.cli.inputs import output_path
    from cnnviz.cli.write import write_result

    options["data"] = chosen_data(data)
    form, out = output_path("evaluation", (), form, out, offered=FORMATS)
    result = made(other, options)
    path = write_result(result, form, out, options["quiet"], options["force"])
    finish(result, path, form, min_accuracy, options["as_json"], options["quiet"])
    gate(result, min_accuracy)


def chosen_data(data: str | None) -> str:
    """Return the given source, else Fashion-MNIST's test set if downloaded, else the sample."""
    from cnnviz.data.known_sets import FMNIST, find_copy

    return data or ("fmnist" if find_copy(FMNIST, "test") else "sample")


def made(other: str | None, options: dict[str, Any]) -> Evaluation:
    """Run the images through one model, or two."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, opened, opened_model, same_images
    from cnnviz.reports.comparison import share_names
    from cnnviz.reports.evaluation.evaluate import evaluate_on

    quiet = options["quiet"]
    first = opened((), lambda probe: None, **options)
    note_choices(*first, quiet)
    second = None
    if other is not None:
        probe = opened_model(other, **options)
        first, second = share_names(first, same_images(probe, first[1], options))
        note_choices(*second, quiet, f" for {probe.card.name}")
    with progress("images", quiet) as update:
        return evaluate_on(first, second, seed=options["seed"] or 0, batch_size=options["batch_size"], progress=update)


def finish(result: Evaluation, path: Path, form: str, bound: float | None, as_json: bool, quiet: bool) -> None:
    """Print the key metrics, and the path."""
    from cnnviz.cli.console import note, print_json
    from cnnviz.reports.evaluation.findings import comparison_words, headlines

    for line in (*result.notes, *headlines(result)):
        note(line, quiet)
    if result.other:
        note(comparison_words(result), quiet)
    if not as_json:
        print(path)
        return
    told = result.document()
    kept = ("pictures", "source", "interval", "accuracy", "loss", "macro_f1", "temperature", "confused", "other")
    figures = {key: told[key] for key in kept}
    figures["expected_calibration_error"] = told["calibration"]["expected_error"]
    passed = None if bound is None else {"min_accuracy": bound, "passed": bool(result.figures.accuracy.value >= bound)}
    print_json(
        "evaluation",
        {"paths": [str(path)], "format": form, "model": told["model"], **figures, "gate": passed},
    )


def gate(result: Evaluation, bound: float | None) -> None:
    """Raise QualityGateError if accuracy is below the bound."""
    from cnnviz.core.errors import QualityGateError

    share = result.figures.accuracy.value
    if bound is not None and share < bound:
        raise QualityGateError(
            f"{result.model.name} is right on {int(result.hits.sum()):,} of {len(result):,} images, "
            f"{100 * share:.2f} %, below --min-accuracy {100 * bound:g} %"
        )
