"""The two ways to compare: two models on the same pictures, or two classes of one model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.core.files import write_bytes

from .console import SCHEMA_VERSION, progress
from .inputs import note_choices, opened, opened_model
from .write import write_json, write_page

if TYPE_CHECKING:
    from cnnviz.data.images import Images
    from cnnviz.models.probe import Probe
    from cnnviz.reports.class_pair import ClassPair
    from cnnviz.reports.comparison import Comparison


def understood(a: str, b: str) -> str:
    """Return "models" or "classes"; UsageError where one of the two is a model and the other is not."""
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
    """Compare two models and write the result; the pictures are chosen once and fitted to each."""
    from cnnviz.core.render import show
    from cnnviz.reports.comparison import compared, share_names
    from cnnviz.reports.comparison_tables import comparison_document, save_comparison

    quiet, force = options["quiet"], options["force"]
    probe, images = opened((), lambda probe: most, **options | {"model": a})
    other = opened_model(b, **options)
    first, second = share_names((probe, images), the_same(other, images, options))
    with progress("pictures", quiet) as update:
        comparison = compared(
            first, second, layers, batch_size=options["batch_size"], progress=update, whole=form == "html"
        )
    if form == "html":
        path = write_page(show(comparison, "page"), out, force, quiet)
    elif form == "csv":
        path = save_comparison(comparison, out, force)
    elif form == "json":
        path = write_json(out, _headed("model comparison", comparison_document(comparison)), force)
    else:
        path = write_bytes(out, show(comparison, form), force)
    for side, (opened_, seen) in (("A", first), ("B", second)):
        note_choices(opened_, seen, quiet, f" for {side}")
    return path, comparison


def the_same(probe: Probe, images: Images, options: dict[str, Any]) -> tuple[Probe, Images]:
    """Return the pictures of the first model as this one needs them: from their source again, not fitted twice."""
    from cnnviz.data.open import open_images

    whole = open_images(options["data"], like=probe.spec, invert=options["invert"])
    assert images.indices is not None
    return probe.align(whole.numbered(images.indices))


def two_classes(
    a: str, b: str, layers: tuple[str, ...] | None, form: str, out: Path, most: int, options: dict[str, Any]
) -> tuple[Path, ClassPair]:
    """Write what one model makes of two of its classes; return the path and the pair."""
    from cnnviz.core.errors import UnknownNameError, UsageError
    from cnnviz.core.render import show
    from cnnviz.data.images import class_index
    from cnnviz.features.predictions import predict
    from cnnviz.features.responses import responses
    from cnnviz.models.bundled import bundled_models
    from cnnviz.models.saved.identify_file import FORMS
    from cnnviz.reports.class_pair import ClassPair
    from cnnviz.reports.comparison_tables import class_pair_document, save_class_pair
    from cnnviz.reports.report import report

    quiet, force = options["quiet"], options["force"]
    probe, images = opened((), lambda probe: most, **options)
    try:
        first, second = class_index(a, probe.class_names), class_index(b, probe.class_names)
    except UnknownNameError as error:
        known = [*probe.class_names, *bundled_models()]
        raise UnknownNameError("class or model", error.name, known, [f"a model may also be {FORMS}"]) from error
    if first == second:
        raise UsageError(f"{a!r} and {b!r} are both the class {probe.class_names[first]!r}; name two classes")
    with progress("pictures", quiet) as update:
        how: dict[str, Any] = {"batch_size": options["batch_size"], "progress": update}
        if form == "html":
            result = report(probe, images, layers, **how)
            pair = ClassPair(result.predictions, first, second)
            page = show(result, "page", start=f"#/compare?of=classes&a={first}&b={second}")
            path = write_page(page, out, force, quiet)
        elif form in ("csv", "json"):
            pair = ClassPair(responses(probe, images, layers, **how), first, second)
            if form == "csv":
                path = save_class_pair(pair, out, force)
            else:
                path = write_json(out, _headed("class comparison", class_pair_document(pair)), force)
        else:
            pair = ClassPair(predict(probe, images, **how), first, second)
            path = write_bytes(out, show(pair, form), force)
    note_choices(probe, images, quiet)
    return path, pair


def _headed(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "kind": kind, **document}
