"""``layers``, ``predict``, ``models``, ``--version``, ``--help``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

import cnnviz
from cnnviz.cli.main import COMMANDS
from cnnviz.core.errors import UsageError


def data_of(page: bytes) -> dict:
    return json.loads(page.partition(b'id="data">')[2].partition(b"</script>")[0])


def test_layers_lists_every_layer(run) -> None:
    done = run("layers")
    lines = done.out.splitlines()
    assert lines[0].startswith("fmnist-cnn")
    assert "takes:       28×28×1 pixels as 0-1" in done.out and "in the page: runs" in done.out
    table = lines[lines.index("") + 3 :]
    assert [line.split()[0] for line in table[:9]] == [layer.path for layer in cnnviz.open_model().layers]
    assert "11×11×64" in done.out and "185,866 parameters" in done.out


def test_layers_as_json(run) -> None:
    document = json.loads(run("layers", "fmnist-cnn", "--json").out)
    assert (document["schema_version"], document["kind"]) == (1, "layers")
    conv2 = next(layer for layer in document["layers"] if layer["path"] == "conv2")
    assert conv2["shape"] == [11, 11, 64] and conv2["receptive_field"] == [8, 8] and conv2["parameters"] == 36928
    assert document["model"]["parameters"] == 185_866


def test_layers_draws_the_network(run) -> None:
    done = run("layers", "--format", "svg")
    assert (done.code, done.out) == (0, "network.svg\n"), done.err
    drawn = Path("network.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg") and "conv2: Conv2D, relu, 11×11×64, 36,928 parameters" in drawn
    assert json.loads(run("layers", "--out", "n.svg", "--json").out)["paths"] == ["n.svg"]
    refused = run("layers", "--out", "n.png")
    assert refused.code == 2 and "end its name in .svg" in refused.err and not Path("n.png").exists()


def test_models_lists_the_bundled_ones(run) -> None:
    told = run("models").out
    models = json.loads(run("models", "--json").out)["models"]
    assert [model["name"] for model in models] == ["fmnist-cnn", "fmnist-best"]
    for model in models:
        assert model["name"] in told and f"{100 * model['test_accuracy']:.2f} %" in told and model["seed"] == 20


def test_predict_names_the_classes(run, tmp_path: Path) -> None:
    sample = cnnviz.open_images("sample")
    Image.fromarray(sample.pixels[0, ..., 0]).save(tmp_path / "boot.png")
    done = run("predict", "boot.png", "--top", "2")
    assert done.code == 0
    assert "boot.png" in done.out and "Ankle boot" in done.out and done.out.splitlines()[0].split()[-1] == "2nd"
    document = json.loads(run("predict", "boot.png", "--json").out)
    (picture,) = document["pictures"]
    expected = cnnviz.open_model().probabilities(sample[:1])[0]
    assert picture["classes"][0]["name"] == "Ankle boot"
    assert picture["classes"][0]["probability"] == pytest.approx(expected.max(), abs=1e-5)


def test_predict_needs_a_picture(run) -> None:
    done = run("predict")
    assert done.code == 2 and "IMAGE" in done.err and done.err.count("\n") == 1


def test_version(run) -> None:
    assert run("--version").out == f"cnnviz {cnnviz.__version__}\n"


def test_an_unknown_command_lists_the_nearest_first(run) -> None:
    done = run("activation")
    assert done.code == 2 and "choose from: activations" in done.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    if name != "models":
        assert f"\n  cnnviz {name}" in done.out
    for line in run("--help").out.partition("Commands:")[2].splitlines():
        assert not line.rstrip().endswith("..."), "the first sentence is too long for the list of commands"


def test_predict_takes_folders_and_patterns(run, tmp_path: Path) -> None:
    sample = cnnviz.open_images("sample")
    (tmp_path / "photos").mkdir()
    for i in range(3):
        Image.fromarray(sample.pixels[i, ..., 0]).save(tmp_path / "photos" / f"{i}.png")
    for pictures in (["photos"], ["photos/*.png"], ["photos/0.png", "photos/[12].png"]):
        document = json.loads(run("predict", *pictures, "--json").out)
        assert [picture["picture"] for picture in document["pictures"]] == ["0.png", "1.png", "2.png"]


def test_predict_takes_colour_photos_of_any_size_and_writes_pages_and_tables(run, tmp_path: Path) -> None:
    """The ankle boot of the sample as a photo: white ground, in colour, far larger, not square."""
    boot = 255 - cnnviz.open_images("sample").pixels[0, ..., 0]
    (tmp_path / "photos").mkdir()
    for name, size in (("wide.jpg", (700, 500)), ("tall.png", (170, 200))):
        photo = Image.new("RGB", size, "white")
        side = min(size)
        drawn = Image.fromarray(boot).convert("RGB").resize((side, side))
        photo.paste(drawn, ((size[0] - side) // 2, (size[1] - side) // 2))
        photo.save(tmp_path / "photos" / name)
    done = run("predict", "photos/", "--out", "photos.csv")
    assert (done.code, done.out) == (0, "photos.csv\n"), done.err
    assert "converted 2 images to grayscale" in done.err and "inverted 2 images" in done.err
    with Path("photos.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["predicted class"]) for row in rows] == [
        ("tall.png", "Ankle boot"),
        ("wide.jpg", "Ankle boot"),
    ]
    assert sum(float(rows[0][f"p({name})"]) for name in cnnviz.open_model().class_names) == pytest.approx(1, abs=1e-5)
    done = run("predict", "photos/wide.jpg", "--format", "html", "--json", "--quiet")
    assert json.loads(done.out)["paths"] == ["predictions.html"] and done.err == ""
    (made,) = data_of(Path("predictions.html").read_bytes())["sections"]["heatmaps"]["made"]
    assert made["key"] == "grad-cam"
    assert run("predict", "photos/", "--out", "sheet.png", "--quiet").code == 0
    with Image.open("sheet.png") as sheet:
        assert sheet.size[0] > 200
    assert run("predict", "photos/", "--out", "said.json", "--quiet").code == 0
    said = json.loads(Path("said.json").read_text(encoding="utf-8"))
    assert [picture["predicted"] for picture in said["pictures"]] == ["Ankle boot", "Ankle boot"]


def test_predict_explains_a_model_without_convolutions_another_way(run, tmp_path: Path) -> None:
    import keras

    keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    ).save(tmp_path / "dense.keras")
    Image.fromarray(cnnviz.open_images("sample").pixels[0, ..., 0]).save(tmp_path / "boot.png")
    done = run("predict", "boot.png", "--model", "dense.keras", "--out", "p.html")
    assert done.code == 0 and "has no convolution, so the heatmaps are by saliency" in done.err
    assert data_of(Path("p.html").read_bytes())["sections"]["heatmaps"]["made"][0]["key"] == "saliency"


def test_a_layer_of_rows_is_shown_as_units(run, tmp_path: Path) -> None:
    import keras

    rows = keras.layers.Dense(4, name="rows")
    model = keras.Sequential([keras.Input((28, 28)), rows, keras.layers.Flatten(), keras.layers.Dense(10)])
    model.save(tmp_path / "rows.keras")
    for form in ("html", "png", "gif", "npz", "json", "csv"):
        assert run("activations", "--model", "rows.keras", "--n", "2", "--layer", "rows", "--format", form).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["activations"], "10"),
        (["heatmap"], "10; with --compare 1,000"),
        (["heatmap", "--compare", "shirt,coat"], "10; with --compare 1,000"),
        (["evaluate", "--data", "sample"], "all"),
        (["compare", "fmnist-cnn", "fmnist-best"], "1,000"),
        (["compare", "shirt", "coat"], "1,000"),
        *([[name], "1,000"] for name in ("ablate", "embedding", "filters", "maximize", "report", "similarity")),
        (["deconv", "--layer", "conv1"], "1,000"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else None,
)
def test_help_says_how_many_pictures_are_taken_unasked(run, monkeypatch, arguments: list[str], said: str) -> None:
    def asked(*given: object, default: int | None = 10, **options: object) -> None:
        raise UsageError(f"taken: {'all' if default is None else f'{default:,}'}")

    shown = " ".join(run(arguments[0], "--help").out.split())
    assert f"Number of images. [default: {said}]" in shown
    monkeypatch.setattr("cnnviz.cli.inputs.select_images", asked)
    taken = said.partition(";")[0] if "--compare" not in arguments else said.rpartition(" ")[2]
    assert run(*arguments).err.splitlines()[-1] == f"cnnviz: taken: {taken}"
