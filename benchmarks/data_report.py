"""Time of a data report on Fashion-MNIST, and of class means and correlations compared with pandas.

Needs ``pip install cnnviz[bench]``. Bounds: statistics, correlations and histograms of 60,000 + 10,000 images in 1 s
after loading; class means and correlations in a sixth of the time that pandas needs to group by the label; the whole
report in 60 s and 1.5 GiB. ``--stream 10000000`` streams this many images in shards and compares the result with that
of the whole set.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable

import numpy as np

import cnnviz
from cnnviz.data.images import Images
from cnnviz.reports.dataset.profile import profile_images
from cnnviz.reports.pixels.class_means import correlations, mean_pictures
from cnnviz.reports.pixels.class_statistics import profile_pixels

ROUNDS = 5


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Return the seconds of each round, the shortest first."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return sorted(found)


def profiled(*sets: Images) -> None:
    """Compute the report's statistics, correlations and histograms."""
    for images in sets:
        profile = profile_pixels(images)
        _ = profile.class_means, profile.correlation, profile.deviation_pictures, profile.fisher, profile.tally.levels


def ours(images: Images) -> np.ndarray:
    """Class means and correlations in one pass."""
    pictures = mean_pictures(images)
    _ = pictures.mean(axis=(1, 2, 3))
    return correlations(pictures)


def streamed(count: int) -> None:
    """Stream the training set in shards repeatedly; the statistics must equal those of a single pass."""
    train = cnnviz.open_images("fmnist:train")
    size = 10_000
    rounds = -(-count // len(train))
    begun = time.perf_counter()
    shards = (train.take(range(i, i + size)) for _ in range(rounds) for i in range(0, len(train), size))
    profile = profile_images(shards, parts=()).first.profile
    seconds = time.perf_counter() - begun
    once = profile_pixels(train)
    held = {"mean": (profile.mean, once.mean), "class means": (profile.class_means, once.class_means)}
    held |= {"correlation": (profile.correlation, once.correlation), "fisher": (profile.fisher, once.fisher)}
    print(f"{profile.tally.seen:,} images in {seconds:.1f} s, {profile.tally.seen / seconds:,.0f} per second")
    for what, (stream, whole) in held.items():
        apart = np.nanmax(np.abs(np.asarray(stream) - whole) / np.maximum(1, np.abs(whole)))
        print(f"  {what}: differs from the whole by {apart:.1e} at most (bound: 1e-9)")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="also time the whole report")
    parser.add_argument("--stream", type=int, metavar="COUNT", help="only stream at least this many images")
    asked = parser.parse_args()
    if asked.stream:
        streamed(asked.stream)
        return
    whole = asked.whole
    train, test = cnnviz.open_images("fmnist:train"), cnnviz.open_images("fmnist:test")
    report("statistics, correlations, histograms, 60,000 + 10,000", timed(lambda: profiled(train, test)), "1.0 s")
    try:
        import pandas as pd
    except ImportError:
        print("pandas is missing: pip install cnnviz[bench]")
    else:
        table = pd.DataFrame(train.pixels.reshape(len(train), -1))
        table.insert(0, "label", train.labels)

        def theirs() -> np.ndarray:
            means = table.groupby("label").mean()
            _ = means.mean(axis=1)
            return means.T.corr().to_numpy()

        # Alternating, so that both run under the same load.
        pairs = [(timed(lambda: ours(train), 1)[0], timed(theirs, 1)[0]) for _ in range(ROUNDS)]
        mine, pandas = (sorted(side) for side in zip(*pairs, strict=True))
        report("class means and correlations of 60,000, cnnviz", mine, "")
        report("class means and correlations of 60,000, pandas", pandas, "")
        ratio = statistics.median(pandas) / statistics.median(mine)
        apart = float(np.abs(ours(train) - theirs()).max())
        print(f"  pandas takes {ratio:.1f} times as long (bound: 6); correlations differ by {apart:.1e} at most")
    if whole:
        report("the whole report", timed(lambda: profile_images("fmnist"), 1), "60 s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory: {peak:.2f} GiB (bound: 1.5 for the whole report)")


def report(what: str, seconds: list[float], bound: str) -> None:
    middle = statistics.median(seconds)
    print(f"{what}: {middle:.3f} s (best {seconds[0]:.3f})" + (f", bound {bound}" if bound else ""))


if __name__ == "__main__":
    main()
