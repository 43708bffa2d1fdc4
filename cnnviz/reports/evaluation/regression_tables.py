"""An evaluation of a regression as sentences, as a JSON document and as a CSV table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

from cnnviz.core.csv_text import Cell
from cnnviz.core.json_document import SCHEMA_VERSION, refuse_large
from cnnviz.core.number_words import counted

from .bootstrap import Estimate
from .error_figures import NAMES
from .tables import estimate, model_entry, number_of

if TYPE_CHECKING:
    from .regression import RegressionEvaluation

#: The most outputs in sentences.
_MOST = 4


def output_rows(result: RegressionEvaluation) -> list[dict[str, Any]]:
    """Return the figures of each output with their intervals."""
    return [
        {"output": name, **{what: estimate(getattr(result.figures, what)[i]) for what in NAMES}}
        for i, name in enumerate(result.model.output_names)
    ]


def table_rows(result: RegressionEvaluation) -> Iterator[Iterable[Cell]]:
    """Yield the names of the columns, then a row for each image."""
    names, images = result.model.output_names, result.images
    assert images.indices is not None
    single = len(names) == 1
    yield "number", "name", *(part if single else f"{name} {part}" for name in names for part in _PARTS)
    for i, number in enumerate(images.indices.tolist()):
        parts = zip(result.true_values[i], result.outputs[i], result.errors[i], strict=True)
        cells = [number_of(float(value)) for part in parts for value in part]
        yield number, images.names[i] if images.names else "", *cells


_PARTS = ("true", "predicted", "error")


def document(result: RegressionEvaluation) -> dict[str, Any]:
    """Return every figure, and the values of each image; UsageError for too many values."""
    images = result.images
    refuse_large(2 * result.outputs.size, "take fewer images")
    assert images.indices is not None
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": result.kind,
        **model_entry(result),
        "source": images.source,
        "notes": list(images.notes),
        "pictures": len(result),
        "interval": {"level": result.level, "rounds": result.rounds, "seed": result.seed},
        "outputs": output_rows(result),
        "means": {name: estimate(result.figures.means[name]) for name in NAMES},
        "values": [
            {
                "number": number,
                "name": (images.names[i] or None) if images.names else None,
                "true": [number_of(float(value)) for value in result.true_values[i]],
                "predicted": [number_of(float(value)) for value in result.outputs[i]],
            }
            for i, number in enumerate(images.indices.tolist())
        ],
        "worst": {
            name: [int(images.indices[place]) for place in result.worst(i).tolist()]
            for i, name in enumerate(result.model.output_names)
        },
        "findings": list(result.findings),
    }


def summary_document(result: RegressionEvaluation) -> dict[str, Any]:
    """Return the key figures of ``document``."""
    return {
        **model_entry(result),
        "pictures": len(result),
        "source": result.images.source,
        "interval": {"level": result.level, "rounds": result.rounds, "seed": result.seed},
        "outputs": output_rows(result),
        "means": {name: estimate(result.figures.means[name]) for name in NAMES},
    }


def headlines(result: RegressionEvaluation) -> tuple[str, ...]:
    """Return a line for each output, up to four."""
    names, found = result.model.output_names, result.figures
    where = f"on {counted(len(result), 'image')} of {result.images.source}"
    lines = []
    for i, name in enumerate(names[:_MOST]):
        level = f"{100 * result.level:g} % interval "
        parts = [f"mean absolute error {_figure(found.mae[i], level)}", f"RMSE {_figure(found.rmse[i])}"]
        parts.append("R² undefined, since all true values are equal" if isnan(found.r2[i].value) else "")
        parts[-1] = parts[-1] or f"R² {_figure(found.r2[i])}"
        of = "" if len(names) == 1 else f" of {name}"
        lines.append(f"{result.model.name}{of}: {', '.join(parts)} {where}.")
    if len(names) > _MOST:
        mean = found.means["mae"]
        lines.append(f"Mean absolute error over all {len(names)} outputs: {_figure(mean)}.")
    return tuple(lines)


def findings(result: RegressionEvaluation) -> tuple[str, ...]:
    """Return the findings: the key figures, and outputs that are too high or too low on average."""
    more = []
    for i, name in enumerate(result.model.output_names[:_MOST]):
        bias = result.figures.mean_error[i]
        if bias.low > 0 or bias.high < 0:
            more.append(
                f"{name} is predicted too {'high' if bias.value > 0 else 'low'}, by {abs(bias.value):.4g} on average."
            )
    return (*headlines(result), *more)


def _figure(one: Estimate, what: str = "") -> str:
    return f"{one.value:.4g}" + ("" if isnan(one.low) else f" ({what}{one.low:.4g} to {one.high:.4g})")
