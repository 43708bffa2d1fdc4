"""Train a network that comes with cnnviz and write it, with its history, into the package.

    python tools/train_bundled.py fmnist-best [--run runs/fmnist-best]

The run goes on where it was stopped: give the same command again. Validation pictures are taken out of the training
set; the test set is read once, after the epoch has been chosen and the weights have been rounded to 16 bits. What
docs/models.md says of the bundled models is written anew from what they say of themselves.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

import numpy as np

import cnnviz
from cnnviz.core.words import percent
from cnnviz.data.open import open_images
from cnnviz.models.bundled import bundled_models
from cnnviz.models.saved.write import save_model
from cnnviz.training.architectures.named import architecture
from cnnviz.training.folded import folded
from cnnviz.training.result import Trained
from cnnviz.training.train import train

ASSETS = Path(__file__).resolve().parent.parent / "cnnviz" / "models" / "assets"
SEED = 20
#: Chains whose normalisation is put into the layers before it.
FOLDED = ("fmnist-cnn",)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "models.md"
HEAD = """# The bundled models

Both take 28×28 grey pixels divided by 255, light on dark. `cnnviz/models/assets/` holds each with its history and
`about.json`: recipe, hashes of the data, versions, machine. A training that was interrupted goes on where it stood when
the same command is given again; killed anywhere, it ends in the same bits.

"""


def finished(trained: Trained) -> Any:
    """Return the model as it comes with cnnviz, with weights that 16 bits hold, as the page has them, in 32."""
    model = folded(trained.model) if trained.name in FOLDED else trained.model
    model.set_weights([values.astype(np.float16).astype(np.float32) for values in model.get_weights()])
    return model


def publish(trained: Trained, train_hash: str) -> None:
    """Write model, history and what is known of it into the package."""
    test = open_images("fmnist")
    known = architecture(trained.name)
    model = finished(trained)
    probabilities = cnnviz.wrap(model, scale="0-1").probabilities(test)
    right = probabilities.argmax(1) == test.labels
    own = probabilities[np.arange(len(test)), test.labels]
    best = trained.history[trained.best - 1]
    folder = ASSETS / trained.name
    folder.mkdir(parents=True, exist_ok=True)
    # Of weights that 16 bits hold the other half is zeros, which the archive packs.
    save_model(model, folder / "model.keras")
    about = {
        "name": trained.name,
        "description": f"{known.says[0].upper()}{known.says[1:]}.",
        "class_names": list(test.class_names),
        "scale": "0-1",
        "background": "dark",
        "test_accuracy": float(right.mean()),
        "test_loss": float(-np.log(np.clip(own, 1e-12, 1)).mean()),
        "validation_accuracy": best["val_accuracy"],
        "epoch": trained.best,
        "seed": trained.recipe.seed,
        "recipe": trained.recipe.document(),
        "train_hash": train_hash,
        "test_hash": test.hash,
        # Not their sum: a training that waits for hours goes on with an epoch that took as long.
        "seconds": round(len(trained.history) * statistics.median(row["seconds"] for row in trained.history)),
        **{key: trained.about[key] for key in ("versions", "machine", "date")},
    }
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    (folder / "history.json").write_text(json.dumps([dict(row) for row in trained.history], indent=1) + "\n")
    size = (folder / "model.keras").stat().st_size
    print(f"test accuracy {about['test_accuracy']:.4f}, {size:,} bytes, written to {folder}")
    write_page()


def write_page() -> None:
    """Write docs/models.md from the models in the package."""
    PAGE.write_text(HEAD + "\n".join(_described(one.about, one.path) for one in bundled_models().values()))


def _described(about: dict[str, Any], path: Path) -> str:
    recipe, versions, size = about["recipe"], about["versions"], path.stat().st_size
    changes = ", ".join(recipe["changes"]) or "none"
    rows = {
        "test accuracy": f"{percent(about['test_accuracy'])} (10,000 original test pictures, read once at the end)",
        "test loss": f"{about['test_loss']:.4f}",
        "validation accuracy": f"{percent(about['validation_accuracy'])} at epoch {about['epoch']} of "
        f"{recipe['epochs']}, the best one; a twelfth of each class of the training pictures was held out for it",
        "recipe": f"{recipe['optimizer']}, batches of {recipe['batch_size']}, {recipe['schedule']} up to a rate of "
        f"{recipe['rate']:g}, weight decay {recipe['weight_decay']:g}, label smoothing {recipe['label_smoothing']:g}, "
        f"seed {recipe['seed']}",
        "changes on the fly": changes,
        "normalisation": "by batches"
        + (", folded into the convolutions afterwards: the same answers" if about["name"] in FOLDED else ""),
        "time": f"{about['seconds'] / 60:.0f} minutes on two cores: {recipe['epochs']} epochs by the median",
        "file": f"{size / 1e6:.2f} MB; weights rounded to 16 bits",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    table = "\n".join(f"| {name} | {text} |" for name, text in rows.items())
    again = f"    .venv/bin/python tools/train_bundled.py {about['name']}\n"
    return f"## {about['name']}\n\n{about['description']}\n\n| | |\n|---|---|\n{table}\n\nTo train it again:\n\n{again}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", choices=["fmnist-cnn", "fmnist-best"])
    parser.add_argument("--run", type=Path, help="run folder [default: runs/NETWORK]")
    asked = parser.parse_args()
    pictures = open_images("fmnist:train")
    run = asked.run or Path("runs") / asked.network
    done = train(
        asked.network, pictures, seed=SEED, out=run, resume=True, on_epoch=lambda row: print(dict(row), flush=True)
    )
    publish(done, pictures.hash)


if __name__ == "__main__":
    main()
