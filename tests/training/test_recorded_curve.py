"""A short training of the bundled network's recipe follows the curve that was recorded when the recipe was made.

    python -m tests.training.test_recorded_curve

records it anew, which is only right after a change of the recipe, the network or the trainer that was meant.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cnnviz

CURVE = Path(__file__).parent / "recorded_curve.json"
FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy", "rate")


def short_run() -> list[dict[str, float]]:
    pictures = cnnviz.open_images("fmnist:train").take(range(3000))
    return [dict(row) for row in cnnviz.train("fmnist-cnn", pictures, epochs=3, seed=20, precision="float32").history]


def test_a_short_training_follows_the_recorded_curve(fashion_mnist_folder) -> None:
    recorded = json.loads(CURVE.read_text())
    for row, before in zip(short_run(), recorded, strict=True):
        for figure in FIGURES:
            # Processors round otherwise, and a hundred steps make more of it; another recipe is farther off.
            assert row[figure] == pytest.approx(before[figure], rel=0.02), (row["epoch"], figure)


if __name__ == "__main__":
    CURVE.write_text(json.dumps([{name: row[name] for name in FIGURES} for row in short_run()], indent=1) + "\n")
