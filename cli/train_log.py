"""What a training leaves beside its run folder: TensorBoard logs, and a word of how to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import OutputError
from cnnviz.core.files import make_folder

from .console import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.training.tensorboard import Board


@contextmanager
def boards(folder: Path | None) -> Iterator[Callable[..., None]]:
    """Yield what logs a row of a history; of several trainings each is named and has a folder of its own.

    A folder that cannot be written into is told at once, and not after an epoch.
    """
    if folder is None:
        yield lambda row, name="": None
        return
    from cnnviz.training.tensorboard import Board

    make_folder(folder, "--tensorboard")
    with ExitStack() as held:
        open_ones: dict[str, Board] = {}

        def write(row: Mapping[str, float], name: str = "") -> None:
            if name not in open_ones:
                open_ones[name] = held.enter_context(Board(folder / name))
            open_ones[name].write(row)

        yield write


@contextmanager
def kept(out: Path) -> Iterator[None]:
    """After Ctrl-C or on a full disk, say what is in the run folder, or in several in a folder, and how to go on."""
    try:
        yield
    except BaseException as error:
        stopped = isinstance(error, OutputError) or not isinstance(error, Exception)
        if stopped and (said := _standing(out)):
            note(said)
        raise


def _standing(out: Path) -> str:
    from cnnviz.models.training_record import MODEL
    from cnnviz.training.checkpoint import FILE

    again = "go on with the same command and --resume"
    if (out / MODEL).exists():
        return f"the best model so far is {out / MODEL}; {again}"
    if done := sorted(out.glob(f"*/{MODEL}")):
        return f"the best model so far of each training is in {done[0].parent.parent}, {len(done)} of them; {again}"
    return f"no epoch is done yet; {again}" if any(out.rglob(FILE)) else ""


def pictures_from(source: str, quiet: bool) -> Any:
    """Open labelled images to learn from, and say what was done to them."""
    from cnnviz.training.training_images import FROM_TEST_SET, pictures_of

    images = pictures_of(source)
    for line in images.notes:
        note(f"images: {line}", quiet)
    if images.source == "sample":
        note(FROM_TEST_SET, quiet)
    return images
