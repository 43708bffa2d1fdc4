"""Summary of an opened model: its file and repairs, its input and output, its layers, and whether a page can run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cnnviz.core.class_scores import output_words
from cnnviz.core.csv_text import Cell
from cnnviz.core.documented import Documented
from cnnviz.core.exported_network import Exported, Refusal
from cnnviz.core.json_document import SCHEMA_VERSION
from cnnviz.core.model_card import LayerInfo, ModelCard
from cnnviz.features.layer_views import views
from cnnviz.features.lazy_network import LazyNetwork

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Columns of the layers as text.
LAYER_COLUMNS = ("layer", "kind", "output", "parameters", "sees", "stride", "views")


@dataclass(frozen=True, eq=False)
class ModelSummary(Documented):
    """What is known of a model, and its ``network`` for a page, or the reasons why a page cannot run it."""

    kind: ClassVar[str] = "layers"

    card: ModelCard
    network: Exported | list[Refusal]

    def lines(self) -> list[str]:
        """Return the name, and a line each on file, repairs, notes, input, output, score, and use in a page."""
        card = self.card
        file = ", ".join(part for part in (card.source, card.format, card.writer) if part)
        h, w, c = card.input_shape
        rows = [
            ("file", file),
            ("repaired", ", ".join(card.repairs) or ("nothing" if card.format else "")),
            *(("note", note) for note in card.notes),
            ("takes", f"{h}×{w}×{c} pixels as {card.scale} ({card.scale_reason})"),
            ("fit", f"{card.fit}: how images of another shape come into this one"),
            ("gives", output_words(card) + (f" at its output {card.output}" if card.output else "")),
            ("head", card.head + (f" ({card.head_reason})" if card.head_reason else "")),
            ("score", card.score if card.head != "none" else ""),
            ("in the page", _in_the_page(self.network)),
        ]
        return [card.name, *(f"  {what + ':':<13}{said}" for what, said in rows if said)]

    @property
    def size(self) -> str:
        """The number of parameters in words."""
        return f"{self.card.parameters:,} parameters"

    def layer_rows(self) -> tuple[tuple[str, ...], ...]:
        """Return each layer as text, in the order of LAYER_COLUMNS."""
        return tuple(_layer_row(layer) for layer in self.card.layers)

    def document(self) -> dict[str, Any]:
        """Return the model, its layers with their views, and whether a page can run it."""
        fields = {key: value for key, value in asdict(self.card).items() if key not in ("layers", "history")}
        refused = [asdict(refusal) for refusal in self.network] if isinstance(self.network, list) else []
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "model": fields,
            "layers": [asdict(layer) | {"views": list(views(layer))} for layer in self.card.layers],
            "page": {"runs": not refused, "refused": refused},
        }

    def table_rows(self) -> Iterator[Iterable[Cell]]:
        """Yield LAYER_COLUMNS, then each layer as text."""
        yield LAYER_COLUMNS
        yield from self.layer_rows()


def model_summary(probe: Probe) -> ModelSummary:
    """Return the summary of a probe's model."""
    return ModelSummary(probe.card, LazyNetwork(probe)())


def _layer_row(layer: LayerInfo) -> tuple[str, ...]:
    seen = layer.receptive_field
    return (
        layer.path,
        layer.kind + (f" + {layer.activation}" if layer.activation and layer.kind != "Activation" else ""),
        "×".join(map(str, layer.shape)),
        f"{layer.parameters:,}" if layer.parameters else "–",
        f"{seen[0]}×{seen[1]}" if seen else "all",
        "×".join(f"{step:g}" for step in layer.stride) if layer.stride else "–",
        ", ".join(views(layer)),
    )


def _in_the_page(network: Exported | list[Refusal]) -> str:
    if isinstance(network, Exported):
        return "runs"
    first, others = network[0], len(network) - 1
    where = f"its layer {first.path!r} ({first.kind}): " if first.path else ""
    more = f", and {others} more" if others else ""
    return f"does not run; {where}{first.reason}{more}"
