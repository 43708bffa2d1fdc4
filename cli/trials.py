"""Cross-validation and grid search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.csv_text import csv_line
from cnnviz.core.files import write_bytes

from .console import note, print_json, progress
from .tables import Table, print_table
from .train_log import boards, images_from, kept

if TYPE_CHECKING:
    from cnnviz.training.fit import Moment
    from cnnviz.training.grid_search import Trial
    from cnnviz.training.recipe import TrainingRecipe
    from cnnviz.training.resolve_network import Network
    from cnnviz.training.result import Trained


def train_folds(chosen: Network, recipe: TrainingRecipe, count: int, out: Path, **options: Any) -> None:
    """Train once per fold and print mean and standard deviation."""
    from cnnviz.training.kfold import cross_validate

    quiet = options["quiet"]
    images = images_from(options["data"], quiet)
    with boards(options["tensorboard"]) as board, progress("training", quiet) as update, kept(out):

        def step(fold: int, moment: Moment) -> None:
            _show(update, "fold ", fold, count, moment)

        def fold_done(trained: Trained) -> None:
            note(f"{trained.folder}: {trained.summary}", quiet)

        folds = cross_validate(
            chosen,
            images,
            recipe,
            count,
            out=out,
            resume=options["resume"],
            on_step=step,
            on_epoch=lambda name, row: board(row, name),
            on_fold=fold_done,
        )
    if options["as_json"]:
        print_json(
            "kfold",
            {
                "accuracies": folds.accuracies.tolist(),
                "losses": folds.losses.tolist(),
                "mean": float(folds.accuracies.mean()),
                "deviation": float(folds.accuracies.std(ddof=1)),
                "paths": [str(one.folder) for one in folds.runs],
            },
        )
    else:
        print(folds.said)


def try_grid(chosen: Network, recipe: TrainingRecipe, grid: tuple[str, ...], out: Path, **options: Any) -> None:
    """Train every combination of settings, print a table, the best first, and save it as trials.csv."""
    from cnnviz.training.grid_search import ranked, read_grid, try_all
    from cnnviz.training.recipe import RATES

    quiet = options["quiet"]
    settings = read_grid(grid)
    if "optimizer" in settings and "rate" not in settings and options["rate"]:
        # Each optimizer would use its default rate; an explicit rate applies to all.
        settings["rate"] = (str(options["rate"]),)
    elif "optimizer" in settings and "rate" not in settings:
        usual = ", ".join(f"{name} {RATES[name]:g}" for name in settings["optimizer"] if name in RATES)
        note(f"each optimizer uses its default learning rate: {usual}", quiet)
    images = images_from(options["data"], quiet)
    done: list[Trial] = []
    with boards(options["tensorboard"]) as board, progress("training", quiet) as update, kept(out):

        def step(trial: int, trials: int, moment: Moment) -> None:
            _show(update, "", trial, trials, moment)

        def trial_done(trial: Trial) -> None:
            # After each trial, so that an interrupted search leaves a table.
            done.append(trial)
            write_bytes(out / "trials.csv", _as_csv([_row(one) for one in ranked(done)]))

        trials = try_all(
            chosen,
            images,
            recipe,
            settings,
            out=out,
            resume=options["resume"],
            on_step=step,
            on_epoch=lambda name, row: board(row, name),
            on_trial=trial_done,
        )
    rows = [_row(trial) for trial in trials]
    if options["as_json"]:
        print_json("grid", {"trials": rows})
        return
    shown = [(*trial.settings.values(), *_cells(trial, row)) for trial, row in zip(trials, rows, strict=True)]
    note("accuracy and loss are on the held-out images, the same for all", quiet)
    names = tuple(f">{name}" for name in trials[0].settings)
    print_table(Table((*names, ">accuracy", ">loss", ">best epoch", ">time", "run"), tuple(shown)))


def _cells(trial: Trial, row: dict[str, Any]) -> tuple[str, ...]:
    """Return the table cells of a combination."""
    if trial.run is None:
        return f"diverged in epoch {trial.diverged}", "–", "–", "–", "–"
    figures = f"{row['val_accuracy']:.2%}", f"{row['val_loss']:.4f}", str(row["best_epoch"]), f"{row['seconds']:.0f} s"
    return *figures, row["path"]


def _row(trial: Trial) -> dict[str, Any]:
    """Return the outcome of a combination; None for each metric of a diverged one."""
    run = trial.run
    return {
        **trial.settings,
        **{key: trial.best.get(key) for key in ("val_accuracy", "val_loss")},
        "best_epoch": run.best if run else None,
        "seconds": round(sum(row["seconds"] for row in run.history), 1) if run else None,
        "path": str(run.folder) if run else None,
    }


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    return "".join(map(csv_line, [rows[0], *(row.values() for row in rows)])).encode()


def _show(update: Any, what: str, number: int, count: int, moment: Moment) -> None:
    """Show the progress of all trainings, assuming equal lengths."""
    said = f"{what}{number + 1} of {count}, {moment}"
    update(number * moment.total + moment.done, count * moment.total, said)
