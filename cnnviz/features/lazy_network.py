"""The network of a result, exported on demand for the page that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnviz.core.exported_network import Exported, Refusal

if TYPE_CHECKING:
    from cnnviz.models.probe import Probe

#: Larger networks would make pages of tens of megabytes that take a second per frame.
MOST_PARAMETERS = 2_000_000


class LazyNetwork:
    """Exports a probe's network on first use, and caches it."""

    def __init__(self, probe: Probe) -> None:
        self._probe: Probe | None = probe
        self._made: Exported | list[Refusal] | None = None

    def __call__(self) -> Exported | list[Refusal]:
        """Return the network, or a refusal for each unsupported layer."""
        if self._made is None:
            assert self._probe is not None
            self._made = _export(self._probe)
            self._probe = None
        return self._made

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the export only, since a model cannot be pickled."""
        return {"_probe": None, "_made": self()}


def _export(probe: Probe) -> Exported | list[Refusal]:
    if probe.card.parameters > MOST_PARAMETERS:
        held = f"{probe.card.parameters:,} parameters, more than {MOST_PARAMETERS:,}"
        return [Refusal("", "size", f"it has {held}")]
    from cnnviz.export.export_network import export

    return export(probe)
