"""``cnnviz train``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import shared
from cnnviz.data.formats.readers import format_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.training.fit import Moment
    from cnnviz.training.result import Trained


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
    help=f"Images with labels: fmnist:train, mnist:train, a folder, or a file: {format_words(labels=True)}.",
)
@click.option("--epochs", type=click.IntRange(1), metavar="COUNT", help="Passes over the training images.")
@click.option("--batch-size", type=click.IntRange(1), metavar="COUNT", help="Images per step.")
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
    help="Random changes of every image, as in cnnviz augment: flip, shift:pixels=2, … or none; repeatable.",
)
@click.option("--validation", type=float, metavar="SHARE", help="Held-out share of each class. [default: 1/12]")
@click.option(
    "--patience", type=click.IntRange(1), metavar="COUNT", help="Stop after so many epochs without improvement."
)
@click.option("--balanced", is_flag=True, help="Weight all classes equally.")
@click.option("--precision", metavar="NAME", help="float32, bfloat16, or auto: by the processor.")
@click.option(
    "--seed", type=click.IntRange(0), metavar="NUMBER", help="Random seed of initial weights, order and changes."
)
@click.option("--transfer", metavar="MODEL", help="Start with the weights of a trained model.")
@click.option("--freeze-until", metavar="LAYER", help="With --transfer: freeze layers up to this one.")
@click.option("--teacher", metavar="MODEL", help="Also learn from the predictions of a better model.")
@click.option("--kfold", type=click.IntRange(2), metavar="COUNT", help="Cross-validation with so many folds.")
@click.option(
    "--try",
    "grid",
    multiple=True,
    metavar="NAME=VALUES",
    help="Compare settings, rate=0.001,0.01; the table is saved as trials.csv.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Run folder. [default: runs/NETWORK]")
@click.option("--resume", is_flag=True, help="Resume the training in the run folder.")
@click.option("--tensorboard", type=click.Path(path_type=Path), metavar="FOLDER", help="Write TensorBoard logs too.")
@click.option("--list", "listed", is_flag=True, help="List the named networks.")
@shared("json", "quiet")
def command(listed: bool, **options: Any) -> None:
    """Train a network on labelled images.

    NETWORK is a name from --list, or a YAML file with layers and settings. Unset options use the network's defaults. A
    share of every class is held out and the epoch that does best on it is saved. Test images are never used: of a set
    with a train and a test part the train part is used. Prints the path of the model.

    The run folder has model.keras, history.json, run.json, snapshots for cnnviz training (not with --kfold and --try),
    and the state for --resume: training can be interrupted and resumed exactly, even after a kill or a crash.

    \b
    cnnviz train
    cnnviz train depp-cnn --epochs 3 --out runs/short
    cnnviz train --layers "conv 32 3x3, bn, relu, pool 2, dropout 0.25, flatten, dense 128 relu, dense 10"
    cnnviz train my_net.yaml --data photos/ --change flip --change rotate:degrees=10
    cnnviz train --transfer fmnist-cnn --freeze-until conv2 --data mnist:train --epochs 2
    cnnviz train sgd-mlp --kfold 5
    cnnviz train depp-fc --epochs 3 --try rate=0.001,0.01 --try batch-size=32,128
    """

    if listed:
        list_networks(options["as_json"])
    else:
        run(**options)


def run(network: str | None, layers: str | None, grid: tuple[str, ...], kfold: int | None, **options: Any) -> None:
    """Train by the options and print the outcome."""
    from cnnviz.training.distillation import taught_by
    from cnnviz.training.recipe import TrainingRecipe, changed_recipe
    from cnnviz.training.resolve_network import chosen_network
    from cnnviz.training.yaml_file import SUFFIXES as PLANS

    if grid and kfold:
        raise click.UsageError("give --try or --kfold, not both")
    plan = network if network is not None and network.lower().endswith(PLANS) else None
    called = "model" if plan is None or layers is not None else Path(plan).stem
    network, layers, given = _asked(network, layers, options)
    if kfold and options["validation"] is not None:
        raise click.UsageError("--kfold holds out each part in turn; leave --validation out")
    if grid and options["transfer"]:
        raise click.UsageError("--try compares trainings from fresh weights; leave --transfer out")
    if (grid or kfold) and options["teacher"]:
        raise click.UsageError(
            "a teacher may be trained on images that --kfold and --try hold out; leave --teacher out"
        )
    chosen = chosen_network(network, layers, options["transfer"], options["freeze_until"], called)
    chosen = taught_by(chosen, options["teacher"])
    recipe: TrainingRecipe = changed_recipe(chosen.recipe, given)
    out = options.pop("out") or Path("runs") / chosen.name
    if grid:
        from cnnviz.cli.trials import try_grid

        options["rate"] = given.get("rate")
        try_grid(chosen, recipe, grid, out, **options)
    elif kfold:
        from cnnviz.cli.trials import train_folds

        train_folds(chosen, recipe, kfold, out, **options)
    else:
        _one(chosen, recipe, out, **options)


def list_networks(as_json: bool) -> None:
    """Print the networks by name."""
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.training.architectures.named import ALL

    if as_json:
        documents = [
            {"name": one.name, "author": one.author, "says": one.says, "words": one.words or None}
            | {"published": one.published, "recipe": one.recipe.document()}
            for one in ALL
        ]
        print_json("networks", {"networks": documents})
        return
    rows = [
        (one.name, one.author, str(one.recipe.epochs), f"{one.published:.2%}" if one.published else "–", one.says)
        for one in ALL
    ]
    print_table(Table(("network", "by", ">epochs", ">published", "what it is"), tuple(rows)))


def _asked(network: str | None, layers: str | None, options: Mapping[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return network, layers and settings from a file and the options, which take precedence."""
    from cnnviz.training.recipe import TrainingRecipe
    from cnnviz.training.yaml_file import SUFFIXES, read_plan

    given: dict[str, Any] = {}
    if network is not None and network.lower().endswith(SUFFIXES):
        plan = read_plan(Path(network))
        if layers is not None and plan.layers is not None:
            raise click.UsageError("--layers and the file both define layers; give one of them")
        network, layers, given = plan.network, layers or plan.layers, plan.fields
    for name in (field.name for field in fields(TrainingRecipe)):
        value = options.get(name)
        if value is not None and value != () and value is not False:
            given[name] = value
    if given.get("changes") == ("none",):
        given["changes"] = ()
    return network, layers, given


def _one(chosen: Any, recipe: Any, out: Path, **options: Any) -> None:
    from cnnviz.cli.console import note
    from cnnviz.cli.train_log import boards, images_from, kept
    from cnnviz.training.result import epoch_summary
    from cnnviz.training.train import split, train_on

    quiet = options["quiet"]
    training, validation = split(images_from(options["data"], quiet), recipe)
    if recipe.validation and not len(validation):
        note(f"no class has enough images to hold out {recipe.validation:.2g} of them; the last epoch is saved", quiet)
    with boards(options["tensorboard"]) as board, _progress("training", quiet) as step, kept(out):

        def on_epoch(row: Mapping[str, float]) -> None:
            note(epoch_summary(row), quiet)
            board(row)

        done = train_on(
            chosen, training, validation, recipe, out=out, resume=options["resume"], on_step=step, on_epoch=on_epoch
        )
    _finish(done, out, options["as_json"], quiet)


def _finish(done: Trained, out: Path, as_json: bool, quiet: bool) -> None:
    from cnnviz.cli.console import note, print_json

    path = out / "model.keras"
    if as_json:
        row = done.history[done.best - 1]
        print_json(
            "train",
            {"path": str(path), "network": done.name, "best_epoch": done.best, **row, "about": dict(done.about)},
        )
        return
    note(f"{done.name}: {done.summary}", quiet)
    print(path)


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[Moment], None]]:
    from cnnviz.cli.console import progress

    with progress(what, quiet) as update:
        yield lambda moment: update(moment.done, moment.total, str(moment))
