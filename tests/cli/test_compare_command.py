"""``cnnviz compare``: two models, two classes, and what is neither."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

import cnnviz


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of the same classes."""
    import keras

    keras.utils.set_random_seed(1)
    layers = [keras.layers.Conv2D(4, 3, name="conv"), keras.layers.Flatten(), keras.layers.Dense(10, name="out")]
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Rescaling(1 / 255), *layers])
    path = tmp_path_factory.mktemp("models") / "other.keras"
    model.save(path)
    return path


def data_of(path: Path) -> dict:
    match = re.search(rb'<script type="application/json" id="data">(.*?)</script>', path.read_bytes(), re.DOTALL)
    assert match
    return json.loads(match[1])


def test_two_models(run, other: Path) -> None:
    done = run("compare", "fmnist-cnn", str(other), "--n", "60")
    assert done.code == 0 and done.out.splitlines()[-1] == "compare.html"
    assert "A  fmnist-cnn" in done.out and "B  other" in done.out and "of 60" in done.out
    # Nothing is said twice of the images: those of B were resized once, and repeated to three channels.
    assert "images for B: resized from 28×28 to 32×32" in done.err and "images for A" not in done.err
    data = data_of(Path("compare.html"))
    assert data["start"] == "#/compare?of=models"
    assert data["sections"]["compare"]["other"]["shape"] == [32, 32, 3]
    assert {"overview", "image", "layer", "draw", "about"} <= set(data["sections"])


def test_the_figures_of_two_models_as_json(run, other: Path) -> None:
    document = json.loads(run("compare", "fmnist-cnn", str(other), "--n", "60", "--json", "-q").out)
    assert (document["kind"], document["of"], document["pictures"]) == ("comparison", "models", 60)
    whole = cnnviz.open_images("sample")
    pictures = whole.take(
        [i for i in range(1000) if int(whole.indices[i]) in set(data_of(Path("compare.html"))["pictures"]["ids"])]
    )
    expected = cnnviz.compare("fmnist-cnn", pictures, other=other)
    assert [model["accuracy"] for model in document["models"]] == list(expected.accuracies)
    assert list(document["right"].values()) == expected.table.ravel().tolist()
    assert document["agreement"] == expected.agreement


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two run folders of networks in words."""
    place = tmp_path_factory.mktemp("trained")
    few = cnnviz.open_images("sample")[:60]
    for name in ("runA", "runB"):
        cnnviz.train(layers="flatten, dense 10", images=few, epochs=1, snapshots=False, out=place / name)
    return place


def test_two_run_folders_under_the_names_of_their_folders(run, trained: Path) -> None:
    shutil.copytree(trained, ".", dirs_exist_ok=True)
    done = run("compare", "./runA", "./runB", "--n", "20", "-q")
    assert done.code == 0 and "A  runA" in done.out and "B  runB" in done.out, done.err
    data = data_of(Path("compare.html"))
    assert (data["model"]["name"], data["sections"]["compare"]["other"]["model"]["name"]) == ("runA", "runB")


def test_runs_of_one_network_are_told_apart_by_their_folders(run, trained: Path) -> None:
    for name in ("runA", "runB"):
        shutil.copytree(trained / name, f"{name}/net")
        about = json.loads(Path(name, "net", "run.json").read_text())
        Path(name, "net", "run.json").write_text(json.dumps(about | {"network": "depp-cnn"}))
    document = json.loads(run("compare", "runA/net", "runB/net", "--n", "20", "--json", "-q").out)
    assert [model["name"] for model in document["models"]] == ["depp-cnn (runA)", "depp-cnn (runB)"]
    done = run("evaluate", "--model", "runA/net", "--other", "runB/net", "--data", "sample", "--n", "20")
    assert done.code == 0 and "depp-cnn (runA): accuracy" in done.err and "depp-cnn (runB)" in done.err
    assert data_of(Path("evaluation.html"))["model"]["name"] == "depp-cnn (runA)"
    done = run("similarity", "--model", "runA/net", "--with", "runB/net", "--n", "20", "--out", "s.json", "-q")
    document = json.loads(Path("s.json").read_text())
    assert (document["model"]["name"], document["other"]) == ("depp-cnn (runA)", "depp-cnn (runB)"), done.err


def test_two_classes(run) -> None:
    done = run("compare", "shirt", "t-shirt", "--n", "80", "--out", "two.html", "--quiet")
    assert (done.code, done.out, done.err) == (0, "two.html\n", "")
    data = data_of(Path("two.html"))
    assert data["start"] == "#/compare?of=classes&a=6&b=0"
    assert data["sections"]["compare"]["other"] is None
    assert set(data["sections"]["compare"]["profiles"]["layers"]) >= {"conv1", "conv2", "conv3", "dense1"}
    document = json.loads(run("compare", "shirt", "0", "--n", "80", "--json", "-q").out)
    assert [one["name"] for one in document["classes"]] == ["Shirt", "T-shirt/top"]
    labels, predicted = data["pictures"]["labels"], data["pictures"]["predicted"]
    for one, own, said in zip(document["classes"], (6, 0), (0, 6), strict=True):
        assert one["pictures"] == labels.count(own) == 8
        assert one["called_the_other"] == sum(pair == (own, said) for pair in zip(labels, predicted, strict=True))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["shirt", "shirts"], 2, "there is no class or model 'shirts'; choose from: Shirt, T-shirt/top"),
        (["fmnist-cn", "shirt"], 2, "there is no class or model 'fmnist-cn'; choose from: fmnist-cnn"),
        (["shirt", "Shirt"], 2, "both are the class 'Shirt'"),
        (["shirt", "./nowhere"], 2, "; a model may also be a .keras or .h5 file, or a run or SavedModel folder"),
        (["fmnist-cnn", "shirt"], 2, "'fmnist-cnn' is a model and 'shirt' was taken for a class"),
        (["fmnist-cnn", "./nowhere"], 2, ", or a .keras or .h5 file, or a run or SavedModel folder), or two classes"),
        (["shirt", "x.keras"], 2, "'x.keras' is a model and 'shirt' was taken for a class"),
        (["fmnist-cnn", "x.keras"], 3, "there is no model file x.keras"),
        (["fmnist-cnn", "notes.txt"], 3, "cannot open notes.txt as a Keras model"),
        (["fmnist-cnn", "fmnist-cnn", "--model", "fmnist-cnn"], 2, "leave out --model"),
        (["shirt"], 2, "Missing argument 'B'"),
        (["shirt", "bag", "--data", "nowhere"], 3, "nowhere"),
        (["shirt", "bag", "--out", "x.npz"], 2, "has no known ending"),
        (["shirt", "bag", "--out", "x.png", "--format", "gif"], 2, "contradict each other"),
        (["shirt", "bag", "--layer", "conv2", "--format", "png"], 2, "--layer selects channels"),
        (["fmnist-cnn", "fmnist-cnn", "--layer", "conv2", "--format", "csv"], 2, "of two models does not have"),
    ],
)
def test_bad_input_gets_one_line(run, arguments: list[str], code: int, words: str) -> None:
    Path("notes.txt").write_text("hello")
    done = run("compare", *arguments)
    assert done.code == code and words in done.err and done.err.count("\n") == 1, done.err
    assert not Path("compare.html").exists()


def test_models_of_other_classes_are_refused(run, tmp_path: Path) -> None:
    import keras

    keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]).save("three.keras")
    done = run("compare", "fmnist-cnn", "three.keras", "--n", "5", "-q")
    assert done.code == 2 and "they have 10 and 3 classes" in done.err


def test_pictures_without_labels(run, other: Path, tmp_path: Path) -> None:
    from PIL import Image

    sample = cnnviz.open_images("sample")
    Path("photos").mkdir()
    for i in range(4):
        Image.fromarray(sample.pixels[i, ..., 0]).save(f"photos/{i}.png")
    done = run("compare", "fmnist-cnn", str(other), "--data", "photos", "-q")
    assert done.code == 0 and "no labels" in done.out
    document = json.loads(run("compare", "shirt", "bag", "--data", "photos", "-q", "--json", "-f").out)
    assert all(one["called_the_other"] is None for one in document["classes"])


def test_sheets_films_tables_and_documents_of_two_models(run, other: Path) -> None:
    from PIL import Image

    for form in ("png", "gif", "csv", "json"):
        done = run("compare", "fmnist-cnn", str(other), "--n", "60", "--out", f"two.{form}", "-q")
        assert done.code == 0 and done.out.splitlines()[-1] == f"two.{form}"
    with Image.open("two.png") as sheet, Image.open("two.gif") as film:
        assert sheet.format == "PNG" and film.n_frames > 1
    rows = list(csv.DictReader(Path("two.csv").read_text("utf-8").splitlines()))
    document = json.loads(Path("two.json").read_text())
    assert (document["kind"], document["count"], len(rows)) == ("model comparison", 60, 60)
    for row, picture in zip(rows, document["pictures"], strict=True):
        assert (row["number"], row["true class"]) == (str(picture["id"]), picture["label"])
        for side in ("a", "b"):
            assert row[f"{side.upper()} predicts"] == picture[side]["predicted"]
            assert float(row[f"{side.upper()} confidence"]) == picture[side]["probability"]
            assert row[f"{side.upper()} right"] == str(picture[side]["predicted"] == picture["label"]).lower()
    both = sum(row["A right"] == row["B right"] == "true" for row in rows)
    assert document["right"]["both"] == both and sum(document["right"].values()) == 60
    assert sum(row["pictures"] for row in document["classes"]) == 60


def test_sheets_films_tables_and_documents_of_two_classes(run) -> None:
    from PIL import Image

    for form in ("png", "gif", "csv", "json"):
        layer = ["--layer", "conv2"] if form in ("csv", "json") else []
        done = run("compare", "shirt", "coat", "--n", "80", "--format", form, "-q", *layer)
        assert (done.code, done.out) == (0, f"compare.{form}\n")
    with Image.open("compare.png") as sheet, Image.open("compare.gif") as film:
        assert sheet.format == "PNG" and film.n_frames > 1
    rows = list(csv.DictReader(Path("compare.csv").read_text("utf-8").splitlines()))
    document = json.loads(Path("compare.json").read_text())
    assert [one["name"] for one in (document["a"], document["b"])] == ["Shirt", "Coat"]
    (layer,) = document["layers"]
    assert layer["path"] == "conv2" and [int(row["channel"]) for row in rows] == [
        c["channel"] for c in layer["channels"]
    ]
    assert sorted(int(row["channel"]) for row in rows) == list(range(64))
    apart = [abs(float(row["A - B"])) for row in rows]
    assert apart == sorted(apart, reverse=True)
    # By hand: the mean of the channel over the pictures labelled so.
    images = cnnviz.open_images("sample")
    chosen = images.take([i for i in range(1000) if images.labels[i] == 6])
    run("report", "--n", "80", "--format", "json", "-q")
    ids = {picture["number"] for picture in json.loads(Path("report.json").read_text())["pictures"]}
    own = chosen.take([i for i in range(len(chosen)) if int(chosen.indices[i]) in ids])
    means = cnnviz.activations("fmnist-cnn", own, "conv2")["conv2"].mean(axis=(0, 1, 2))
    first = rows[0]
    assert float(first["A"]) == pytest.approx(float(means[int(first["channel"])]), rel=1e-4)
