"""The areas: for each, good files to begin with, and what is done with a mutated one."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tools.fuzz.bombs import bomb_seeds, check_bomb
from tools.fuzz.carriers import check_names, names_seeds

#: Good files by name.
Seeds = Mapping[str, bytes]


@dataclass(frozen=True)
class Area:
    """An area: ``seeds`` makes good files, ``check`` reads the mutated one of a name in a folder.

    The folder holds the other files too if the area is ``whole``: those of a run or of a SavedModel. ``share`` is
    that of the time, more for areas of many formats.
    """

    title: str
    seeds: Callable[[Path], Seeds]
    check: Callable[[Path, str], None]
    whole: bool = False
    share: int = 1


def image_seeds(folder: Path) -> Seeds:
    """Images in every format, tables and arrays of them."""
    from PIL import Image

    rng = np.random.default_rng(7)
    pixels, labels = rng.integers(0, 256, (3, 8, 8), dtype=np.uint8), np.array([0, 2, 1])
    files: dict[str, bytes] = {}
    for mode in ("L", "RGB", "RGBA", "P", "CMYK", "I;16", "1"):
        image = Image.fromarray(rng.integers(0, 256, (9, 7, 4), dtype=np.uint8)).convert(
            "L" if mode == "I;16" else mode
        )
        image = image.convert("I;16") if mode == "I;16" else image
        for suffix in ("png", "jpg", "gif", "bmp", "webp", "tiff"):
            held = io.BytesIO()
            try:
                image.save(held, {"jpg": "JPEG"}.get(suffix, suffix))
            except (OSError, ValueError, KeyError):
                continue
            files[f"{mode.replace(';', '')}.{suffix}"] = held.getvalue()
    idx = bytes([0, 0, 8, 3]) + b"".join(extent.to_bytes(4, "big") for extent in pixels.shape) + pixels.tobytes()
    files |= {"set.idx3-ubyte": idx, "set.idx3-ubyte.gz": gzip.compress(idx, mtime=0)}
    rows = [",".join(map(str, [label, *image.reshape(-1)])) for label, image in zip(labels, pixels, strict=True)]
    table = "\n".join([",".join(["label", *(f"pixel{i}" for i in range(64))]), *rows]).encode()
    files |= {"table.csv": table, "table.csv.gz": gzip.compress(table, mtime=0)}
    for name, save in (("packed.npz", np.savez_compressed), ("stored.npz", np.savez)):
        held = io.BytesIO()
        save(held, x_train=pixels, y_train=labels, class_names=np.array(["a", "b", "c"]))
        files[name] = held.getvalue()
    for name, array in (("array", pixels.astype(np.float32) / 255), ("deep", pixels * np.uint16(300))):
        held = io.BytesIO()
        np.save(held, array)
        files[f"{name}.npy"] = held.getvalue()
    held = io.BytesIO()
    pages = [Image.fromarray(page) for page in pixels]
    pages[0].save(held, "TIFF", save_all=True, append_images=[*pages[1:], *pages[:2]])
    return files | {"pages.tiff": held.getvalue(), "files.csv": b"file,label\nL.png,a\nL.png,b\n"}


def check_images(work: Path, name: str) -> None:
    """Open a set, or its first images, with a white that is given or without; use its pixels."""
    import cnnviz
    from cnnviz.data.input_spec import InputSpec

    content = (work / name).read_bytes()
    if name == "files.csv":
        (work / "L.png").write_bytes(_one_image())
    choice = sum(content[-64:])
    white, limit = {2: 10, 3: 1000}.get(choice % 8), 2 if choice % 4 == 0 else None
    like = InputSpec(8, 8, 5) if name == "pages.tiff" and choice % 3 else None
    images = cnnviz.open_images(work / name, white=white, limit=limit, like=like)
    assert len(images) == len(images.pixels) and images.hash and images.stretched
    if choice % 8 == 1 and not images.paths:
        # Pixels that were read in part are those of the whole.
        part, first = cnnviz.open_images(work / name, limit=1), images[:1]
        assert part.hash == first.hash and part.peak == first.peak and part.class_names == first.class_names


@cache
def _one_image() -> bytes:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(np.arange(63, dtype=np.uint8).reshape(9, 7)).save(held, "PNG")
    return held.getvalue()


def _result_kinds() -> dict[str, Callable[[], object]]:
    import cnnviz

    probe, images = cnnviz.open_model("fmnist-cnn"), cnnviz.open_images("sample")[:10]
    return {
        "Ablation": lambda: cnnviz.ablate(probe, images, "conv1"),
        "Activations": lambda: cnnviz.activations(probe, images[:2], ["conv3", "dense1"]),
        "Attribution": lambda: cnnviz.attribute(probe, images[:3], "grad-cam"),
        "Embedding": lambda: cnnviz.embedding(probe, images),
        "Filters": lambda: cnnviz.filters(probe, images, "conv1"),
        "Heatmaps": lambda: cnnviz.heatmaps(probe, images[:2], ["grad-cam", "saliency"], "top-2"),
        "Maximized": lambda: cnnviz.maximize(probe, "conv1", [0, 3], images=images, steps=4, restarts=2, frames=2),
        "Predictions": lambda: cnnviz.predict(probe, images),
        "Reconstructions": lambda: cnnviz.reconstruct(probe, images, "conv1", [0, 2], count=2),
        "Responses": lambda: cnnviz.responses(probe, images, ["conv1"]),
        "Similarity": lambda: cnnviz.similarity(probe, images, layer=["conv1", "dense1"]),
        "Statistics": lambda: cnnviz.layer_statistics(probe, images, ["conv1", "dense1"]),
    }


def result_seeds(folder: Path) -> Seeds:
    """A result of every kind that is saved."""
    files = {}
    for name, make in _result_kinds().items():
        made = make()
        files[f"{name}.npz"] = made.save(folder / f"{name}.npz").read_bytes()  # type: ignore[attr-defined]
    return files


def check_result(work: Path, name: str) -> None:
    """Load a result, and use all of it: document, table, and for some the page."""
    import cnnviz

    path = work / name
    found = getattr(cnnviz, path.stem).load(path)
    repr(found)
    found.to_json(path.with_suffix(".json"))
    found.to_csv(path.with_suffix(".csv"))
    # A page takes a second.
    if sum(path.read_bytes()[-64:]) % 16 == 0:
        found.to_html(path.with_suffix(".html"))


def run_seeds(folder: Path) -> Seeds:
    """The files of a training."""
    _train(folder / "run")
    return _files(folder, "run")


def _files(folder: Path, below: str) -> Seeds:
    files = sorted(file for file in (folder / below).rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def check_run(work: Path, name: str) -> None:
    """Open the snapshots and the model of a run folder with one file changed, and resume its training."""
    import cnnviz

    run = work / "run"
    cnnviz.open_snapshots(run).to_json(work / "series.json")
    if "snapshots" not in name:
        cnnviz.open_model(run)
        _train(run, resume=True)


def _train(run: Path, resume: bool = False) -> None:
    import cnnviz
    from cnnviz.training.plan_training import plan_training

    layers = "conv 4 3x3 relu, pool 2, flatten, dense 10"
    network, recipe, _ = plan_training(layers=layers, settings={"epochs": 2, "validation": 0.2})
    cnnviz.train(network, cnnviz.open_images("sample")[:60], recipe=recipe, out=run, resume=resume)


def model_seeds(folder: Path) -> Seeds:
    """A small network in every format."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Input((12, 12, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    files = {}
    for name in ("model.keras", "model.h5"):
        model.save(folder / name)
        files[name] = (folder / name).read_bytes()
    model.export(folder / "saved", verbose=False)
    return files | _files(folder, "saved") | {"architecture.json": model.to_json().encode()}


def check_model(work: Path, name: str) -> None:
    """Open a model, and ask it about a gray image."""
    import cnnviz

    path = work / ("saved" if name.startswith("saved") else name)
    if name == "architecture.json":
        probe = cnnviz.open_model(work / "model.h5", architecture=path)
    else:
        probe = cnnviz.open_model(path)
    height, width, channels = probe.card.input_shape
    probe.probabilities(np.full((1, height, width, channels), 128, np.uint8))


WORDS = """layers:
  - conv 32 3x3, bn, relu
  - pool 2
  - dropout 0.25
  - flatten
  - dense 10
epochs: 5
rate: 1e-3
changes: [flip, "shift:pixels=2"]
balanced: yes
"""


def word_seeds(folder: Path) -> Seeds:
    """A plan in YAML, its layers in words, and the files of settings that people edit."""
    return {
        "plan.yaml": WORDS.encode(),
        "layers.txt": b"conv 32 3x3 relu same, pool 2, dropout 0.25, flatten, dense 10",
    }


def check_words(work: Path, name: str) -> None:
    """Read a plan and its layers."""
    from cnnviz.training.layer_text import read_layers
    from cnnviz.training.yaml_file import read_plan

    path = work / name
    if path.suffix == ".yaml":
        plan = read_plan(path)
        if plan.layers:
            read_layers(plan.layers)
    else:
        read_layers(path.read_text(encoding="utf-8", errors="replace"))


AREAS: dict[str, Area] = {
    "images": Area("images and sets", image_seeds, check_images, share=3),
    "results": Area("saved results", result_seeds, check_result),
    "runs": Area("run folders: state, snapshots, history", run_seeds, check_run, whole=True),
    "models": Area("models: .keras, .h5, SavedModel, JSON", model_seeds, check_model, whole=True),
    "words": Area("layer text and YAML", word_seeds, check_words, share=2),
    "bombs": Area("packed zeros, files with holes, false headers", bomb_seeds, check_bomb),
    "names": Area("names as carriers of script: CSV, JSON, pages", names_seeds, check_names),
}
