"""Time and memory for opening the 60,000 training images of Fashion-MNIST, from each kind of file.

Each is opened in its own process; times are of open_images alone, without the interpreter's start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from cnnviz.data import open_images
from cnnviz.data.known_sets import FMNIST, find_copy

ROUNDS = 5

OPEN = """
import sys, time
from cnnviz.data import open_images
begun = time.perf_counter()
images = open_images(sys.argv[1])
took = time.perf_counter() - begun
assert len(images) == int(sys.argv[2]), images
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
except ImportError:
    peak = float("nan")
print(took, peak)
"""


def write_csv(path: Path, pixels: np.ndarray, labels: np.ndarray) -> None:
    """Write the table in the form of Kaggle's, 133 MB."""
    with path.open("w") as file:
        file.write(",".join(["label", *(f"pixel{i}" for i in range(1, 785))]) + "\n")
        for label, row in zip(labels.tolist(), pixels.reshape(len(pixels), -1), strict=True):
            file.write(f"{label},{','.join(map(str, row.tolist()))}\n")


def write_folder(folder: Path, pixels: np.ndarray, labels: np.ndarray) -> None:
    from PIL import Image

    for number in range(10):
        (folder / str(number)).mkdir(parents=True)
    for i, (label, picture) in enumerate(zip(labels.tolist(), pixels[..., 0], strict=True)):
        Image.fromarray(picture).save(folder / str(label) / f"{i}.png")


def measure(source: object, count: int) -> tuple[list[float], float]:
    """Return the seconds of each round and the largest peak of memory in MB."""
    found = [
        subprocess.run(
            [sys.executable, "-c", OPEN, str(source), str(count)], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(ROUNDS)
    ]
    return [float(seconds) for seconds, _ in found], max(float(peak) for _, peak in found)


def main() -> None:
    train = open_images("fmnist:train")
    assert train.labels is not None
    packed = find_copy(FMNIST, "train")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "train.csv", train.pixels, train.labels)
        np.savez_compressed(folder / "train.npz", x_train=train.pixels, y_train=train.labels)
        write_folder(folder / "pictures", train.pixels[:10_000], train.labels[:10_000])
        size = (folder / "train.csv").stat().st_size / 1e6
        for what, source, count, bound in (
            ("60,000 from IDX .gz", packed, 60_000, "1.5 s"),
            (f"60,000 from a CSV of {size:.0f} MB", folder / "train.csv", 60_000, "3 s, 600 MB"),
            ("60,000 from a packed .npz", folder / "train.npz", 60_000, "none"),
            ("10,000 from PNG files", folder / "pictures", 10_000, "none"),
        ):
            times, peak = measure(source, count)
            print(
                f"{what:28} {statistics.median(times):5.2f} s (of {ROUNDS}: {min(times):.2f} to {max(times):.2f}), "
                f"peak {peak:4.0f} MB, bound {bound}"
            )


if __name__ == "__main__":
    main()
