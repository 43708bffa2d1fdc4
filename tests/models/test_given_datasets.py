"""Datasets of TensorFlow and Keras give the values of ``model.predict`` on the same dataset, or one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import cnnviz
from cnnviz.core.errors import DataError

RNG = np.random.default_rng(2)
PIXELS = RNG.integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
LABELS = np.array([0, 3, 1, 4, 2, 0])
ONE_HOT = np.eye(5, dtype=np.float32)[LABELS]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    steep = keras.initializers.RandomNormal(stddev=1)
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(6, 3, activation="relu", name="conv"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(5, activation="softmax", kernel_initializer=steep),
        ]
    )


class Batches(keras.utils.PyDataset):
    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self.parts = parts

    def __len__(self) -> int:
        return 2

    def __getitem__(self, number: int) -> Any:
        part = slice(3 * number, 3 * number + 3)
        return tuple(array[part] for array in self.parts)


def sliced(*parts: Any) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices(parts[0] if len(parts) == 1 else parts)


def flow(x: np.ndarray, y: np.ndarray, **options: Any) -> Any:
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    shuffle = options.pop("shuffle", False)
    return ImageDataGenerator(**options).flow(x, y, batch_size=4, shuffle=shuffle)


@pytest.mark.parametrize(
    ("make", "labeled"),
    [
        (lambda: sliced(PIXELS), False),
        (lambda: sliced(PIXELS).batch(4), False),
        (lambda: sliced(PIXELS, LABELS), True),
        (lambda: sliced(PIXELS, LABELS).batch(4), True),
        (lambda: sliced(PIXELS, ONE_HOT).batch(6), True),
        (lambda: sliced(PIXELS.astype(np.float32), LABELS[:, None].astype(np.float32)).batch(5).prefetch(1), True),
        (lambda: sliced({"image": PIXELS, "label": LABELS}), True),
        (lambda: sliced(PIXELS, LABELS, np.ones(6)).batch(4), True),
        (lambda: sliced(PIXELS, LABELS).filter(lambda x, y: True).batch(4), True),
        (lambda: next(iter(sliced(PIXELS, LABELS).batch(6))), True),
        (lambda: Batches(PIXELS, LABELS), True),
        (lambda: Batches(PIXELS.astype(np.float32), ONE_HOT), True),
        (lambda: Batches(PIXELS), False),
        (lambda: flow(PIXELS.astype(np.float32), ONE_HOT), True),
        (lambda: tf.constant(PIXELS), False),
        (lambda: [tf.constant(pixels) for pixels in PIXELS], False),
    ],
)
def test_the_same_values(model: keras.Model, make: Any, labeled: bool) -> None:
    found = cnnviz.attribute(model, make())
    right = model.predict(PIXELS.astype(np.float32), verbose=0)
    np.testing.assert_allclose(found.probabilities, right, atol=1e-5)
    labels = found.images.labels
    assert (labels is not None and labels.tolist() == LABELS.tolist()) if labeled else labels is None


def test_a_rescaled_generator_and_its_model_without_scaling() -> None:
    keras.utils.set_random_seed(1)
    plain = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Conv2D(6, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(5, activation="softmax"),
        ]
    )
    for rescale, shift in ((1 / 255, 0), (1 / 127.5, -1)):
        given = flow(PIXELS.astype(np.float32), LABELS, preprocessing_function=lambda x, s=shift, r=rescale: x * r + s)
        probe = cnnviz.wrap(plain, scale="0-1" if shift == 0 else "-1-1")
        right = plain.predict(PIXELS.astype(np.float32) * rescale + shift, verbose=0)
        np.testing.assert_allclose(cnnviz.attribute(probe, given).probabilities, right, atol=1e-5)


def test_folder_datasets(tmp_path: Path, model: keras.Model) -> None:
    for number, pixels in enumerate(PIXELS):
        folder = tmp_path / ("ant", "bee")[number % 2]
        folder.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    options: dict[str, Any] = {"image_size": (32, 32), "shuffle": False, "verbose": False}
    right = model.predict(PIXELS[[0, 2, 4, 1, 3, 5]].astype(np.float32), verbose=0)
    for mode in ("int", "categorical", "binary"):
        data = keras.utils.image_dataset_from_directory(tmp_path, label_mode=mode, **options)
        images = cnnviz.open_images(data)
        assert images.class_names == ("ant", "bee")
        assert images.labels is not None
        assert images.labels.tolist() == [0, 0, 0, 1, 1, 1]
        np.testing.assert_allclose(cnnviz.wrap(model).probabilities(images), right, atol=1e-5)
    unlabeled = keras.utils.image_dataset_from_directory(tmp_path, label_mode=None, **options)
    assert cnnviz.open_images(unlabeled).labels is None
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator().flow_from_directory(tmp_path, (32, 32), shuffle=False)
    images = cnnviz.open_images(generator)
    assert images.class_names == ("ant", "bee") and len(images) == 6
    np.testing.assert_allclose(cnnviz.wrap(model).probabilities(images), right, atol=1e-5)


FLIP = keras.layers.RandomFlip(seed=1)


def flip(x: Any) -> Any:
    return tf.image.random_flip_left_right(x)


# Keras imports from a module of SciPy that is called otherwise by now.
@pytest.mark.filterwarnings("ignore:.*scipy.ndimage:DeprecationWarning")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sliced(PIXELS).shuffle(6).batch(2).prefetch(1), "(shuffled): the order is not that of the source"),
        (lambda: sliced(PIXELS).map(flip).cache().batch(2), "(randomly changed by map): pixels are not"),
        (
            lambda: sliced(PIXELS).shuffle(6).batch(2).map(lambda x: FLIP(x, training=True)),
            "(shuffled, randomly changed by map): neither order nor pixels are",
        ),
        (lambda: flow(PIXELS, LABELS, rotation_range=20, zoom_range=0.1), "by rotation_range, zoom_range)"),
        (
            lambda: flow(PIXELS, LABELS, shuffle=True, horizontal_flip=True),
            "(shuffled, randomly changed by horizontal_",
        ),
        (lambda: sliced(PIXELS).map(lambda x: tf.cast(x, tf.float32) / 255).batch(2), ""),
        (lambda: flow(PIXELS, LABELS, rescale=1 / 255), ""),
        (lambda: Batches(PIXELS, LABELS), ""),
    ],
)
def test_a_random_draw_is_noted_once(make: Any, words: str) -> None:
    notes = [note for note in cnnviz.open_images(make()).notes if "random draw" in note]
    assert len(notes) == bool(words) and words in "".join(notes)


def test_a_dataset_without_an_end_is_refused_in_a_line() -> None:
    endless = sliced(PIXELS).repeat()
    with pytest.raises(DataError, match=r"has no end; give dataset.take\(100\).* set a limit: .*limit=1000"):
        cnnviz.open_images(endless)
    assert len(cnnviz.open_images(endless, limit=8)) == 8
    assert len(cnnviz.open_images(endless.batch(4), limit=6)) == 6


@pytest.mark.skipif(sys.platform != "linux", reason="not for this platform: it has no /proc")
def test_a_keras_generator_ends_after_its_length() -> None:
    code = """
import itertools, os, resource, signal
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf, cnnviz
from tensorflow.keras.preprocessing.image import ImageDataGenerator
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30),) * 2)
flow = ImageDataGenerator(rescale=1 / 255).flow(np.zeros((6, 32, 32, 3)), np.arange(6), batch_size=4)
print(len(cnnviz.open_images(flow)))
whole = np.arange(6 * 64, dtype=np.uint8).reshape(6, 8, 8, 1) % 251
print(len(cnnviz.profile_images(ImageDataGenerator().flow(whole, np.arange(6) % 2, batch_size=4), parts=()).sets[0]))
def forever():
    while True:
        yield np.zeros((32, 32, 3), np.uint8)
unknown = tf.data.Dataset.from_generator(forever, output_signature=tf.TensorSpec((32, 32, 3), tf.uint8))
print(len(cnnviz.open_images(unknown, limit=5)))
def large():
    while True:
        yield np.zeros((512, 512, 3), np.uint8)
unknown = tf.data.Dataset.from_generator(large, output_signature=tf.TensorSpec((512, 512, 3), tf.uint8))
for source in (unknown, unknown.batch(8)):
    try:
        cnnviz.open_images(source)
    except cnnviz.DataError as error:
        print("a third of the free memory" in str(error) and "limit=1000" in str(error))
def interrupted():
    for number in itertools.count():
        if number == 50:
            os.kill(os.getpid(), signal.SIGINT)
        yield np.zeros((8, 8, 1), np.uint8)
unknown = tf.data.Dataset.from_generator(interrupted, output_signature=tf.TensorSpec((8, 8, 1), tf.uint8))
try:
    cnnviz.open_images(unknown)
except KeyboardInterrupt:
    print("stopped", flush=True)
# The endless generators run in threads of TensorFlow, which an exit may wait for.
os._exit(0)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=True)
    assert found.stdout.split() == ["6", "6", "5", "True", "True", "stopped"]
