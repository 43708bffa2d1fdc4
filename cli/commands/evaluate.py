"""``cnnviz evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import OPENING, format_option, second_model, shared
from cnnviz.data.formats.readers import format_words

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("evaluate")
@shared("model")
@click.option(
    "--data",
    metavar="SOURCE",
    help="Labeled images: fmnist[:train], mnist[:train], sample, a folder, or a file: "
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
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Of a model of several labels: the probability from which a label counts as predicted. [default: 0.5]",
)
@format_option(
    FORMATS,
    "Interactive page; a figure; an animation of predictions; a table of the classes; all numbers as text.",
)
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(
    data: str | None,
    other: str | None,
    min_accuracy: float | None,
    threshold: float | None,
    form: str | None,
    out: Path | None,
    **options: Any,
) -> None:
    """Evaluate a model, with confidence intervals.

    Accuracy, loss, precision, recall and F1 of each class, the confusion matrix and its worst pairs, calibration, and
    the most confident mistakes. Takes all labeled images of --data; use images that the model was not trained on.
    Writes one interactive HTML page and prints its path.

    With --other: the metrics of two models side by side, and McNemar's test of their difference. With --min-accuracy: a
    gate for scripts; everything is written, and the exit code is 4 if the model falls short. Intervals are 95 %
    bootstrap intervals, which --seed also seeds.

    Of a model with several labels per image: precision, recall, F1 and average precision of each label. Of a
    regression: mean absolute error, RMSE and R² of each output. The labels of --data are then 0 or 1 for each label, or
    numbers.

    \b
    cnnviz evaluate
    cnnviz evaluate --model runs/fmnist-best --other fmnist-cnn
    cnnviz evaluate --model my_model.keras --data photos/ --out evaluation.json
    cnnviz evaluate --min-accuracy 0.9 --json
    """
    from cnnviz.cli.console import note, print_paths, progress
    from cnnviz.cli.inputs import note_choices, open_inputs, open_second_model, output_path
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.data.known_sets import default_test_set
    from cnnviz.reports.evaluation.evaluate import check_one_class, run_evaluation
    from cnnviz.reports.evaluation.result import Evaluation

    quiet = options["quiet"]
    how = {"seed": options["seed"] or 0, "batch_size": options["batch_size"], "threshold": threshold}
    options["data"] = data or default_test_set()
    form, out = output_path("evaluation", (), form, out, offered=FORMATS)
    first, second = open_inputs((), lambda probe: None, **options), None
    if min_accuracy is not None:
        check_one_class(first[0].card, "accuracy")
    if form in ("gif", "mp4"):
        check_one_class(first[0].card, "animation")
    note_choices(*first, quiet)
    if other is not None:
        first, second = open_second_model(first, other, **options)
        note_choices(*second, quiet, f" for {second[0].card.name}")
    with progress("images", quiet) as update:
        result = run_evaluation(first, second, progress=update, **how)
    path = write_result(result, form, out, quiet, options["force"])
    for line in (*result.notes, *result.summary):
        note(line, quiet)
    if options["as_json"]:
        of_classes = (min_accuracy,) if isinstance(result, Evaluation) else ()
        print_summary(result.kind, [path], form, result.summary_document(*of_classes), ahead=0)
    else:
        print_paths(path)
    if min_accuracy is not None and isinstance(result, Evaluation):
        result.check_accuracy(min_accuracy)
