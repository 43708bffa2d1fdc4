"""Train every named network with several seeds and write the table of test accuracies.

    python tools/measure_networks.py [--runs runs/networks] [--seeds 3] [NETWORK ...]

Each training has its own run folder and is resumed if interrupted, so the command can be repeated until all are done.
All training images are used and the last epoch counts: nothing is selected, and the test set is evaluated once per
training, at its end. The table, docs/networks.md, is rewritten after every training from the finished ones.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from cnnviz.core.errors import CnnvizError
from cnnviz.data.open import open_images
from cnnviz.training.architectures.named import ALL, architecture
from cnnviz.training.train import train

PAGE = Path(__file__).resolve().parent.parent / "docs" / "networks.md"
HEAD = """# Accuracy of the named networks

Test accuracy on Fashion-MNIST's own split, mean and standard deviation over the seeds. Networks were trained on all
60,000 training images and the last epoch counts: nothing was selected, neither on held-out images nor on test images.
Made by `python tools/measure_networks.py`; the recipes are those of `cnnviz train --list`, but without the twelfth of
the images that `cnnviz train` holds out to select an epoch. Unpublished learning rates follow one cycle with a peak of
0.002; with a constant 0.001, Keras's default, `depp-cnn` reached 91.35 and 91.27 % (two seeds) and `depp-fc`
88.52 % ± 0.48 (three). The accuracy of the bundled models is in [models.md](models.md).

| network | by | test accuracy | published | seeds | epochs | seconds per epoch |
|---|---|---|---|---|---|---|
"""


def measure(name: str, seed: int, runs: Path) -> dict[str, Any]:
    """Train one network with one seed, or resume it, and return its test results."""
    folder = runs / f"{name}-{seed}"
    held = folder / "test.json"
    recipe = recipe_of(name)
    if held.exists() and (known := json.loads(held.read_text()))["recipe"] == recipe:
        return dict(known)
    done = train(
        name,
        seed=seed,
        validation=0,
        out=folder,
        resume=True,
        on_epoch=lambda row: print(name, seed, row, flush=True),
    )
    test = open_images("fmnist")
    right = done.probe().probabilities(test).argmax(axis=1) == test.labels
    seconds = statistics.median(row["seconds"] for row in done.history)
    outcome = {"accuracy": float(right.mean()), "epochs": len(done.history), "seconds": seconds}
    outcome |= {"precision": done.about["precision"], "recipe": recipe}
    held.write_text(json.dumps(outcome))
    return outcome


def recipe_of(name: str) -> dict[str, Any]:
    """Return the recipe, which identifies results of the current one."""
    return architecture(name).recipe.document()


def write_table(runs: Path) -> None:
    """Write the page from the finished trainings."""
    rows, notes, precisions = [], [], set()
    for one in ALL:
        known = [json.loads(path.read_text()) for path in sorted(runs.glob(f"{one.name}-[0-9]*/test.json"))]
        outcomes = [outcome for outcome in known if outcome["recipe"] == recipe_of(one.name)]
        if not outcomes:
            continue
        precisions |= {outcome["precision"] for outcome in outcomes}
        reached = [100 * outcome["accuracy"] for outcome in outcomes]
        spread = f" ± {statistics.stdev(reached):.2f}" if len(reached) > 1 else ""
        published = f"{100 * one.published:.2f} %" if one.published else "–"
        seconds = min(outcome["seconds"] for outcome in outcomes)
        rows.append(
            f"| `{one.name}` | {one.author} | {statistics.mean(reached):.2f} %{spread} | {published} | "
            f"{len(reached)} | {one.recipe.epochs} | {seconds:.0f} |"
        )
        notes.append(f"- `{one.name}`: {one.says}.")
    how = f"Two cores, computing in {' and '.join(sorted(precisions))}; seconds are those of the fastest seed."
    PAGE.write_text("\n".join([HEAD + "\n".join(rows), "", how, "", *notes, ""]), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", help="networks to train [default: all by other authors]")
    parser.add_argument("--runs", type=Path, default=Path("runs/networks"), help="folder of run folders")
    parser.add_argument("--seeds", type=int, default=3, help="trainings per network")
    asked = parser.parse_args()
    names = asked.networks or [one.name for one in ALL if one.author != "cnnviz"]
    try:
        for seed in range(asked.seeds):
            for name in names:
                architecture(name)
                print(name, seed, measure(name, seed, asked.runs), flush=True)
                write_table(asked.runs)
    except CnnvizError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
