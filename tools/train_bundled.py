"""Train a bundled network and write it, with its history, into the package.

    python tools/train_bundled.py fmnist-best [--run runs/fmnist-best]

An interrupted run is resumed by the same command. Validation images are taken from the training set; the test set is
evaluated once, after the epoch was selected and the weights were rounded to 16 bits. docs/models.md is rewritten from
the facts stored with the bundled models.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.core.number_words import percent
from cnnviz.data.images import Images
from cnnviz.data.open import open_images
from cnnviz.models.bundled import bundled_models
from cnnviz.models.saved.write import save_model
from cnnviz.reports.evaluation.temperature import fit_temperature, log_probabilities
from cnnviz.training.architectures.named import architecture
from cnnviz.training.fold_batchnorm import folded
from cnnviz.training.result import Trained
from cnnviz.training.train import split, train

ASSETS = Path(__file__).resolve().parent.parent / "cnnviz" / "models" / "assets"
SEED = 20
#: Chains whose batch normalization is folded into the layers before it.
FOLDED = ("fmnist-cnn",)
#: Networks with a second stage from the weights of their best epoch, and its changes of the recipe: images without
#: erased parts, and the predictions of a better network with the same held-out images.
AGAIN: dict[str, dict[str, Any]] = {
    "fmnist-cnn": {
        "epochs": 18,
        "rate": 1.5e-3,
        "changes": ("flip", "shift:pixels=2"),
        "teacher": "fmnist-best",
        "label_smoothing": 0.0,
    }
}
#: Descriptions of bundled models whose layers differ from those trained.
DESCRIPTIONS = {
    "fmnist-cnn": "The layers of Steve Depp's notebook (github.com/stevedepp/FMNIST): conv 64, pool, conv 64, pool, "
    "conv 128, dropout, dense 64, dense 10; 185,866 parameters."
}
PAGE = Path(__file__).resolve().parent.parent / "docs" / "models.md"
HEAD = """# The bundled models

Both take 28×28 grayscale pixels divided by 255, light on dark. `cnnviz/models/assets/` holds each with its history and
`about.json`: recipe, hashes of the data, versions, machine. The same command resumes an interrupted training, with the
same result to the last bit on the same machine. [ADR 9](adr/0009-trained-normalized-taught-and-folded.md) explains the
choices behind `fmnist-cnn`.

"""


def finished(trained: Trained, held: Images) -> Any:
    """Return the model as bundled: folded, calibrated, weights rounded to 16 bits and stored in 32."""
    model = folded(trained.model) if trained.name in FOLDED else trained.model
    calibrate(model, held)
    model.set_weights([values.astype(np.float16).astype(np.float32) for values in model.get_weights()])
    return model


def calibrate(model: Any, held: Images) -> None:
    """Divide the scores by the temperature that fits the held-out images best, in the last layer's weights.

    Label smoothing leaves a network underconfident. No prediction changes.
    """
    assert held.labels is not None
    said = log_probabilities(cnnviz.wrap(model, scale="0-1").probabilities(held))
    temperature = fit_temperature(said, held.labels)
    model.layers[-1].set_weights([values / temperature for values in model.layers[-1].get_weights()])
    print(f"temperature {temperature:.3f}")


def publish(stages: Sequence[Trained], pictures: Images) -> None:
    """Write the model of the last training into the package, with the history of all and its facts."""
    trained = stages[-1]
    test = open_images("fmnist")
    known = architecture(trained.name)
    model = finished(trained, split(pictures, trained.recipe)[1])
    probabilities = cnnviz.wrap(model, scale="0-1").probabilities(test)
    right = probabilities.argmax(1) == test.labels
    own = probabilities[np.arange(len(test)), test.labels]
    best = trained.history[trained.best - 1]
    history = joined([one.history for one in stages])
    folder = ASSETS / trained.name
    folder.mkdir(parents=True, exist_ok=True)
    # Weights rounded to 16 bits are half zeros, which compress well.
    save_model(model, folder / "model.keras")
    about = {
        "name": trained.name,
        "description": DESCRIPTIONS.get(trained.name, f"{known.says[0].upper()}{known.says[1:]}."),
        "class_names": list(test.class_names),
        "scale": "0-1",
        "background": "dark",
        "test_accuracy": float(right.mean()),
        "test_loss": float(-np.log(np.clip(own, 1e-12, 1)).mean()),
        "validation_accuracy": best["val_accuracy"],
        "epoch": len(history) - len(trained.history) + trained.best,
        "seed": trained.recipe.seed,
        "recipe": stages[0].recipe.document(),
        **({"recipe_again": _taught(trained)} if len(stages) > 1 else {}),
        "train_hash": pictures.hash,
        "test_hash": test.hash,
        # Not the sum, since an epoch during which the training was suspended takes hours.
        "seconds": round(len(history) * statistics.median(row["seconds"] for row in history)),
        **{key: trained.about[key] for key in ("precision", "versions", "machine", "date")},
    }
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    (folder / "history.json").write_text(json.dumps(history, indent=1) + "\n")
    size = (folder / "model.keras").stat().st_size
    print(f"test accuracy {about['test_accuracy']:.4f}, {size:,} bytes, written to {folder}")
    write_page()


def _taught(trained: Trained) -> dict[str, Any]:
    """Return the recipe of a second training, with the name of its teacher."""
    teacher = AGAIN[trained.name].get("teacher")
    return trained.recipe.document() | ({"teacher": teacher} if teacher else {})


def joined(histories: Sequence[Sequence[Mapping[str, float]]]) -> list[dict[str, float]]:
    """Return one history of consecutive trainings, with epochs numbered consecutively."""
    rows = [dict(row) for history in histories for row in history]
    return [{**row, "epoch": epoch} for epoch, row in enumerate(rows, start=1)]


def write_page() -> None:
    """Write docs/models.md from the models in the package."""
    PAGE.write_text(HEAD + "\n".join(_described(one.about, one.path) for one in bundled_models().values()))


def _described(about: dict[str, Any], path: Path) -> str:
    recipe, versions, size = about["recipe"], about["versions"], path.stat().st_size
    again = about.get("recipe_again")
    epochs = recipe["epochs"] + (again["epochs"] if again else 0)
    rows = {
        "test accuracy": f"{percent(about['test_accuracy'])} (10,000 original test images, "
        "not used to select the weights)",
        "test loss": f"{about['test_loss']:.4f}",
        "validation accuracy": f"{percent(about['validation_accuracy'])} at epoch {about['epoch']} of "
        f"{epochs}, the best one{_before(about)}; a twelfth of the training images "
        "of each class was held out for it",
        "recipe": f"{recipe['optimizer']}, batches of {recipe['batch_size']}, {_cycle(recipe)}, weight decay "
        f"{recipe['weight_decay']:g}, label smoothing {recipe['label_smoothing']:g}, seed {recipe['seed']}",
        "augmentation": _changes(recipe),
        **({"second stage, from the best epoch": _once_more(again)} if again else {}),
        "confidence": "scores divided by the temperature that fits the held-out images best",
        "normalization": "by batches"
        + (", folded into the convolutions after training, with the same outputs" if about["name"] in FOLDED else ""),
        "time": f"{about['seconds'] / 60:.0f} minutes on two cores{_in(about)}: {epochs} epochs at the median time",
        "file": f"{size / 1e6:.2f} MB; weights rounded to 16 bits",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    table = "\n".join(f"| {name} | {text} |" for name, text in rows.items())
    anew = f"To retrain it:\n\n    .venv/bin/python tools/train_bundled.py {about['name']}\n"
    return f"## {about['name']}\n\n{about['description']}\n\n| | |\n|---|---|\n{table}\n\n{anew}"


def _before(about: dict[str, Any]) -> str:
    return ", before folding and rounding" if about["name"] in FOLDED else ""


def _in(about: dict[str, Any]) -> str:
    return f" that train in {about['precision']}" if "precision" in about else ""


def _cycle(recipe: dict[str, Any]) -> str:
    return f"{recipe['epochs']} epochs of {recipe['schedule']} with a peak rate of {recipe['rate']:g}"


def _once_more(recipe: dict[str, Any]) -> str:
    taught = f"; taught by {recipe['teacher']} in addition to the labels" if "teacher" in recipe else ""
    smoothing = recipe["label_smoothing"]
    return f"{_cycle(recipe)}; label smoothing {smoothing:g}; augmentation: {_changes(recipe)}{taught}"


def _changes(recipe: dict[str, Any]) -> str:
    return ", ".join(recipe["changes"]) or "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=["fmnist-cnn", "fmnist-best"])
    parser.add_argument("--run", type=Path, help="run folder [default: runs/NETWORK]")
    asked = parser.parse_args()
    pictures = open_images("fmnist:train")
    run = asked.run or Path("runs") / asked.network
    how: dict[str, Any] = {"seed": SEED, "resume": True, "on_epoch": lambda row: print(dict(row), flush=True)}
    stages = [train(asked.network, pictures, out=run, **how)]
    if asked.network in AGAIN:
        place = run.with_name(f"{run.name}-again")
        stages.append(train(asked.network, pictures, out=place, transfer=run, **AGAIN[asked.network], **how))
    publish(stages, pictures)


if __name__ == "__main__":
    main()
