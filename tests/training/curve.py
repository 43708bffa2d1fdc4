"""A short training of the bundled network's recipe: all that it does and sees, and the bands that its figures lie in.

    python -m tests.training.curve

records it anew, which is only right after a change of the recipe, the network or the trainer that was meant.

The first step is the same on every processor but for the last digits of its sums. A hundred steps later it is not: the
biases in front of a normalisation have no gradient but what rounding leaves, and Adam makes whole steps of that, so
that the running means, and with them val_loss, go another way wherever a sum is taken in another order. So the figures
of an epoch are held by a band: the lowest and the highest of SEEDS, each learned with oneDNN's sums and with Eigen's,
with half their distance added at either end, or, if that is more, twice what rounding alone makes of one seed. That is
about three standard deviations of a seed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

FILE = Path(__file__).parent / "recorded_curve.json"
#: The seed that is recorded step by step, and those that the bands are made of.
SEED = 20
SEEDS = (0, 1, 2, 3, 4, 5, 6, 7, SEED)
#: TF_ENABLE_ONEDNN_OPTS: the sums of oneDNN, which suit the processor, and those of Eigen.
ROUNDINGS = ("1", "0")
FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")
#: What the optimizer's update depends on besides rate and gradients.
OPTIMIZER = "beta_1 beta_2 epsilon amsgrad weight_decay clipnorm clipvalue global_clipnorm use_ema".split()
#: A bias that a normalisation follows is taken out again by it: its gradient is what rounding leaves of a sum to zero.
INACTIVE = ("conv1/bias", "conv2/bias", "conv3/bias")
#: Steps whose loss is recorded.
EARLY = 4


@dataclass
class Run:
    """What a short training was told, what it saw at each step, its first step in full, and its figures by epoch."""

    settings: dict[str, Any] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    order: list[np.ndarray] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    gradient: dict[str, np.ndarray] = field(default_factory=dict)
    before: dict[str, np.ndarray] = field(default_factory=dict)
    after: dict[str, np.ndarray] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)


def short_run(seed: int = SEED) -> Run:
    """Train fmnist-cnn by its recipe for three epochs on the first 3,000 pictures, and note all that happens."""
    import cnnviz
    from cnnviz.training.architectures.named import architecture
    from cnnviz.training.batches import Batches
    from cnnviz.training.compiled_step import Steps

    run, optimizers = Run(), []
    build, batch = Steps.__init__, Batches._batch

    def built(self: Steps, model: Any, optimizer: Any, *asked: Any, **options: Any) -> None:
        import tensorflow as tf

        build(self, model, optimizer, *asked, **options)
        optimizers.append(optimizer)
        variables = {variable.path.partition("/")[2]: variable for variable in model.trainable_variables}
        slopes = {name: tf.Variable(tf.zeros(variable.shape)) for name, variable in variables.items()}
        learn, apply = self.learn, optimizer.apply_gradients

        def noted(pairs: Any) -> Any:
            pairs = list(pairs)
            for kept, (slope, _) in zip(slopes.values(), pairs, strict=True):
                kept.assign(slope)
            return apply(pairs)

        def learned(inputs: Any, labels: Any, *rest: Any) -> Any:
            first = not run.losses
            if first:
                run.before = {name: variable.numpy() for name, variable in variables.items()}
            loss, hits = learn(inputs, labels, *rest)
            if first:
                run.gradient = {name: kept.numpy() for name, kept in slopes.items()}
                run.after = {name: variable.numpy() for name, variable in variables.items()}
            run.losses.append(float(loss) / len(labels))
            run.rates.append(float(optimizer.learning_rate))
            # As bytes, for the last digits of the quotient are no matter of what was seen.
            run.seen.append(np.rint(inputs * 255).astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes())
            return loss, hits

        optimizer.apply_gradients, self.learn = noted, learned

    def made(self: Batches, which: np.ndarray, *place: int) -> Any:
        assert self.images.indices is not None
        run.order.append(self.images.indices[which].astype("<i8"))
        return batch(self, which, *place)

    pictures = cnnviz.open_images("fmnist:train").take(range(3000))
    with patch.object(Steps, "__init__", built), patch.object(Batches, "_batch", made):
        trained = cnnviz.train("fmnist-cnn", pictures, epochs=3, seed=seed, precision="float32")
    run.history = [dict(row) for row in trained.history]
    (optimizer,) = optimizers
    config = optimizer.get_config()
    run.settings = {
        "layers": architecture("fmnist-cnn").words,
        "parameters": trained.model.count_params(),
        "recipe": trained.recipe.document(),
        "optimizer": {"class": type(optimizer).__name__} | {name: config.get(name) for name in OPTIMIZER},
        "data": trained.about["data"],
        "validation_data": trained.about["validation_data"],
    }
    return run


def digest(parts: list[bytes]) -> str:
    """Return the SHA-256 of so many steps."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def along(slope: np.ndarray) -> float:
    """Return the component of a gradient in a fixed direction that has to do with nothing, ±1 for each number."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], slope.size)
    return float(slope.ravel().astype(np.float64) @ signs / np.sqrt(slope.size))


def norm(slope: np.ndarray) -> float:
    """Return the length of a gradient."""
    return float(np.linalg.norm(slope.astype(np.float64)))


def told(run: Run) -> dict[str, Any]:
    """Return what a file holds of one run, but for the figures of its epochs."""
    slopes = {name: slope for name, slope in run.gradient.items() if name not in INACTIVE}
    return {
        "settings": run.settings,
        "rates": [float(f"{rate:.7g}") for rate in run.rates],
        "order": digest([part.tobytes() for part in run.order]),
        "seen": digest(run.seen),
        "losses": run.losses[:EARLY],
        "gradient": {name: {"norm": norm(slope), "along": along(slope)} for name, slope in slopes.items()},
    }


def bands(measured: dict[str, list[list[list[float]]]]) -> dict[str, list[dict[str, float]]]:
    """Return the band of each figure and epoch, from figures measured as [seed][rounding][epoch].

    ``lowest`` and ``highest`` are what was measured, ``low`` and ``high`` the ends of the band, ``rounding`` the most
    that two roundings of one seed lie apart.
    """
    made: dict[str, list[dict[str, float]]] = {}
    for figure, values in measured.items():
        made[figure] = []
        for epoch in np.moveaxis(np.array(values), 2, 0):
            lowest, highest = float(epoch.min()), float(epoch.max())
            rounding = float(np.ptp(epoch, axis=1).max())
            more = max((highest - lowest) / 2, 2 * rounding)
            ends = {"low": lowest - more, "high": highest + more}
            made[figure].append(ends | {"lowest": lowest, "highest": highest, "rounding": rounding})
    return made


def record() -> None:
    """Train with each seed and rounding, each in a process of its own, and write the file."""
    measured: dict[str, list[list[list[float]]]] = {figure: [] for figure in FIGURES}
    for seed in SEEDS:
        histories = []
        for rounding in ROUNDINGS:
            sys.stderr.write(f"seed {seed}, TF_ENABLE_ONEDNN_OPTS={rounding}\n")
            command = [sys.executable, "-m", "tests.training.curve", str(seed)]
            surroundings = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": rounding}
            made = subprocess.run(command, env=surroundings, check=True, stdout=subprocess.PIPE, text=True).stdout
            histories.append(json.loads(made.splitlines()[-1]))
        for figure in FIGURES:
            measured[figure].append([[row[figure] for row in history] for history in histories])
    rule = "lowest and highest of these runs, with half their distance or twice rounding's added at either end"
    about = {"seeds": SEEDS, "TF_ENABLE_ONEDNN_OPTS": ROUNDINGS, "bands": rule, "by": "python -m tests.training.curve"}
    document = {"about": about, "seed": SEED, **told(short_run()), "bands": bands(measured)}
    FILE.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(short_run(int(sys.argv[1])).history) + "\n")
    else:
        record()
