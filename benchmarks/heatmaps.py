"""Maps a second of every attribution method: bare compiled, cnnviz, and the peers that can be imported.

    python benchmarks/heatmaps.py [--check] [--write] [METHOD ...]

fmnist-cnn on real test pictures in batches of 512, float32, steady state: each contender has run once before. All
take turns in one process, so that a busy moment hits all alike; printed are medians. cnnviz is the whole of
``cnnviz.attribute``: pixels scaled, class found, maps made, probabilities and scores kept. "bare" is what a person
would write for this one model; of perturbation methods it is nothing but the forward passes that they need. With
--check a bound that is missed fails the command; with --write the table goes to docs/speed.md.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.data.images import Images
from cnnviz.models.quiet import tensorflow

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROUNDS = 5
BATCH = 512
LAYER = "conv3"

#: Method, its parameters, pictures, what bare is called, and the bounds: × bare, × tf-keras-vis.
METHODS: tuple[tuple[str, dict[str, Any], int, str, float | None, float | None], ...] = (
    ("grad-cam", {}, 10_000, "grad_cam", 0.9, 8),
    ("grad-cam++", {}, 10_000, "grad_cam_plus_plus", None, 7),
    ("layer-cam", {}, 10_000, "layer_cam", None, 7),
    ("saliency", {}, 10_000, "saliency", 0.95, 3),
    ("guided-backprop", {}, 10_000, "guided", 0.95, None),
    ("deconvnet", {}, 10_000, "deconvnet", 0.95, None),
    ("smoothgrad", {"samples": 20}, 1024, "smoothgrad", None, 4),
    ("integrated-gradients", {"steps": 50}, 512, "integrated_gradients", 0.95, None),
    ("score-cam", {}, 512, "128", None, 4),
    ("occlusion", {"patch": 4, "stride": 2}, 512, "169", None, None),
    ("rise", {"masks": 1000}, 64, "1000", None, None),
)
#: Peers that are slower than this many maps a second are given fewer pictures.
FEW = 512


def real_pictures(count: int) -> Images:
    """Return so many test pictures, the bundled thousand over and over where Fashion-MNIST is not installed."""
    try:
        held = cnnviz.open_images("fmnist")
    except cnnviz.CnnvizError:
        held = cnnviz.open_images("sample")
    return held.take(np.arange(count) % len(held))


def measured(contenders: dict[str, tuple[Callable[[], object], int]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median maps a second of each; a contender is a call and the number of its pictures."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for call, _ in contenders.values():
        call()
    for _ in range(rounds):
        for name, (call, _) in contenders.items():
            begun = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - begun)
    return {name: contenders[name][1] / statistics.median(held) for name, held in times.items()}


def in_batches(function: Callable[[np.ndarray], object], x: np.ndarray) -> Callable[[], object]:
    return lambda: [function(x[start : start + BATCH]) for start in range(0, len(x), BATCH)]


def contenders_of(
    name: str, given: dict[str, Any], images: Images, probe: Any, bare: Any, how: str, peers: dict[str, dict]
) -> dict[str, tuple[Callable[[], object], int]]:
    """Return everybody who makes these maps."""
    x = images.pixels.astype("float32") / 255
    hand = bare.forwards(int(how)) if how.isdecimal() else getattr(bare, how)()

    def ours() -> object:
        return cnnviz.attribute(probe, images, name, batch_size=BATCH, **given).upsampled

    found: dict[str, tuple[Callable[[], object], int]] = {
        "bare": (in_batches(hand, x), len(x)),
        "cnnviz": (ours, len(x)),
    }
    for peer, methods in peers.items():
        if name in methods:
            few = x[: min(len(x), FEW if name != "score-cam" else 128)]
            found[peer] = (in_batches(methods[name], few), len(few))
    return found


def main() -> None:
    tensorflow()
    from contenders.bare import Bare
    from contenders.peers import importable, tf_keras_vis

    probe = cnnviz.open_model("fmnist-cnn")
    bare = Bare(probe.model, LAYER)
    here = importable()
    peers = {"tf-keras-vis": tf_keras_vis(probe.model, LAYER)} if here["tf-keras-vis"] else {}
    absent = [name for name, there in here.items() if not there]
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    missed = []
    lines = [
        "| method | pictures | bare | cnnviz | × bare | tf-keras-vis | × tf-keras-vis |",
        "|---|---|---|---|---|---|---|",
    ]
    print(f"{'method':22}{'bare':>10}{'cnnviz':>10}{'×':>7}{'tf-keras-vis':>15}{'×':>7}   maps a second")
    logits = measured(
        {
            "bare": (in_batches(bare.forward(), real_pictures(10_000).pixels.astype("float32") / 255), 10_000),
            "cnnviz": (lambda: probe.logits(real_pictures(10_000), BATCH), 10_000),
        }
    )
    rows = [("forward (logits)", 10_000, logits, 0.95, None)]
    for name, given, count, how, least, over in METHODS:
        if wanted and name not in wanted:
            continue
        people = contenders_of(name, given, real_pictures(count), probe, bare, how, peers)
        rows.append((name, count, measured(people, 3 if count < 1024 else ROUNDS), least, over))
        _print(*rows[-1])
    _print(*rows[0])
    for name, count, rates, least, over in rows:
        to_bare = rates["cnnviz"] / rates["bare"]
        peer = rates.get("tf-keras-vis")
        to_peer = rates["cnnviz"] / peer if peer else None
        if least is not None and to_bare < least:
            missed.append(f"{name}: {to_bare:.2f} × bare, {least} asked")
        if over is not None and to_peer is not None and to_peer < over:
            missed.append(f"{name}: {to_peer:.1f} × tf-keras-vis, {over} asked")
        lines.append(
            f"| {name} | {count:,} | {rates['bare']:,.0f} | {rates['cnnviz']:,.0f} | {to_bare:.2f} | "
            + (f"{peer:,.0f} | {to_peer:.1f} |" if peer else "– | – |")
        )
    if absent:
        print(f"not here, so not measured: {', '.join(absent)}")
    if "--write" in sys.argv:
        _write(lines, absent)
    if missed and "--check" in sys.argv:
        sys.exit("\n".join(["missed:", *missed]))


def _print(name: str, count: int, rates: dict[str, float], least: float | None, over: float | None) -> None:
    peer = rates.get("tf-keras-vis")
    line = f"{name:22}{rates['bare']:10,.0f}{rates['cnnviz']:10,.0f}{rates['cnnviz'] / rates['bare']:7.2f}"
    print(line + (f"{peer:15,.0f}{rates['cnnviz'] / peer:7.1f}" if peer else ""), flush=True)


def _write(lines: list[str], absent: list[str]) -> None:
    tf = tensorflow()
    about = (
        "# Speed\n\nMade by `python benchmarks/heatmaps.py --write`: maps a second on fmnist-cnn, real test pictures "
        "in batches of 512, float32, medians of interleaved runs in one process. The file says what each column is.\n\n"
        f"TensorFlow {tf.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores.\n\n"
    )
    text = about + "\n".join(lines) + "\n"
    if absent:
        text += f"\nNot importable when this was measured: {', '.join(absent)}.\n"
    Path(__file__).resolve().parents[1].joinpath("docs", "speed.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
