"""Command lines: run by the functions of the command line in this process, or as a shell would, in one of their own."""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
from pathlib import Path

from cnnviz.core.errors import CnnvizError

from .materials import Materials

#: A command takes longer than this only if it hangs.
PATIENCE = 900


def command_lines(have: Materials, rng: random.Random) -> dict[str, tuple[str, int]]:
    """Return command lines by name, each with the exit code that it has to end with."""
    gray, color = rng.choice(have.models), rng.choice(have.colored)
    data, photo = rng.choice((*have.sets, have.folder)), rng.choice(have.photos[1:])
    bad_model, bad_set = rng.choice(have.bad_models), rng.choice(have.bad_sets)
    on = f"--model {gray} --scale 0-1 --data {data} --n 20 --quiet"
    return {
        "activations": (f"activations --layer conv1 {on} --format {rng.choice(('html', 'png', 'npz', 'csv'))}", 0),
        "heatmap": (f"heatmap --method grad-cam --method saliency {on} --format {rng.choice(('html', 'gif'))}", 0),
        "heatmap photo": (f"heatmap {photo} --model {color} --quiet", 0),
        "deconv": (f"deconv --layer conv1 --top 2 {on}", 0),
        "maximize": (f"maximize --layer conv1 --channel 0,1 --steps 3 {on} --format {rng.choice(('html', 'gif'))}", 0),
        "embedding": (f"embedding --method pca {on} --format {rng.choice(('html', 'csv'))}", 0),
        "similarity": (f"similarity --layer conv1 --layer conv2 {on}", 0),
        "filters": (f"filters --layer conv1 --no-maximize --no-ablate {on}", 0),
        "ablate": (f"ablate --layer conv1 {on} --share 0.2 --save small.keras", 0),
        "evaluate": (f"evaluate {on} --format {rng.choice(('html', 'json', 'png'))}", 0),
        "report": (f"report {on} --no-embedding --no-maximize", 0),
        "compare": (
            f"compare {have.models[1]} fmnist-cnn --scale 0-1 --data {rng.choice(have.sets)} --n 20 --quiet",
            0,
        ),
        "data": (f"data {data} --model none --without importance --quiet", 0),
        "predict": (f"predict {photo} --model {color} --json --quiet", 0),
        "layers": (f"layers {gray} --scale 0-1 --out network.svg", 0),
        "augment": (f"augment {data} --factor 2 --out more.npz --quiet", 0),
        "gate": (f"evaluate {on} --min-accuracy 1", 4),
        "bad model": (f"report --model {bad_model}", 3),
        "bad set": (f"evaluate --data {bad_set}", 3),
        "bad layer": ("activations --layer conv99", 2),
        "bad option": ("heatmap --no-such-option", 2),
    }


def run_here(arguments: str, code: int, work: Path) -> None:
    """Run a command line in this process, as main does but for the exit."""
    import click

    from cnnviz.cli.main import cli

    said = io.StringIO()
    with contextlib.chdir(work), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            found = cli.main(arguments.split(), prog_name="cnnviz", standalone_mode=False) or 0
        except CnnvizError as error:
            found = error.exit_code
            said.write(str(error))
        except click.UsageError as error:
            found = 2
            said.write(error.format_message())
    if found != code:
        raise AssertionError(f"cnnviz {arguments} ended with {found}, not {code}: {said.getvalue()[-300:]!r}")


def run_shell(arguments: str, code: int, work: Path) -> None:
    """Run a command line in a process of its own."""
    command = [sys.executable, "-m", "cnnviz", *arguments.split()]
    ended = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode != code or "Traceback" in ended.stderr or "unexpected failure" in ended.stderr:
        raise AssertionError(
            f"cnnviz {arguments} ended with {ended.returncode}, not {code}: {(ended.stdout + ended.stderr)[-300:]!r}"
        )
