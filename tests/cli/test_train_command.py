"""``cnnviz train``: what it writes, prints and refuses."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.bright_squares import bright_squares

LAYERS = "conv 4 3x3 relu, pool 2, flatten, dense 3"


@pytest.fixture
def data(tmp_path: Path) -> str:
    pictures = bright_squares(90)
    np.savez(tmp_path / "squares.npz", x=pictures.pixels[..., 0], y=pictures.labels)
    return "squares.npz"


def test_it_trains_writes_a_run_folder_and_prints_the_model(run, data, tmp_path) -> None:
    done = run("train", "--layers", LAYERS, "--data", data, "--epochs", "2", "--tensorboard", "logs")
    assert done.code == 0 and done.out.strip() == "runs/model/model.keras"
    assert "epoch 2: loss" in done.err and "of the held-out images correct after epoch" in done.err
    assert {"model.keras", "history.json", "run.json", "state.npz", "snapshots"} == {
        path.name for path in (tmp_path / "runs" / "model").iterdir()
    }
    again = run("layers", "runs/model/model.keras")
    assert again.code == 0 and "conv1" in again.out
    assert_logged(tmp_path / "logs", tmp_path / "runs" / "model" / "history.json")


@pytest.mark.parametrize(
    ("more", "later"),
    [((), "epoch 1: loss"), (("--kfold", "2"), "fold-1:"), (("--try", "seed=1,2"), "accuracy and loss")],
    ids="one kfold grid".split(),
)
def test_notes_on_the_images_come_before_the_training_and_once(run, more, later) -> None:
    done = run("train", "--layers", "flatten, dense 10", "--data", "sample", "--epochs", "1", *more)
    assert done.code == 0 and done.err.count("Fashion-MNIST test set") == 1
    assert done.err.index("Fashion-MNIST test set") < done.err.index(later)


def assert_logged(folder: Path, history: Path) -> None:
    import tensorflow as tf

    (path,) = folder.iterdir()
    logged = {}
    for record in tf.data.TFRecordDataset(str(path)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        logged.update({(value.tag, event.step): value.simple_value for value in event.summary.value})
    losses = json.loads(history.read_text())["history"]["val_loss"]
    assert [logged["val_loss", 1], logged["val_loss", 2]] == pytest.approx(losses, rel=1e-6)


def test_a_file_says_what_to_train_and_options_come_first(run, data, tmp_path) -> None:
    (tmp_path / "net.yaml").write_text(
        "layers:\n  - conv 4 3x3 relu\n  - flatten\n  - dense 3\nepochs: 7\nrate: 1e-2\nchanges: [flip]\n"
    )
    done = run("train", "net.yaml", "--data", data, "--epochs", "1", "--json")
    document = json.loads(done.out)
    assert document["kind"] == "train" and document["about"]["layers"] == "conv 4 3x3 relu, flatten, dense 3"
    assert document["path"] == "runs/net/model.keras" and document["network"] == "net"
    assert {"cnnviz", "keras"} <= set(document["about"]["versions"])
    recipe = document["about"]["recipe"]
    assert (recipe["epochs"], recipe["rate"], recipe["changes"]) == (1, 0.01, ["flip"])


def test_folds_and_grids_have_tables(run, data, tmp_path) -> None:
    folds = run("train", "--layers", LAYERS, "--data", data, "--epochs", "1", "--kfold", "3", "--out", "folds")
    assert "points over 3 folds" in folds.out and (tmp_path / "folds" / "fold-3" / "model.keras").exists()
    tried = ("--try", "rate=0.01,0.001", "--out", "g", "--tensorboard", "logs")
    grid = run("train", "--layers", LAYERS, "--data", data, "--epochs", "1", *tried)
    lines = grid.out.splitlines()
    assert lines[0].split()[:2] == ["rate", "accuracy"] and len(lines) == 4
    assert (tmp_path / "g" / "rate=0.01" / "model.keras").exists()
    # What is printed is kept, in the same order.
    with (tmp_path / "g" / "trials.csv").open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert list(kept[0]) == ["rate", "val_accuracy", "val_loss", "best_epoch", "seconds", "path"]
    assert [[row["rate"], f"{float(row['val_accuracy']):.2%}"] for row in kept] == [
        line.split()[:2] for line in lines[2:]
    ]
    # TensorBoard shows each by its name.
    for name in ("rate=0.01", "rate=0.001"):
        assert [path.name.startswith("events") for path in (tmp_path / "logs" / name).iterdir()] == [True]


def test_a_rate_that_was_asked_for_holds_for_each_optimizer(run, data, tmp_path) -> None:
    asked = ("train", "--layers", LAYERS, "--data", data, "--epochs", "1", "--try", "optimizer=sgd,adam")
    grid = run(*asked, "--rate", "0.03", "--out", "g", "--json")
    assert {row["rate"] for row in json.loads(grid.out)["trials"]} == {"0.03"}
    for folder in (tmp_path / "g").glob("optimizer=*"):
        assert json.loads((folder / "run.json").read_text())["recipe"]["rate"] == 0.03
    (tmp_path / "net.yaml").write_text(f"layers: {LAYERS}\nrate: 0\n")
    for usual in (run(*asked, "--out", "usual"), run("train", "net.yaml", *asked[3:], "--out", "file")):
        assert "each optimizer uses its default learning rate: sgd 0.02, adam 0.002" in usual.err


def test_a_training_that_diverges_has_a_row_in_the_table(run, data, tmp_path) -> None:
    wild = ("--optimizer", "sgd", "--weight-decay", "10", "--epochs", "30", "--batch-size", "8")
    grid = run("train", "--layers", LAYERS, "--data", data, *wild, "--try", "rate=1000,1e-5", "--out", "g")
    assert grid.code == 0
    assert grid.out.splitlines()[2].split()[0] == "1e-5" and "diverged in epoch" in grid.out.splitlines()[3]
    with (tmp_path / "g" / "trials.csv").open(newline="") as file:
        assert [row["val_accuracy"] == "" for row in csv.DictReader(file)] == [False, True]


def test_it_says_that_nothing_could_be_held_out(run, tmp_path) -> None:
    pictures = bright_squares(9)
    np.savez(tmp_path / "few.npz", x=pictures.pixels[..., 0], y=pictures.labels)
    done = run("train", "--layers", LAYERS, "--data", "few.npz", "--epochs", "1")
    assert done.code == 0 and "no class has enough images to hold out 0.083 of them" in done.err


def test_it_says_that_it_stopped_early(run, data) -> None:
    # At such a rate no epoch is better than the first.
    still = ("--rate", "1e-30", "--schedule", "constant", "--patience", "1", "--epochs", "5")
    done = run("train", "--layers", LAYERS, "--data", data, *still)
    assert "after epoch 1 of 2; stopped early after 1 epoch without improvement" in done.err


def test_the_networks_are_listed(run) -> None:
    listed = run("train", "--list").out
    assert all(name in listed for name in ("fmnist-cnn", "fmnist-best", "depp-fc", "sgd-mlp", "mcmullin-cnn", "92.27%"))
    assert len(json.loads(run("train", "--list", "--json").out)["networks"]) == 8


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("depp-cn",), 2, "there is no architecture 'depp-cn'; choose from: depp-cnn"),
        (("--layers", "conv 8 3x3, pol 2, dense 3"), 2, "there is no layer 'pol'"),
        (("--layers", "flatten, dense 9"), 2, "the last layer has 9 units, but there are 3 classes"),
        (("depp-fc", "--layers", LAYERS), 2, "not both"),
        (("no.yaml",), 3, "cannot read no.yaml"),
        (("--optimizer", "adan"), 2, "there is no optimizer 'adan'"),
        (("--layers", LAYERS, "--freeze-until", "conv1"), 2, "give it with transfer"),
        (("--layers", LAYERS, "--try", "speed=1"), 2, "there is no setting to try 'speed'"),
        (("--layers", LAYERS, "--try", "rate=1", "--kfold", "2"), 2, "not both"),
        (("--layers", LAYERS, "--kfold", "2", "--teacher", "fmnist-cnn"), 2, "leave --teacher out"),
        (("--layers", LAYERS, "--teacher", "fmnist-cnn"), 3, "a teacher needs the same classes"),
        (("--layers", LAYERS, "--change", "flop"), 2, "there is no change 'flop'"),
        (("--layers", LAYERS, "--rate", "0"), 2, "0 is not in the range x>0"),
        (("--layers", LAYERS, "--try", "rate=0,1"), 2, "rate cannot be '0'"),
        (("--layers", LAYERS, "--tensorboard", "squares.npz"), 1, "choose another place with --tensorboard"),
        (("--layers", LAYERS, "--kfold", "2", "--validation", "0.3"), 2, "leave --validation out"),
        (
            ("--layers", LAYERS, "--data", "fmnist:test"),
            2,
            "fmnist:test are test images, which must not be trained on",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(run, data, tmp_path, arguments, code, said) -> None:
    failed = run("train", "--data", data, *arguments)
    assert said in failed.err and failed.code == code and not failed.out
    assert not (tmp_path / "runs").exists()


def test_a_file_may_spell_settings_as_options_do(tmp_path) -> None:
    from cnnviz.training.yaml_file import read_plan

    (tmp_path / "net.yaml").write_text("layers: flatten, dense 3\nbatch-size: 9\nlr: 0.5\n")
    assert read_plan(tmp_path / "net.yaml").fields == {"batch_size": 9, "rate": 0.5}


@pytest.mark.parametrize(
    "text",
    [
        "layers: 3",
        "epochs: 1\nepochs: 2",
        "rate: 1\nlr: 2",
        "layrs: [dense 3]",
        "- a\n- b",
        "epochs: many",
        "a: [b",
        "layers:",
        "network: ",
        "epochs: 2024-13-45",
        "epochs: !!map 5",
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_a_line(run, data, tmp_path, text) -> None:
    (tmp_path / "net.yaml").write_text(text)
    failed = run("train", "net.yaml", "--data", data)
    assert failed.code in (2, 3) and "net.yaml" in failed.err and failed.err.count("\n") == 1


def test_stopped_among_folds_it_says_what_there_is(tmp_path, capsys) -> None:
    from cnnviz.cli.train_log import resume_hint_on_interrupt

    def said() -> str:
        with pytest.raises(KeyboardInterrupt), resume_hint_on_interrupt(tmp_path):
            raise KeyboardInterrupt
        return capsys.readouterr().err

    assert said() == ""
    (tmp_path / "fold-1").mkdir()
    (tmp_path / "fold-1" / "state.npz").touch()
    assert said() == "no epoch is done yet; resume with the same command and --resume\n"
    (tmp_path / "fold-1" / "model.keras").touch()
    assert f"of each training is in {tmp_path}, 1 of them; resume with the same command and --resume" in said()


def test_ctrl_c_leaves_the_best_so_far_and_says_how_to_go_on(data, tmp_path) -> None:
    """The real command, interrupted by the real signal once it has told of its second epoch."""
    words = ["--layers", LAYERS, "--data", data, "--epochs", "100000"]
    with subprocess.Popen(
        [sys.executable, "-m", "cnnviz", "train", *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("epoch 2:"):
                process.send_signal(signal.SIGINT)
                break
        lines.extend(process.stderr)
        assert process.wait(60) == 130
    assert "the best model so far is runs/model/model.keras; resume with the same command and --resume" in "".join(
        lines
    )
    assert "Traceback" not in "".join(lines)
    assert (tmp_path / "runs" / "model" / "model.keras").exists()
