"""Waiting times: help, and the first gallery, compared with a bare import of TensorFlow in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
COMMANDS = {
    "cnnviz --help": [sys.executable, "-m", "cnnviz", "--help"],
    "import tensorflow": [sys.executable, "-c", "import tensorflow"],
    "cnnviz activations --layer conv2": [sys.executable, "-m", "cnnviz", "activations", "--layer", "conv2"],
    "cnnviz heatmap": [sys.executable, "-m", "cnnviz", "heatmap"],
}
#: Seconds beyond the import that a command may take.
BOUNDS = {"cnnviz activations --layer conv2": 2.5, "cnnviz heatmap": 3.0}


def seconds(command: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        )
        return time.perf_counter() - begun


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    for name, median in medians.items():
        print(f"{name:34} {median:6.2f} s   (of {ROUNDS}: {min(times[name]):.2f} to {max(times[name]):.2f})")
    print(f"help: {medians['cnnviz --help']:.2f} s, bound 0.25 s")
    imported = medians["import tensorflow"]
    for name, bound in BOUNDS.items():
        beyond = medians[name] - imported
        print(f"{name} beyond the import: {beyond:.2f} s, bound {bound} s; ratio {medians[name] / imported:.2f}")


if __name__ == "__main__":
    main()
