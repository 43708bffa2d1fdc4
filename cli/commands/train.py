"""``cnnviz train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cnnviz.cli.options import shared


@click.command("train")
@click.argument("network", required=False, metavar="[NETWORK]")
@click.option(
    "--layers", metavar="WORDS", help='A network in words, "conv 32 3x3, bn, relu, pool 2, flatten, dense 10".'
)
@click.option(
    "--data",
    metavar="SOURCE",
    default="fmnist:train",
    show_default=True,
    help="Pictures with labels: fmnist:train, mnist:train, an IDX, CSV or NPZ file, or a folder.",
)
@click.option("--epochs", type=click.IntRange(1), metavar="COUNT", help="Times that every picture is seen.")
@click.option("--batch-size", type=click.IntRange(1), metavar="COUNT", help="Pictures to a step.")
@click.option("--optimizer", metavar="NAME", help="adam, adamw, momentum, sgd or rmsprop.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), metavar="NUMBER", help="The highest learning rate.")
@click.option("--schedule", metavar="NAME", help="one-cycle, cosine, steps or constant.")
@click.option("--weight-decay", type=float, metavar="NUMBER", help="Pull of the weights towards zero.")
@click.option("--label-smoothing", type=float, metavar="SHARE", help="Share of each label that all classes get.")
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help="Change every picture each time, as cnnviz augment does: flip, shift:pixels=2, … or none; may be given again.",
)
@click.option("--validation", type=float, metavar="SHARE", help="Share of each class that is held out. [default: 1/12]")
@click.option(
    "--patience", type=click.IntRange(1), metavar="COUNT", help="Stop after so many epochs that are no better."
)
@click.option("--balanced", is_flag=True, help="Let each class count the same, however many pictures it has.")
@click.option("--precision", metavar="NAME", help="float32, bfloat16, or auto: by the processor.")
@click.option("--seed", type=click.IntRange(0), metavar="NUMBER", help="For first weights, order and changes.")
@click.option("--transfer", metavar="MODEL", help="Begin with the weights of a trained model.")
@click.option("--freeze-until", metavar="LAYER", help="With --transfer: layers up to this one stay as they are.")
@click.option("--teacher", metavar="MODEL", help="Learn from what a better model answers, beside the labels.")
@click.option(
    "--kfold", type=click.IntRange(2), metavar="COUNT", help="Train so many times, each with another part held out."
)
@click.option(
    "--try",
    "grid",
    multiple=True,
    metavar="NAME=VALUES",
    help="Try values against each other, rate=0.001,0.01; trials.csv keeps their table.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Run folder. [default: runs/NETWORK]")
@click.option("--resume", is_flag=True, help="Go on with the training in the run folder.")
@click.option("--tensorboard", type=click.Path(path_type=Path), metavar="FOLDER", help="Write TensorBoard logs too.")
@click.option("--list", "listed", is_flag=True, help="List the networks that have a name.")
@shared("json", "quiet")
def command(listed: bool, **options: Any) -> None:
    """Train a network on labelled pictures.

    NETWORK is a name that --list shows, or a YAML file with layers and settings. What is not said is as the network's
    own recipe has it. A share of every class is held out and the epoch that does best on it is kept; test pictures have
    no part in it: of a set with a train and a test part the train part is taken. Prints the path of the model.

    The run folder holds model.keras, history.json, run.json, snapshots of what the network is like inside, which cnnviz
    training shows (one training's; not of --kfold and --try), and the state that --resume goes on from: after Ctrl-C, a
    kill or a crash the outcome is the same as without.

    \b
    cnnviz train
    cnnviz train depp-cnn --epochs 3 --out runs/short
    cnnviz train --layers "conv 32 3x3, bn, relu, pool 2, dropout 0.25, flatten, dense 128 relu, dense 10"
    cnnviz train my_net.yaml --data photos/ --change flip --change rotate:degrees=10
    cnnviz train --transfer fmnist-cnn --freeze-until conv2 --data mnist:train --epochs 2
    cnnviz train sgd-mlp --kfold 5
    cnnviz train depp-fc --epochs 3 --try rate=0.001,0.01 --try batch-size=32,128
    """
    from cnnviz.cli.train import list_networks, run

    if listed:
        list_networks(options["as_json"])
    else:
        run(**options)
