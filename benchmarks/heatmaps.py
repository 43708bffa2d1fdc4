"""Maps a second of every attribution method: bare compiled, cnnviz, and the peers that can be imported.

    python benchmarks/heatmaps.py [--check] [--write] [METHOD ...]

fmnist-cnn on real test pictures in batches of 512, float32, steady state: each contender has run once before. All
take turns in one process, so that a busy moment hits all alike; printed are medians. cnnviz is the whole of
``cnnviz.attribute``: pixels scaled, class found, maps made, probabilities and scores kept. "bare" is what a person
would write for this one model; of perturbation methods it is nothing but the forward passes that they need. With
--check a bound that is missed fails the command; with --write the table goes to docs/speed.md.
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

BATCH = 512
LAYER = "conv3"
FORWARD = "forward (logits)"
PEERS = ("tf-keras-vis", "xplique", "captum", "pytorch-grad-cam")


@dataclass(frozen=True)
class Course:
    """One row: a method, how the bare function is called, how many pictures we and the peers get, and the bounds.

    ``asked`` are the least ratios of our rate to another's.
    """

    name: str
    bare: str
    pictures: int
    of_peers: int
    asked: Mapping[str, float]
    given: Mapping[str, Any] = field(default_factory=dict)
    rounds: int = 5


COURSES = (
    Course(FORWARD, "forward", 10_000, 2048, {"bare": 0.95}),
    Course("grad-cam", "grad_cam", 10_000, 512, {"bare": 0.9, "tf-keras-vis": 8, "xplique": 6}),
    Course("grad-cam++", "grad_cam_plus_plus", 10_000, 512, {"tf-keras-vis": 7}),
    Course("layer-cam", "layer_cam", 10_000, 512, {"tf-keras-vis": 7}),
    Course("saliency", "saliency", 10_000, 512, {"bare": 0.95, "tf-keras-vis": 3}),
    Course("guided-backprop", "guided", 10_000, 512, {"bare": 0.95, "tf-keras-vis": 2.8}),
    Course("deconvnet", "deconvnet", 10_000, 512, {"bare": 0.95}),
    Course("smoothgrad", "smoothgrad", 512, 512, {"tf-keras-vis": 4, "xplique": 1.3}, {"samples": 20}, 3),
    Course("integrated-gradients", "integrated_gradients", 512, 64, {"bare": 0.95, "xplique": 1.5}, {"steps": 50}, 3),
    Course("score-cam", "128", 256, 64, {"tf-keras-vis": 4}, rounds=3),
    Course("occlusion", "169", 256, 64, {"xplique": 2}, {"patch": 4, "stride": 2}, 3),
    Course("rise", "1000", 32, 16, {"xplique": 1.3}, {"masks": 1000}, 3),
)


def real_pictures(count: int) -> Images:
    """Return so many test pictures, the bundled thousand over and over where Fashion-MNIST is not installed."""
    try:
        held = cnnviz.open_images("fmnist")
    except cnnviz.CnnvizError:
        held = cnnviz.open_images("sample")
    return held.take(np.arange(count) % len(held))


def measured(contenders: dict[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, float]:
    """Return the median maps a second of each; a contender is a call and the number of its pictures."""
    seconds = median_seconds({name: call for name, (call, _) in contenders.items()}, rounds)
    return {name: contenders[name][1] / taken for name, taken in seconds.items()}


def in_batches(function: Callable[[np.ndarray], object], x: np.ndarray) -> Callable[[], object]:
    return lambda: [function(x[start : start + BATCH]) for start in range(0, len(x), BATCH)]


def contenders_of(
    course: Course, images: Images, probe: Any, bare: Any, peers: dict[str, dict[str, Any]]
) -> dict[str, tuple[Callable[[], object], int]]:
    """Return everybody who makes these maps."""
    x = images.pixels.astype("float32") / 255
    hand = bare.forwards(int(course.bare)) if course.bare.isdecimal() else getattr(bare, course.bare)()

    def ours() -> object:
        if course.name == FORWARD:
            return probe.logits(images, BATCH)
        return cnnviz.attribute(probe, images, course.name, batch_size=BATCH, **course.given).upsampled

    found: dict[str, tuple[Callable[[], object], int]] = {
        "bare": (in_batches(hand, x), len(x)),
        "cnnviz": (ours, len(x)),
    }
    few = x[: course.of_peers]
    return found | {
        peer: (in_batches(methods[course.name], few), len(few))
        for peer, methods in peers.items()
        if course.name in methods
    }


def main() -> None:
    tensorflow()
    from contenders.bare import Bare
    from contenders.peers import peers

    probe = cnnviz.open_model("fmnist-cnn")
    bare = Bare(probe.model, LAYER)
    here, absent = peers(probe.model, LAYER)
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    missed, lines = [], ["| method | images | bare | cnnviz | × bare | " + " | ".join(PEERS) + " |"]
    lines.append("|---" * (5 + len(PEERS)) + "|")
    for course in COURSES:
        if wanted and course.name not in wanted:
            continue
        rates = measured(contenders_of(course, real_pictures(course.pictures), probe, bare, here), course.rounds)
        ratios = {name: rates["cnnviz"] / rate for name, rate in rates.items()}
        missed += [
            f"{course.name}: {ratios[other]:.2f} × {other}, {least} asked"
            for other, least in course.asked.items()
            if other in ratios and ratios[other] < least
        ]
        cells = [f"{rates[peer]:,.0f} (× {ratios[peer]:.1f})" if peer in rates else "–" for peer in PEERS]
        start = [course.name, f"{course.pictures:,}", f"{rates['bare']:,.0f}", f"{rates['cnnviz']:,.0f}"]
        lines.append("| " + " | ".join([*start, f"{ratios['bare']:.2f}", *cells]) + " |")
        print(lines[-1], flush=True)
        record(f"fmnist-cnn, {course.name}", rates)
    if absent:
        print(f"not here, so not measured: {', '.join(absent)}")
    if missed:
        print("\n".join(["missed:", *missed]))
    if "--write" in sys.argv:
        write_table("small network", lines, absent)
    if missed and "--check" in sys.argv:
        sys.exit(1)


if __name__ == "__main__":
    main()
