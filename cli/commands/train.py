"""``cnnviz train``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnviz.cli.options import shared
from cnnviz.data.formats.readers import format_words

if TYPE_CHECKING:
    from cnnviz.training.fit import TrainingProgress
    from cnnviz.training.kfold import Folds
    from cnnviz.training.result import Trained
    from cnnviz.training.trials import Trials


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
@click.option("--weight-decay", type=float, metavar="NUMBER", help="Pull of the weights toward zero.")
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
@shared("fit", "white", "json", "quiet")
def command(listed: bool, **options: Any) -> None:
    """Train a network on labeled images.

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


def run(
    network: str | None,
    layers: str | None,
    grid: tuple[str, ...],
    kfold: int | None,
    out: Path | None,
    resume: bool,
    data: str,
    tensorboard: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Train by the options and print the outcome."""
    from cnnviz.cli.console import note, progress
    from cnnviz.cli.train_log import open_training_images, resume_hint_on_interrupt, tensorboard_writers
    from cnnviz.training.grid_search import read_grid, try_all
    from cnnviz.training.kfold import cross_validate
    from cnnviz.training.plan_training import plan_training
    from cnnviz.training.result import epoch_summary
    from cnnviz.training.train import train

    refuse_contradictions(grid, kfold, options)
    origin = {name: options[name] for name in ("transfer", "freeze_until", "teacher")}
    chosen, recipe, given = plan_training(network, layers=layers, **origin, settings=given_settings(options))
    tried = read_grid(grid) if grid else {}
    out = out or Path("runs") / chosen.name
    images = open_training_images(data, options.pop("fit"), options.pop("white"), quiet)
    say = each_once(quiet)
    with (
        tensorboard_writers(tensorboard) as board,
        progress("training", quiet) as update,
        resume_hint_on_interrupt(out),
    ):

        def on_epoch(row: Mapping[str, float]) -> None:
            note(epoch_summary(row), quiet)
            board(row)

        def on_step(moment: TrainingProgress) -> None:
            update(moment.done, moment.total, str(moment))

        def on_step_of(what: str) -> Callable[[int, int, TrainingProgress], None]:
            """Return the progress of several trainings, which are taken to be equally long."""
            return lambda number, count, moment: update(
                number * moment.total + moment.done, count * moment.total, f"{what}{number + 1} of {count}, {moment}"
            )

        each: dict[str, Any] = {"out": out, "resume": resume, "on_epoch": lambda name, row: board(row, name)}
        each["on_note"] = say
        if grid:
            trials = try_all(chosen, images, recipe, tried, rate=given.get("rate"), on_step=on_step_of(""), **each)
        elif kfold:
            step = on_step_of("fold ")
            folds = cross_validate(
                chosen,
                images,
                recipe,
                kfold,
                on_step=lambda fold, moment: step(fold, kfold, moment),
                on_fold=lambda trained: note(f"{trained.folder}: {trained.summary}", quiet),
                **each,
            )
        else:
            each["on_epoch"] = on_epoch
            trained = train(chosen, images, recipe=recipe, on_step=on_step, **each)
    if grid:
        print_trials(trials, as_json, say)
    elif kfold:
        print_folds(folds, as_json, say)
    else:
        print_trained(trained, as_json, quiet, say)


def refuse_contradictions(grid: tuple[str, ...], kfold: int | None, options: Mapping[str, Any]) -> None:
    """Raise UsageError for options that exclude each other."""
    if grid and kfold:
        raise click.UsageError("give --try or --kfold, not both")
    if kfold and options["validation"] is not None:
        raise click.UsageError("--kfold holds out each part in turn; leave --validation out")
    if grid and options["transfer"]:
        raise click.UsageError("--try compares trainings from fresh weights; leave --transfer out")
    if (grid or kfold) and options["teacher"]:
        raise click.UsageError(
            "a teacher may be trained on images that --kfold and --try hold out; leave --teacher out"
        )


def given_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the recipe that the options set."""
    from cnnviz.training.recipe import TrainingRecipe

    given = {field.name: options.get(field.name) for field in fields(TrainingRecipe)}
    given = {name: value for name, value in given.items() if value is not None and value != () and value is not False}
    if given.get("changes") == ("none",):
        given["changes"] = ()
    return given


def each_once(quiet: bool) -> Callable[[str], None]:
    """Return a function that prints a note, unless it has printed it before."""
    from cnnviz.cli.console import note

    printed: set[str] = set()

    def say(line: str) -> None:
        if line not in printed:
            printed.add(line)
            note(line, quiet)

    return say


def print_trained(trained: Trained, as_json: bool, quiet: bool, say: Callable[[str], None]) -> None:
    """Print the path of the model, or the metrics of its epoch."""
    from cnnviz.cli.console import note, print_json, print_paths

    for line in trained.notes:
        say(line)
    summary = trained.summary_document()
    if as_json:
        print_json("train", summary)
    else:
        note(f"{trained.name}: {trained.summary}", quiet)
        print_paths(summary["path"])


def print_folds(folds: Folds, as_json: bool, say: Callable[[str], None]) -> None:
    """Print mean and standard deviation over the folds."""
    from cnnviz.cli.console import print_json, print_lines

    for line in folds.notes:
        say(line)
    if as_json:
        print_json("kfold", folds.document())
    else:
        print_lines(folds.summary)


def print_trials(trials: Trials, as_json: bool, say: Callable[[str], None]) -> None:
    """Print a table of the trials, the best first."""
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import Table, print_table

    for line in trials.notes:
        say(line)
    if as_json:
        print_json("grid", trials.document())
        return
    (*names, run), *rows = trials.summary_rows()
    print_table(Table((*(f">{name}" for name in names), run), tuple(rows)))


def list_networks(as_json: bool) -> None:
    """Print the networks by name."""
    from cnnviz.cli.console import print_json
    from cnnviz.cli.tables import Table, print_table
    from cnnviz.training.architectures.named import ALL

    if as_json:
        print_json("networks", {"networks": [one.document() for one in ALL]})
        return
    rows = [
        (one.name, one.author, str(one.recipe.epochs), f"{one.published:.2%}" if one.published else "–", one.says)
        for one in ALL
    ]
    print_table(Table(("network", "by", ">epochs", ">published", "what it is"), tuple(rows)))
