"""Summary of an opened model: its file and repairs, its input and output, and whether a page can run it."""

from __future__ import annotations

from cnnviz.core.exported_network import Exported, Refusal
from cnnviz.core.model_card import ModelCard


def model_summary(card: ModelCard, network: Exported | list[Refusal]) -> list[str]:
    """Return a line each: the file, what was repaired, how pixels go in, what comes out, whether a page can run it."""
    file = ", ".join(part for part in (card.source, card.format, card.writer) if part)
    h, w, c = card.input_shape
    rows = [
        ("file", file),
        ("repaired", ", ".join(card.repairs) or ("nothing" if card.format else "")),
        *(("note", note) for note in card.notes),
        ("takes", f"{h}×{w}×{c} pixels as {card.scale} ({card.scale_reason})"),
        ("gives", f"{len(card.class_names)} classes" + (f" at its output {card.output}" if card.output else "")),
        ("score", card.score),
        ("in the page", _in_the_page(network)),
    ]
    return [card.name, *(f"  {what + ':':<13}{said}" for what, said in rows if said)]


def _in_the_page(network: Exported | list[Refusal]) -> str:
    if isinstance(network, Exported):
        return "runs"
    first, others = network[0], len(network) - 1
    where = f"its layer {first.path!r} ({first.kind}): " if first.path else ""
    more = f", and {others} more" if others else ""
    return f"does not run; {where}{first.reason}{more}"
