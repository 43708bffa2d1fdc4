"""Images per second in training: the loop of `cnnviz.train` and Keras' own `model.fit`, alternating in one process.

    python benchmarks/train.py [--rounds 5] [--pictures 6400]
    python benchmarks/train.py --to 0.92

Both train depp-cnn with batches of 128, as its author did, and Adam with Keras's defaults. The first command reports
medians and their ratio; bound: at least 0.97 × model.fit on processors without bfloat16, 1.5 × with it. The second
measures the time until a test accuracy is reached, by that recipe and by that of cnnviz; bound: a third. (Evaluating
the test set after each epoch is part of this measurement only.)
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

import cnnviz
from cnnviz.data.images import Images
from cnnviz.models.import_tensorflow import tensorflow
from cnnviz.training.architectures.named import architecture
from cnnviz.training.batches import Batches
from cnnviz.training.compiled_step import Steps
from cnnviz.training.optimizers import optimizer_of
from cnnviz.training.precision import built_in, precision_of
from cnnviz.training.recipe import TrainingRecipe

SHAPE, CLASSES = (28, 28, 1), 10
#: The training of depp-cnn as its author describes it, with Keras's defaults for the rest.
AUTHORS = TrainingRecipe(epochs=10, batch_size=128, optimizer="adam", rate=1e-3, schedule="constant")
#: Half of depp-cnn's first layer, which takes most of its time, and batch normalization, which allows higher rates.
QUICK = (
    "conv 32 3x3 relu, pool 2, conv 64 3x3, bn, relu, pool 2, conv 128 3x3, bn, relu, flatten, dropout 0.3, dense 10"
)
QUICK_RECIPE = TrainingRecipe(epochs=8, rate=4e-3, seed=1)


def theirs(pictures: Images, recipe: TrainingRecipe):
    """Return a function that trains an epoch by model.fit, and the model."""
    import keras

    model = architecture("depp-cnn").model(SHAPE, CLASSES)
    model.compile(keras.optimizers.Adam(recipe.peak_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    inputs = pictures.pixels.astype(np.float32) / 255

    def epoch(number: int) -> None:
        model.fit(inputs, pictures.labels, batch_size=recipe.batch_size, verbose=0)

    return epoch, model


def ours(pictures: Images, recipe: TrainingRecipe, words: str = ""):
    """Return a function that trains an epoch by the cnnviz loop, and the model: depp-cnn, or layers from text."""
    import keras

    from cnnviz.training.layer_text import build_from_words
    from cnnviz.training.schedule import rate_at

    keras.utils.set_random_seed(recipe.seed)
    with built_in(precision_of(recipe)):
        depp = architecture("depp-cnn")
        model = build_from_words(words, SHAPE, CLASSES, "quick") if words else depp.model(SHAPE, CLASSES)
    steps = Steps(model, optimizer_of(recipe, model.trainable_variables), recipe.label_smoothing, CLASSES)
    batches = Batches(pictures, recipe)

    def epoch(number: int) -> None:
        for step, batch in enumerate(batches.epoch(number)):
            rate = rate_at(recipe, number * batches.steps + step, recipe.epochs * batches.steps)
            loss, hits = steps.learn(batch.inputs, batch.labels, batch.weights, batch.answers, np.float32(rate))
            float(loss), int(hits)

    return epoch, model


def throughput(rounds: int, count: int) -> None:
    """Print medians and the ratio."""
    pictures = cnnviz.open_images("fmnist:train").take(range(count))
    recipe = AUTHORS
    contenders = {"model.fit": theirs(pictures, recipe)[0], "cnnviz": ours(pictures, recipe)[0]}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, epoch in contenders.items():
            begun = time.perf_counter()
            epoch(number)
            if number:  # the first round of each compiles
                times[name].append(count / (time.perf_counter() - begun))
    medians = {name: statistics.median(rates) for name, rates in times.items()}
    ratio = statistics.median(b / a for a, b in zip(times["model.fit"], times["cnnviz"], strict=True))
    print(f"processor trains in {precision_of(recipe)}")
    for name, rate in medians.items():
        print(f"{name:10} {rate:8,.0f} pictures per second")
    print(f"cnnviz is at {ratio:.2f} × model.fit")


def time_to(accuracy: float, most: int) -> None:
    """Print the seconds of training until the test accuracy, by both recipes."""
    pictures, test = cnnviz.open_images("fmnist:train"), cnnviz.open_images("fmnist")
    inputs = test.pixels.astype(np.float32) / 255
    cycle = QUICK_RECIPE.epochs
    runs = {
        f"{QUICK}, one cycle over {cycle} epochs": (*ours(pictures, QUICK_RECIPE, QUICK), cycle),
        "depp-cnn, Adam with Keras's defaults": (*theirs(pictures, AUTHORS), most),
    }
    for name, (epoch, model, epochs) in runs.items():
        spent = 0.0
        for number in range(epochs):
            begun = time.perf_counter()
            epoch(number)
            spent += time.perf_counter() - begun
            right = (model.predict(inputs, batch_size=500, verbose=0).argmax(1) == test.labels).mean()
            print(f"{name}: epoch {number + 1}, {spent:.0f} s, {right:.2%}", flush=True)
            if right >= accuracy:
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=6400)
    parser.add_argument("--to", type=float, help="measure the time to a test accuracy instead")
    parser.add_argument("--most", type=int, default=30, help="the most epochs")
    asked = parser.parse_args()
    tensorflow()
    if asked.to:
        time_to(asked.to, asked.most)
    else:
        throughput(asked.rounds, asked.pictures)


if __name__ == "__main__":
    main()
