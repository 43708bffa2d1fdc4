"""Two models on the same images: figures by hand, what cannot be compared, and two real models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.core.model_card import ModelCard
from cnnviz.data.images import Images
from cnnviz.features.predictions import Predictions
from cnnviz.models.distinct_names import with_distinct_names
from cnnviz.reports.comparison import Comparison

NAMES = ("cat", "dog", "owl")
#: Predicted 0, 1, 2, 0, 1 and 0, 2, 1, 1, 1 for labels 0, 1, 1, 2, 1.
FIRST = [[0.8, 0.1, 0.1], [0.1, 0.6, 0.3], [0.2, 0.1, 0.7], [0.9, 0.05, 0.05], [0.3, 0.4, 0.3]]
SECOND = [[0.6, 0.2, 0.2], [0.1, 0.1, 0.8], [0.3, 0.5, 0.2], [0.0, 0.95, 0.05], [0.0, 1.0, 0.0]]
LABELS = np.array([0, 1, 1, 2, 1])


def answers(probabilities: list[list[float]], name: str = "m", labels: np.ndarray | None = LABELS) -> Predictions:
    images = Images(np.zeros((len(probabilities), 2, 2, 1), np.uint8), labels, NAMES)
    card = ModelCard(name, "0", (2, 2, 1), NAMES, (), 5)
    return Predictions(images, card, np.array(probabilities, np.float32))


@pytest.fixture
def comparison() -> Comparison:
    return Comparison(answers(FIRST, "one"), answers(SECOND, "two"))


def test_figures_by_hand(comparison: Comparison) -> None:
    assert comparison.accuracies == (3 / 5, 3 / 5)
    assert comparison.table is not None
    assert comparison.table.tolist() == [[2, 1], [1, 1]]
    assert comparison.agreement == 2 / 5
    # The less sure of the two: 0.6, 0.5 and 0.9.
    assert comparison.differing.tolist() == [3, 1, 2]
    assert len(comparison) == 5
    assert comparison._repr_html_().startswith("<div")
    assert repr(comparison) == "Comparison('one' and 'two' on 5 images of 'array')"


def test_the_key_figures_as_text_and_as_a_document(comparison: Comparison) -> None:
    assert comparison.summary_rows() == (
        ("model", "accuracy", "correct"),
        ("A  one", "60.0 %", "3 of 5"),
        ("B  two", "60.0 %", "3 of 5"),
        ("same prediction", "40.0 %", "2 of 5"),
    )
    told = comparison.summary_document()
    assert told["right"] == {"both": 2, "only_a": 1, "only_b": 1, "neither": 1}
    assert [model["accuracy"] for model in told["models"]] == [0.6, 0.6] and told["agreement"] == 0.4
    bare = Comparison(answers(FIRST, labels=None), answers(SECOND, labels=None))
    assert bare.summary_rows()[1] == ("A  m", "–", "no labels") and bare.summary_document()["right"] is None


def test_without_labels_only_agreement_is_known() -> None:
    bare = Comparison(answers(FIRST, labels=None), answers(SECOND, labels=None))
    assert bare.accuracies is None and bare.table is None
    assert bare.agreement == 2 / 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.take([0, 1]), "given 5 and 2 images"),
        (lambda p: replace(p, model=replace(p.model, class_names=("cat", "dog"))), "they have 3 and 2 classes"),
        (lambda p: replace(p, model=replace(p.model, class_names=("owl", "dog", "cat"))), "in another order"),
        (
            lambda p: replace(p, model=replace(p.model, class_names=("cat", "cow", "owl"))),
            "class 1 is 'dog' in one and 'cow' in the other",
        ),
        (lambda p: replace(p, images=replace(p.images, labels=LABELS[::-1])), "different labels"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(comparison: Comparison, change, words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        Comparison(comparison.first, change(comparison.second))
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def small() -> object:
    """A network of another size of input and no names for its classes, trained for a moment."""
    import keras

    keras.utils.set_random_seed(3)
    sample = cnnviz.open_images("sample")[:200]
    model = keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            keras.layers.Conv2D(8, 3, activation="relu", name="first"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dense(10, activation="softmax", name="out"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    half = sample.pixels.astype(np.float32).reshape(200, 14, 2, 14, 2, 1).mean(axis=(2, 4)) / 255
    model.fit(half, sample.labels, epochs=6, batch_size=16, verbose=0)
    return model


def test_models_of_other_input_sizes_each_get_their_own_pictures(small: object) -> None:
    pictures = cnnviz.open_images("sample")[200:300]
    done = cnnviz.compare("fmnist-cnn", pictures, other=cnnviz.wrap(small, scale="0-1"))
    assert done.first.images.shape == (28, 28, 1) and done.second.images.shape == (14, 14, 1)
    assert done.second.model.class_names == done.first.model.class_names == pictures.class_names
    assert done.accuracies is not None and done.table is not None
    own = cnnviz.predict("fmnist-cnn", pictures)
    assert done.accuracies[0] == float((own.predicted == pictures.labels).mean()) > 0.8
    assert 0.3 < done.accuracies[1] < done.accuracies[0]
    assert done.table.sum() == 100
    assert done.table[0].sum() == round(100 * done.accuracies[0])
    assert done.table[:, 0].sum() == round(100 * done.accuracies[1])
    assert f"{done.agreement:.2f}" == f"{1 - len(done.differing) / 100:.2f}"
    page = done.to_html()
    assert b"its input images differ from those" in page and b'"start":"#/compare?of=models"' in page


def test_a_model_without_names_takes_those_of_the_other(small: object) -> None:
    unlabelled = replace(cnnviz.open_images("sample")[:4], labels=None, class_names=())
    for a, b in (("fmnist-cnn", small), (small, "fmnist-cnn")):
        first, second = (m if isinstance(m, str) else cnnviz.wrap(m, scale="0-1") for m in (a, b))
        done = cnnviz.compare(first, unlabelled, other=second)
        assert done.second.model.class_names == done.first.model.class_names
        assert done.first.model.class_names[9] == "Ankle boot"


def test_perturbed_weights_are_noticed(tmp_path: Path) -> None:
    import keras

    pictures = cnnviz.open_images("sample")[:60]
    model = keras.models.clone_model(cnnviz.open_model().model)
    model.set_weights(cnnviz.open_model().model.get_weights())
    same = cnnviz.compare("fmnist-cnn", pictures, other=cnnviz.wrap(model, scale="0-1"))
    assert same.agreement == 1 and len(same.differing) == 0
    random = np.random.default_rng(0)
    model.set_weights([w + random.normal(0, 0.15, w.shape) for w in model.get_weights()])
    other = cnnviz.compare("fmnist-cnn", pictures, other=cnnviz.wrap(model, scale="0-1"))
    assert other.agreement < 1
    path = other.to_html(tmp_path / "c.html")
    assert isinstance(path, Path) and path.stat().st_size < 2_000_000
    assert other.to_html() == path.read_bytes()


def test_other_classes_are_refused_before_anything_runs(small: object) -> None:
    import keras

    three = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(UsageError, match="they have 10 and 3 classes"):
        cnnviz.compare("fmnist-cnn", cnnviz.open_images("sample")[:3], other=three)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("/w/runA", "/w/runB"), ("net (runA)", "net (runB)")),
        (("/w/a/net.keras", "/w/b/net.keras"), ("net (a)", "net (b)")),
        (("/w/net.keras", "/w/net.h5"), ("net (net.keras)", "net (net.h5)")),
        (("/w/net.keras", "/w/a/net.keras"), ("net (w)", "net (a)")),
        (("/w/runA", None), ("net (runA)", "net")),
        (("/w/runA", "/w/runA"), ("net", "net")),
        ((None, None), ("net", "net")),
    ],
)
def test_models_of_one_name_are_told_apart_by_where_they_are_from(paths, names) -> None:
    bare = cnnviz.open_model()
    probes = [
        replace(bare, card=replace(bare.card, name="net"), path=None if path is None else Path(path)) for path in paths
    ]
    assert tuple(probe.card.name for probe in with_distinct_names(*probes)) == names
    other = replace(probes[1], card=replace(bare.card, name="other"))
    assert [probe.card.name for probe in with_distinct_names(probes[0], other)] == ["net", "other"]
    pictures = cnnviz.open_images("sample")[:5]
    done = cnnviz.compare(probes[0], pictures, other=probes[1])
    with pytest.warns(DeprecationWarning, match="other=b"):
        earlier = cnnviz.compare(*probes, pictures)
    assert earlier.to_html() == done.to_html()
    assert (done.first.model.name, done.second.model.name) == names
