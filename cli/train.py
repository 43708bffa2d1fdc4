"""What ``cnnviz train`` does: one training, one a fold, or one a combination of settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import note, print_json, progress
from .tables import Table, print_table
from .train_log import boards, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.training.fit import Moment
    from cnnviz.training.result import Trained


def run(network: str | None, layers: str | None, grid: tuple[str, ...], kfold: int | None, **options: Any) -> None:
    """Train as the options say and print what came of it."""
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
        raise click.UsageError("a teacher may have learned from what --kfold and --try hold out; leave --teacher out")
    chosen = chosen_network(network, layers, options["transfer"], options["freeze_until"], called)
    chosen = taught_by(chosen, options["teacher"])
    recipe: TrainingRecipe = changed_recipe(chosen.recipe, given)
    out = options.pop("out") or Path("runs") / chosen.name
    if grid:
        from .trials import try_grid

        options["rate"] = given.get("rate")
        try_grid(chosen, recipe, grid, out, **options)
    elif kfold:
        from .trials import train_folds

        train_folds(chosen, recipe, kfold, out, **options)
    else:
        _one(chosen, recipe, out, **options)


def list_networks(as_json: bool) -> None:
    """Print the networks by name."""
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
    """Network, layers and settings from a file and from the options, which come before the file's."""
    from cnnviz.training.recipe import TrainingRecipe
    from cnnviz.training.yaml_file import SUFFIXES, read_plan

    given: dict[str, Any] = {}
    if network is not None and network.lower().endswith(SUFFIXES):
        plan = read_plan(Path(network))
        if layers is not None and plan.layers is not None:
            raise click.UsageError("--layers and the file both spell the layers; give one of them")
        network, layers, given = plan.network, layers or plan.layers, plan.fields
    for name in (field.name for field in fields(TrainingRecipe)):
        value = options.get(name)
        if value is not None and value != () and value is not False:
            given[name] = value
    if given.get("changes") == ("none",):
        given["changes"] = ()
    return network, layers, given


def _one(chosen: Any, recipe: Any, out: Path, **options: Any) -> None:
    from cnnviz.training.train import split, train_on

    quiet = options["quiet"]
    training, validation = split(pictures_from(options["data"], quiet), recipe)
    if recipe.validation and not len(validation):
        note(f"no class has enough pictures to hold {recipe.validation:.2g} of them out: the last epoch is kept", quiet)
    with boards(options["tensorboard"]) as board, _progress("training", quiet) as step, kept(out):

        def on_epoch(row: Mapping[str, float]) -> None:
            _tell(row, quiet)
            board(row)

        done = train_on(
            chosen, training, validation, recipe, out=out, resume=options["resume"], on_step=step, on_epoch=on_epoch
        )
    _finish(done, out, options["as_json"], quiet)


def pictures_from(source: str, quiet: bool) -> Any:
    """Open labelled pictures to learn from, and say what was done to them."""
    from cnnviz.training.training_images import pictures_of

    images = pictures_of(source)
    for line in images.notes:
        note(f"pictures: {line}", quiet)
    if images.source == "sample":
        note("the sample is of Fashion-MNIST's test set: measure what learns from it on neither of them", quiet)
    return images


def _finish(done: Trained, out: Path, as_json: bool, quiet: bool) -> None:
    path = out / "model.keras"
    if as_json:
        row = done.history[done.best - 1]
        print_json(
            "train",
            {"path": str(path), "network": done.name, "best_epoch": done.best, **row, "about": dict(done.about)},
        )
        return
    note(f"{done.name}: {measured(done)}", quiet)
    print(path)


def measured(done: Trained) -> str:
    """How good the best epoch is, in words."""
    row = done.history[done.best - 1]
    where = "held-out" if "val_accuracy" in row else "training"
    accuracy = row.get("val_accuracy", row["accuracy"])
    said = f"{accuracy:.2%} of the {where} pictures right after epoch {done.best} of {len(done.history)}"
    early = done.recipe.patience > 0 and len(done.history) < done.recipe.epochs
    return f"{said}; stopped early, {done.recipe.patience} in a row no better" if early else said


def standing(moment: Moment) -> str:
    """Where a training is, in words."""
    return f"epoch {moment.epoch}, loss {moment.loss:.3f}, accuracy {moment.accuracy:.1%}"


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[Moment], None]]:
    with progress(what, quiet) as update:
        yield lambda moment: update(moment.done, moment.total, standing(moment))


def _tell(row: Mapping[str, float], quiet: bool) -> None:
    """Say a line an epoch."""
    said = f"epoch {row['epoch']:.0f}: loss {row['loss']:.4f}, accuracy {row['accuracy']:.2%}"
    if "val_loss" in row:
        said += f", held out: loss {row['val_loss']:.4f}, accuracy {row['val_accuracy']:.2%}"
    note(f"{said}, {row['seconds']:.0f} s", quiet)
