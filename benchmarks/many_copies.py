"""Images a second of the methods that run many copies of each image: a bare function, and cnnviz.

    python benchmarks/many_copies.py [--check] [--write] [NETWORK ...]

Float32, steady state, medians of interleaved runs in one process. For perturbation methods "bare" is as many compiled
forward passes as they ask for and nothing else, at the best of its batch sizes; for SmoothGrad and integrated gradients
it is the hand-written function of contenders/bare.py. cnnviz is the whole of ``cnnviz.attribute``. Networks at 224×224
have random weights and one image. With --check a missed bound fails the command; with --write the tables of the
networks go to docs/speed.md, the small one's and that of the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contenders.tables import record, write_table
from contenders.timing import median_seconds

SMALL, SIDE, ROUNDS = "fmnist-cnn", 224, 3
#: Batch sizes of the bare forward passes, of the small network and of those of real size.
BATCHES, LARGE_BATCHES = (64, 128, 256, 512), (8, 16, 32)


@dataclass(frozen=True)
class Row:
    """A method with its parameters, and how many copies it asks for; ``least`` is the asked share of bare's rate.

    Without ``copies`` the bare function is the one of this name in contenders/bare.py.
    """

    network: str
    method: str
    images: int
    given: Mapping[str, Any] = field(default_factory=dict)
    copies: int = 0
    bare: str = ""
    least: float = 0.0


ROWS = (
    Row(SMALL, "occlusion", 32, {"patch": 4, "stride": 2}, 196, least=1.3),
    Row(SMALL, "rise", 8, {"masks": 1000}, 1000, least=1.3),
    Row(SMALL, "score-cam", 32, {}, 128, least=1.3),
    Row(SMALL, "kernel-shap", 8, {"samples": 1000}, 998),
    Row(SMALL, "smoothgrad", 64, {"samples": 20}, bare="smoothgrad", least=0.95),
    Row(SMALL, "integrated-gradients", 64, {"steps": 50}, bare="integrated_gradients", least=0.95),
    *(
        row
        for name in ("MobileNetV2", "ResNet50")
        for row in (
            Row(name, "occlusion", 1, {"patch": 64, "stride": 32}, 49),
            Row(name, "rise", 1, {"masks": 16}, 16),
            Row(name, "score-cam", 1, {"channels": 16}, 16),
        )
    ),
)


def forward_passes(run: Callable[[np.ndarray], Any], x: np.ndarray, count: int, large: bool) -> Callable[[], object]:
    """Return a call of so many forward passes, at the batch size that takes the least time for an image."""
    batches = [np.resize(x, (size, *x.shape[1:])) for size in (LARGE_BATCHES if large else BATCHES) if size <= count]
    each = median_seconds({str(len(inputs)): lambda inputs=inputs: run(inputs).numpy() for inputs in batches}, 3)
    inputs = min(batches, key=lambda one: each[str(len(one))] / len(one))
    return lambda: [run(inputs[: count - start]).numpy() for start in range(0, count, len(inputs))]


def opened(name: str) -> tuple[Any, Callable[[int], Images]]:
    """Return a network and its images."""
    import keras

    if name == SMALL:
        held = cnnviz.open_images("sample")
        return cnnviz.open_model(name), lambda count: held[:count]
    probe = cnnviz.wrap(getattr(keras.applications, name)(weights=None), scale="0-1")
    rng = np.random.default_rng(0)
    return probe, lambda count: Images(rng.integers(0, 256, (count, SIDE, SIDE, 3), np.uint8))


def rates(row: Row, probe: Any, images: Images) -> dict[str, float]:
    """Return images a second of the bare function and of cnnviz."""
    from contenders.bare import Bare

    tf = tensorflow()
    x = probe.inputs(images)
    if row.copies:
        model = probe.model
        run = tf.function(lambda inputs: model(inputs, training=False), autograph=False)
        if row.network == SMALL:
            run = (bare := Bare(model, "conv3")).compiled(bare.logits)
        hand = forward_passes(run, x, row.copies * row.images, row.network != SMALL)
    else:
        made = getattr(Bare(probe.model, "conv3"), row.bare)()
        hand = lambda: made(x)  # noqa: E731
    ours = lambda: cnnviz.attribute(probe, images, row.method, **row.given).upsampled  # noqa: E731
    seconds = median_seconds({"bare": hand, "cnnviz": ours}, ROUNDS)
    return {who: row.images / taken for who, taken in seconds.items()}


def main() -> None:
    """Print or write the table."""
    tensorflow()
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    head = ["network", "method", "copies of an image", "bare", "cnnviz", "× bare"]
    start = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    tables: dict[str, list[str]] = {}
    missed = []
    for name in dict.fromkeys(row.network for row in ROWS):
        if wanted and name not in wanted:
            continue
        probe, images = opened(name)
        for row in (row for row in ROWS if row.network == name):
            found = rates(row, probe, images(row.images))
            ratio = found["cnnviz"] / found["bare"]
            copies = str(row.copies or next(iter(row.given.values())))
            shown = [f"{found[who]:.{1 if found[who] > 10 else 2}f}" for who in ("bare", "cnnviz")]
            lines = tables.setdefault("many copies" if name == SMALL else "many copies at 224×224", list(start))
            lines.append(f"| {' | '.join([name, row.method, copies, *shown, f'{ratio:.2f}'])} |")
            print(lines[-1], flush=True)
            record(f"{name}, {row.method}, many copies", found)
            if ratio < row.least:
                missed.append(f"{name}, {row.method}: {ratio:.2f} × bare, {row.least} asked")
    if missed:
        print("\n".join(["missed:", *missed]))
    if "--write" in sys.argv:
        for title, lines in tables.items():
            write_table(title, lines)
    if missed and "--check" in sys.argv:
        sys.exit(1)


if __name__ == "__main__":
    main()
