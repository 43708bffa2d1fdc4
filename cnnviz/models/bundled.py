"""Models bundled with cnnviz."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"
DEFAULT = "fmnist-cnn"


@dataclass(frozen=True)
class BundledModel:
    """A bundled network: its file, facts and training history."""

    name: str

    @property
    def path(self) -> Path:
        """The saved model."""
        return ASSETS / self.name / "model.keras"

    @cached_property
    def about(self) -> dict[str, Any]:
        """Class names, scale, accuracy, seed, recipe and versions, written by the training."""
        return self._read("about.json")

    @cached_property
    def history(self) -> list[dict[str, float]]:
        """Loss and accuracy on training and validation images, one mapping per epoch."""
        return self._read("history.json")

    def _read(self, name: str) -> Any:
        return json.loads((ASSETS / self.name / name).read_text(encoding="utf-8"))


def bundled_models() -> dict[str, BundledModel]:
    """Return the models in the package by name, the default first."""
    names = sorted(folder.name for folder in ASSETS.iterdir() if (folder / "model.keras").is_file())
    return {name: BundledModel(name) for name in sorted(names, key=lambda name: name != DEFAULT)}
