"""Images a second of deletion and insertion: cnnviz, xplique and Quantus on the same maps.

    python benchmarks/metrics.py [--check] [COUNT]

fmnist-cnn on real test images, by default 500, with input × gradient maps, probabilities, 28 steps from none to all
pixels, black in their place. All take turns in one process; printed are medians of three rounds after one to warm up.
cnnviz is a new ``Explained`` each time, so nothing is kept from the round before. Quantus has no insertion; its pixel
flipping in 28 steps is the deletion. With --check a bound that is missed fails the command: on two
cores with AVX-512, 1.4 × xplique and 3.8 × Quantus were measured. Plain forward passes of as many images take over
half of our time.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.core.processor import processor_name
from cnnviz.metrics.all_metrics import METRICS
from cnnviz.metrics.explained import Explained
from cnnviz.models.import_tensorflow import tensorflow

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contenders.tables import record
from contenders.timing import median_seconds

STEPS, BATCH, ROUNDS = 28, 512, 3
#: The least ratios of our rate to another's.
ASKED = {"xplique": 3, "quantus": 5}


def contenders(metric: str, probe: cnnviz.Probe, images: cnnviz.Images) -> tuple[dict[str, Callable[[], object]], set]:  # type: ignore[type-arg]
    """Return everybody who measures this, and who is not here."""
    import keras

    x = images.pixels.astype(np.float32) / 255
    classes = probe.logits(images).argmax(axis=1)
    maps = cnnviz.attribute(probe, images, "input-x-gradient").maps
    ours = METRICS.make(f"{metric}:steps={STEPS},output=probability,fill=black")
    found: dict[str, Callable[[], object]] = {"cnnviz": lambda: ours(Explained(probe, images, classes, maps)).values}
    absent = set()
    try:
        peer: Any = getattr(importlib.import_module("xplique.metrics"), metric.capitalize())
        hot = np.eye(10, dtype=np.float32)[classes]
        found["xplique"] = lambda: peer(probe.model, x, hot, batch_size=BATCH, steps=STEPS).evaluate(maps)
    except ImportError:
        absent.add("xplique")
    if metric == "deletion":
        try:
            flipping: Any = importlib.import_module("quantus").PixelFlipping
            theirs = flipping(
                features_in_step=x[0].size // STEPS,
                perturb_baseline="black",
                return_auc_per_sample=True,
                disable_warnings=True,
                display_progressbar=False,
            )
            # Quantus calls what NumPy 2.4 no longer has.
            vars(np).setdefault("trapz", np.trapezoid)
            # It asks for ``model.input``, which a Sequential has once it was called, and for its last layer.
            start = probe.model.inputs[0]
            plain = type(probe.model)([keras.Input(start.shape[1:]), *probe.model.layers])
            plain(x[:1])
            found["quantus"] = lambda: theirs(
                model=plain,
                x_batch=x,
                y_batch=classes,
                a_batch=maps[:, None].copy(),
                batch_size=BATCH,
                channel_first=False,
                softmax=True,
            )
        except ImportError:
            absent.add("quantus")
    return found, absent


def main() -> None:
    tensorflow()
    count = next((int(word) for word in sys.argv[1:] if word.isdecimal()), 500)
    probe = cnnviz.open_model("fmnist-cnn")
    held = cnnviz.open_images("sample")
    images = held.take(np.arange(count) % len(held))
    missed = []
    print(f"{processor_name()}, {count} images, {STEPS} steps")
    for metric in ("deletion", "insertion"):
        calls, absent = contenders(metric, probe, images)
        seconds = median_seconds(calls, ROUNDS)
        for name, taken in seconds.items():
            ratio = taken / seconds["cnnviz"]
            print(f"{metric:10} {name:8} {taken:7.2f} s  {count / taken:8,.0f} images a second  cnnviz × {ratio:.1f}")
            if ratio < ASKED.get(name, 0):
                missed.append(f"{metric}: {ratio:.1f} × {name}, {ASKED[name]} asked")
        record(f"fmnist-cnn, {metric}", {name: count / taken for name, taken in seconds.items()})
        if absent:
            print(f"not here, so not measured: {', '.join(sorted(absent))}")
    if missed:
        print("\n".join(["missed:", *missed]))
        if "--check" in sys.argv:
            sys.exit(1)


if __name__ == "__main__":
    main()
