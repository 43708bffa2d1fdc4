"""Train the bundled model ``fmnist-cnn`` and write it, with its history, into the package.

    python tools/train_fmnist_cnn.py [--run runs/fmnist-cnn]

The run folder keeps a checkpoint an epoch: run the same command again after an interruption and it goes
on from there, to the same result. Validation pictures are taken out of the training set; the test set is
read once, after the epoch has been chosen.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

SEED = 20
EPOCHS = 16
BATCH = 128
PEAK_RATE = 2e-3
VALIDATION = 1 / 12
ASSETS = Path(__file__).resolve().parent.parent / "cnnviz" / "models" / "assets" / "fmnist-cnn"


def learning_rate(step: int, steps: int) -> float:
    """One cycle: a linear rise over the first tenth, then half a cosine down to zero."""
    rise = steps // 10
    if step < rise:
        return PEAK_RATE * (step + 1) / rise
    return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise)))


def build():
    import keras

    from cnnviz.training.architectures import fmnist_cnn

    keras.utils.set_random_seed(SEED)
    model = fmnist_cnn()
    model.compile(
        optimizer=keras.optimizers.Adam(PEAK_RATE),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def train(run: Path, pixels: np.ndarray, labels: np.ndarray) -> list[dict]:
    """Train for EPOCHS epochs, one checkpoint each, and return the history of all of them."""
    import keras

    from cnnviz.training.split import stratified_split

    class Cycle(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            step = int(self.model.optimizer.iterations.numpy())
            self.model.optimizer.learning_rate.assign(learning_rate(step, steps))

    kept, validation = stratified_split(labels, VALIDATION, SEED)
    x = pixels.astype("float32") / 255
    steps = EPOCHS * math.ceil(len(kept) / BATCH)
    history_file = run / "history.json"
    history = json.loads(history_file.read_text()) if history_file.exists() else []
    model = keras.models.load_model(run / f"epoch-{len(history):02}.keras") if history else build()
    for epoch in range(len(history), EPOCHS):
        # The order of each epoch depends on the seed and its number alone, so a resumed run sees the same.
        order = np.random.default_rng([SEED, epoch]).permutation(kept)
        begun = time.perf_counter()
        logs = model.fit(
            x[order], labels[order], batch_size=BATCH, shuffle=False, verbose=2, callbacks=[Cycle()]
        ).history
        loss, accuracy = model.evaluate(x[validation], labels[validation], batch_size=500, verbose=0)
        history.append(
            {
                "epoch": epoch + 1,
                "loss": logs["loss"][0],
                "accuracy": logs["accuracy"][0],
                "val_loss": loss,
                "val_accuracy": accuracy,
                "seconds": round(time.perf_counter() - begun, 1),
            }
        )
        model.save(run / f"epoch-{epoch + 1:02}.keras")
        history_file.write_text(json.dumps(history, indent=1))
        print(history[-1], flush=True)
    return history


def publish(run: Path, history: list[dict], train_hash: str, test) -> None:
    """Write the epoch of the lowest validation loss into the package, without its optimizer."""
    import keras
    import tensorflow

    from cnnviz.training.architectures import fmnist_cnn

    best = min(history, key=lambda row: row["val_loss"])
    trained = keras.models.load_model(run / f"epoch-{best['epoch']:02}.keras")
    model = fmnist_cnn()
    model.set_weights(trained.get_weights())
    probabilities = model.predict(test.pixels.astype("float32") / 255, batch_size=500, verbose=0)
    right = probabilities.argmax(1) == test.labels
    picked = probabilities[np.arange(len(test.labels)), test.labels]
    ASSETS.mkdir(parents=True, exist_ok=True)
    model.save(ASSETS / "model.keras")
    about = {
        "name": "fmnist-cnn",
        "description": "The convolutional net of Steve Depp's Fashion-MNIST notebook, trained on Fashion-MNIST.",
        "class_names": list(test.class_names),
        "scale": "0-1",
        "background": "dark",
        "test_accuracy": float(right.mean()),
        "test_loss": float(-np.log(np.clip(picked, 1e-12, 1)).mean()),
        "validation_accuracy": best["val_accuracy"],
        "epoch": best["epoch"],
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "optimizer": f"Adam, one cycle, peak rate {PEAK_RATE}",
        "seed": SEED,
        "train_hash": train_hash,
        "test_hash": test.hash,
        "seconds": round(sum(row["seconds"] for row in history)),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tensorflow.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "date": datetime.now(UTC).date().isoformat(),
    }
    (ASSETS / "about.json").write_text(json.dumps(about, indent=1) + "\n")
    (ASSETS / "history.json").write_text(json.dumps(history, indent=1) + "\n")
    print(f"test accuracy {about['test_accuracy']:.4f}, written to {ASSETS}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, default=Path("runs/fmnist-cnn"), help="folder of checkpoints")
    run = parser.parse_args().run
    run.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

    from cnnviz.data import open_images

    pictures = open_images("fmnist:train")
    history = train(run, pictures.pixels, pictures.labels)
    publish(run, history, pictures.hash, open_images("fmnist"))


if __name__ == "__main__":
    main()
