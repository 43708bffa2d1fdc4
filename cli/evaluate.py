"""Evaluate models, write the result in the format that was asked for, and hold it to a bound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.files import write_bytes
from cnnviz.core.render import show

from .console import note, print_json, progress
from .inputs import note_choices, opened, opened_model
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe
    from cnnviz.reports.evaluation.result import Evaluation


def chosen_data(data: str | None) -> str:
    """Return what was named, else Fashion-MNIST's test set where it need not be fetched, else the sample."""
    from cnnviz.data.known_sets import FMNIST, find_copy

    return data or ("fmnist" if find_copy(FMNIST, "test") else "sample")


def made(against: str | None, options: dict[str, Any]) -> Evaluation:
    """Run the pictures through one model, or two."""
    from cnnviz.reports.comparison import share_names
    from cnnviz.reports.evaluation.evaluate import evaluate_on

    from .compare import the_same

    quiet = options["quiet"]
    first = opened((), lambda probe: None, **options)
    note_choices(*first, quiet)
    second = None
    if against is not None:
        other = opened_model(against, **options)
        first, second = share_names(first, the_same(other, first[1], options))
        note_choices(*second, quiet, f" for {other.card.name}")
    _note_learned(*first, quiet)
    if second is not None:
        _note_learned(*second, quiet)
    with progress("pictures", quiet) as update:
        return evaluate_on(first, second, seed=options["seed"] or 0, batch_size=options["batch_size"], progress=update)


def _note_learned(probe: Probe, images: Images, quiet: bool) -> None:
    """Say so where a network that was trained here is measured on the set that it learned from."""
    learned = probe.card.about.get("source")
    # The sample is of the test set.
    if learned and (learned == images.source or {learned, images.source} == {"sample", "fmnist:test"}):
        note(f"{probe.card.name} learned from {learned}: how good it is on other pictures, these do not tell", quiet)


def write_evaluation(result: Evaluation, form: str, out: Path, quiet: bool, force: bool) -> Path:
    """Write a page, a figure, a table or a document; return the path."""
    from cnnviz.reports.evaluation.tables import document, save_classes

    if form == "html":
        return write_page(show(result, "page"), out, force, quiet)
    if form == "csv":
        return save_classes(result, out, force)
    if form == "json":
        return write_json(out, document(result), force)
    return write_bytes(out, show(result, form), force)


def finish(result: Evaluation, path: Path, form: str, bound: float | None, as_json: bool, quiet: bool) -> None:
    """Say the key figures, and where everything was written."""
    from cnnviz.reports.evaluation.findings import comparison_words, headlines
    from cnnviz.reports.evaluation.tables import document

    for line in headlines(result):
        note(line, quiet)
    if result.other:
        note(comparison_words(result), quiet)
    if not as_json:
        print(path)
        return
    told = document(result)
    kept = ("pictures", "source", "interval", "accuracy", "loss", "macro_f1", "temperature", "confused", "other")
    figures = {key: told[key] for key in kept}
    figures["expected_calibration_error"] = told["calibration"]["expected_error"]
    passed = None if bound is None else {"min_accuracy": bound, "passed": bool(result.figures.accuracy.value >= bound)}
    print_json(
        "evaluation",
        {"paths": [str(path)], "format": form, "model": told["model"], **figures, "gate": passed},
    )


def gate(result: Evaluation, bound: float | None) -> None:
    """Raise QualityGateError where accuracy is below the bound."""
    from cnnviz.core.errors import QualityGateError

    share = result.figures.accuracy.value
    if bound is not None and share < bound:
        raise QualityGateError(
            f"{result.model.name} is right on {int(result.hits.sum()):,} of {len(result):,} pictures, "
            f"{100 * share:.2f} %, and --min-accuracy asks for {100 * bound:g} %"
        )
