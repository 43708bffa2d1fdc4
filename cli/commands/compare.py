"""``cnnviz compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

if TYPE_CHECKING:
    from cnnviz.reports.class_pair import ClassPair
    from cnnviz.reports.comparison import Comparison
    from cnnviz.reports.row_comparison import RowComparison

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@shared("model", "data", "layer", "index", "n", "seed", count=f"{WHOLE_SET:,}")
@format_option(
    FORMATS,
    "Interactive page; a sheet or an animation of the key images; a table; all numbers as text.",
)
@shared("out", *OPENING, "invert", "fit", "bands", "white", "batch-size", "json", "quiet", "force")
def command(a: str, b: str, layers: tuple[str, ...], form: str | None, out: Path | None, **options: Any) -> None:
    """Show two models, or two classes, side by side.

    A and B are models (files, run or SavedModel folders, or bundled names), or two classes of --model. Writes the whole
    gallery as one HTML page that opens at the comparison, and prints its path; for two models also the accuracy of each
    and their agreement on up to 1,000 images of --data.

    With --format png, gif or mp4: for models, the images with different predictions, most confident disagreements
    first; for classes, their mean images and those in between, as an animation from one class to the other. With csv:
    one row per image with both predictions, or per channel with its mean over each class. With json: the same and more.

    Two models of several labels, or two regressions, need labeled images: the figures of each label or output are
    compared on the same resamplings of these, as html, csv or json.

    \b
    cnnviz compare shirt t-shirt
    cnnviz compare shirt coat --out between.gif
    cnnviz compare fmnist-cnn my_model.keras --data fmnist --n 5000
    """
    from cnnviz.cli.console import print_lines, print_paths
    from cnnviz.cli.inputs import output_path
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.cli.write import print_summary, write_result
    from cnnviz.reports.comparison import Comparison
    from cnnviz.reports.row_comparison import RowComparison

    form, out = output_path("compare", (), form, out, offered=FORMATS)
    kind = models_or_classes(a, b)
    if layers and form not in (("html",) if kind == "models" else ("html", "csv", "json")):
        raise click.UsageError(f"--layer selects channels, which a {form} of two {kind} does not have; leave it out")
    result = (two_models if kind == "models" else two_classes)(a, b, layers or None, form, options)
    if isinstance(result, RowComparison) and form not in ("html", "csv", "json"):
        raise click.UsageError(f"models of labels or numbers are compared as html, csv or json, not as {form}")
    path = write_result(result, form, out, options["quiet"], options["force"])
    if options["as_json"]:
        print_summary("comparison", [path], form, result.summary_document(), ahead=0)
        return
    if isinstance(result, Comparison | RowComparison):
        (model, *figures), *rows = result.summary_rows()
        print_table(Table((model, *(f">{figure}" for figure in figures)), tuple(rows)))
        print_lines(*(result.summary if isinstance(result, RowComparison) else ()))
    print_paths(path)


def models_or_classes(a: str, b: str) -> str:
    """Return "models" or "classes"; UsageError if only one of the two is a model."""
    from cnnviz.core.errors import UsageError
    from cnnviz.core.names import nearest_first
    from cnnviz.models.bundled import bundled_models
    from cnnviz.models.saved.identify_file import FORMS

    models = [_is_model(name) for name in (a, b)]
    if models[0] == models[1]:
        if models[0] and click.get_current_context().get_parameter_source("model") == _GIVEN:
            raise click.UsageError(f"{a!r} and {b!r} are both models, so leave out --model")
        return "models" if models[0] else "classes"
    model, other = (a, b) if models[0] else (b, a)
    known = ", ".join(nearest_first(other, bundled_models()))
    raise UsageError(
        f"{model!r} is a model and {other!r} was taken for a class; give two models (there is {known}, or {FORMS}), or "
        "two classes"
    )


_GIVEN = click.core.ParameterSource.COMMANDLINE


def _is_model(name: str) -> bool:
    from cnnviz.models.bundled import bundled_models
    from cnnviz.models.open import SUFFIXES
    from cnnviz.models.training_record import model_path

    path = Path(name)
    saved = path.suffix.lower() in SUFFIXES or path.is_file() or (path / "saved_model.pb").is_file()
    return saved or model_path(path) != path or name in bundled_models()


def two_models(
    a: str, b: str, layers: tuple[str, ...] | None, form: str, options: dict[str, Any]
) -> Comparison | RowComparison:
    """Compare two models; the images are chosen once and fitted to each."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, open_inputs, open_second_model
    from cnnviz.reports.comparison import run_comparison

    quiet, batch_size = options["quiet"], options["batch_size"]
    first, second = open_second_model(open_inputs((), lambda probe: WHOLE_SET, **options | {"model": a}), b, **options)
    note_choices(*first, quiet, " for A")
    note_choices(*second, quiet, " for B")
    with progress("images", quiet) as update:
        return run_comparison(first, second, layers, batch_size=batch_size, progress=update, whole=form == "html")


def two_classes(a: str, b: str, layers: tuple[str, ...] | None, form: str, options: dict[str, Any]) -> ClassPair:
    """Compare two classes of a model; UnknownNameError for what is neither a class nor a model."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, open_inputs
    from cnnviz.core.errors import UnknownNameError
    from cnnviz.models.bundled import bundled_models
    from cnnviz.models.saved.identify_file import FORMS
    from cnnviz.reports.class_pair import run_class_comparison
    from cnnviz.reports.report import Content

    quiet, batch_size = options["quiet"], options["batch_size"]
    content: Content = "report" if form == "html" else "channels" if form in ("csv", "json") else "predictions"
    probe, images = open_inputs((), lambda probe: WHOLE_SET, **options)
    note_choices(probe, images, quiet)
    try:
        with progress("images", quiet) as update:
            return run_class_comparison(
                probe, images, a, b, layers, batch_size=batch_size, progress=update, content=content
            )
    except UnknownNameError as error:
        if error.what != "class":
            raise
        known = [*probe.class_names, *bundled_models()]
        raise UnknownNameError("class or model", error.name, known, [f"a model may also be {FORMS}"]) from error
