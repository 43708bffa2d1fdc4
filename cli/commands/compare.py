"""``cnnviz compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import OPENING, WHOLE_SET, format_option, shared

if TYPE_CHECKING:
    from cnnviz.reports.class_pair import ClassPair
    from cnnviz.reports.comparison import Comparison

FORMATS = ("html", "png", "gif", "mp4", "csv", "json")


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@shared("model", "data", "layer", "index", "n", "seed", count=f"{WHOLE_SET:,}")
@format_option(
    FORMATS,
    "Interactive page; a sheet or an animation of the key images; a table; all numbers as text.",
)
@shared("out", *OPENING, "invert", "batch-size", "json", "quiet", "force")
def command(a: str, b: str, layers: tuple[str, ...], form: str | None, out: Path | None, **options: Any) -> None:
    """Show two models, or two classes, side by side.

    A and B are models (files, run or SavedModel folders, or bundled names), or two classes of --model. Writes the whole
    gallery as one HTML page that opens at the comparison, and prints its path; for two models also the accuracy of each
    and their agreement on up to 1,000 images of --data.

    With --format png, gif or mp4: for models, the images with different predictions, most confident disagreements
    first; for classes, their mean images and those in between, as an animation from one class to the other. With csv:
    one row per image with both predictions, or per channel with its mean over each class. With json: the same and more.

    \b
    cnnviz compare shirt t-shirt
    cnnviz compare shirt coat --out between.gif
    cnnviz compare fmnist-cnn my_model.keras --data fmnist --n 5000
    """
    from cnnviz.cli.console import print_json
    from cnnviz.cli.inputs import output_path

    form, out = output_path("compare", (), form, out, offered=FORMATS)
    if layers and form in ("png", "gif", "mp4"):
        raise click.UsageError(f"--layer selects channels, which a {form} of two models does not have; leave it out")
    if understood(a, b) == "models":
        if layers and form != "html":
            raise click.UsageError(
                f"--layer selects channels, which a {form} of two models does not have; leave it out"
            )
        path, comparison = two_models(a, b, layers or None, form, out, WHOLE_SET, options)
        figures = _figures(comparison)
        if not options["as_json"]:
            _print_figures(comparison)
    else:
        path, pair = two_classes(a, b, layers or None, form, out, WHOLE_SET, options)
        figures = _class_figures(pair)
    if options["as_json"]:
        print_json("comparison", {"paths": [str(path)], "format": form, **figures})
    else:
        print(path)


def _figures(comparison: Comparison) -> dict[str, Any]:
    sides = (comparison.first, comparison.second)
    accuracies, table = comparison.accuracies or (None, None), comparison.table
    return {
        "of": "models",
        "pictures": len(comparison),
        "models": [
            {
                "name": side.model.name,
                "hash": side.model.hash,
                "parameters": side.model.parameters,
                "accuracy": accuracy,
            }
            for side, accuracy in zip(sides, accuracies, strict=True)
        ],
        "right": None
        if table is None
        else dict(zip(("both", "only_a", "only_b", "neither"), table.ravel().tolist(), strict=True)),
        "agreement": comparison.agreement,
    }


def _class_figures(pair: ClassPair) -> dict[str, Any]:
    calls = pair.calls
    return {
        "of": "classes",
        "pictures": len(pair.answers),
        "model": pair.model.name,
        "classes": [
            {
                "name": name,
                "pictures": pair.counts[side],
                "called_the_other": None if calls is None else int(calls[side, 1 - side]),
            }
            for side, name in enumerate(pair.names)
        ],
    }


def _print_figures(comparison: Comparison) -> None:
    from cnnviz.cli.tables import Table, print_table

    count = len(comparison)
    rows = []
    for side, model in (("A", comparison.first), ("B", comparison.second)):
        right = None if model.right is None else int(model.right.sum())
        share = ("–", "no labels") if right is None else (f"{100 * right / count:.1f} %", f"{right:,} of {count:,}")
        rows.append((f"{side}  {model.model.name}", *share))
    same = round(comparison.agreement * count)
    rows.append(("same prediction", f"{100 * comparison.agreement:.1f} %", f"{same:,} of {count:,}"))
    print_table(Table(("model", ">accuracy", ">correct"), tuple(rows)))
    print()


def understood(a: str, b: str) -> str:
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
    from cnnviz.models.training_record import model_in

    path = Path(name)
    saved = path.suffix.lower() in SUFFIXES or path.is_file() or (path / "saved_model.pb").is_file()
    return saved or model_in(path) != path or name in bundled_models()


def two_models(
    a: str, b: str, layers: tuple[str, ...] | None, form: str, out: Path, most: int, options: dict[str, Any]
) -> tuple[Path, Comparison]:
    """Compare two models and write the result; the images are chosen once and fitted to each."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, opened, opened_model, same_images
    from cnnviz.cli.write import write_result
    from cnnviz.reports.comparison import compared, share_names

    quiet, force = options["quiet"], options["force"]
    probe, images = opened((), lambda probe: most, **options | {"model": a})
    other = opened_model(b, **options)
    first, second = share_names((probe, images), same_images(other, images, options))
    with progress("images", quiet) as update:
        comparison = compared(
            first, second, layers, batch_size=options["batch_size"], progress=update, whole=form == "html"
        )
    path = write_result(comparison, form, out, quiet, force)
    for side, (opened_, seen) in (("A", first), ("B", second)):
        note_choices(opened_, seen, quiet, f" for {side}")
    return path, comparison


def two_classes(
    a: str, b: str, layers: tuple[str, ...] | None, form: str, out: Path, most: int, options: dict[str, Any]
) -> tuple[Path, ClassPair]:
    """Write the comparison of two classes of a model; return the path and the pair."""
    from cnnviz.cli.console import progress
    from cnnviz.cli.inputs import note_choices, opened
    from cnnviz.cli.write import write_result
    from cnnviz.core.errors import UnknownNameError, UsageError
    from cnnviz.data.images import class_index
    from cnnviz.features.predictions import predict
    from cnnviz.features.responses import responses
    from cnnviz.models.bundled import bundled_models
    from cnnviz.models.saved.identify_file import FORMS
    from cnnviz.reports.class_pair import ClassPair, compare_classes

    quiet, force = options["quiet"], options["force"]
    probe, images = opened((), lambda probe: most, **options)
    try:
        first, second = class_index(a, probe.class_names), class_index(b, probe.class_names)
    except UnknownNameError as error:
        known = [*probe.class_names, *bundled_models()]
        raise UnknownNameError("class or model", error.name, known, [f"a model may also be {FORMS}"]) from error
    if first == second:
        raise UsageError(f"{a!r} and {b!r} are both the class {probe.class_names[first]!r}; give two different classes")
    with progress("images", quiet) as update:
        how: dict[str, Any] = {"batch_size": options["batch_size"], "progress": update}
        if form == "html":
            pair = compare_classes(probe, images, first, second, layers, **how)
        else:
            answers = (
                responses(probe, images, layers, **how) if form in ("csv", "json") else predict(probe, images, **how)
            )
            pair = ClassPair(answers, first, second)
        path = write_result(pair, form, out, quiet, force)
    note_choices(probe, images, quiet)
    return path, pair
