"""Images and TensorBoard logs of a training, and the note on how to resume it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.core.errors import OutputError
from cnnviz.core.files import make_folder

from .console import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnnviz.data.images import Images
    from cnnviz.training.tensorboard import Board


@contextmanager
def tensorboard_writers(folder: Path | None) -> Iterator[Callable[..., None]]:
    """Yield a function that logs a row of a history; with several trainings each has its own named folder.

    An unwritable folder fails at once and not after an epoch.
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
def resume_hint_on_interrupt(out: Path) -> Iterator[None]:
    """After Ctrl-C or on a full disk, print what the run folders contain and how to resume."""
    from cnnviz.training.run_folder import resume_hint

    try:
        yield
    except BaseException as error:
        stopped = isinstance(error, OutputError) or not isinstance(error, Exception)
        if stopped and (said := resume_hint(out)):
            note(said)
        raise


def open_training_images(source: str, fit: str, white: float | None, quiet: bool) -> Images:
    """Open labeled training images, and print notes on their changes."""
    from cnnviz.training.training_images import training_images_of

    images = training_images_of(source, fit, white)
    for line in images.notes:
        note(f"images: {line}", quiet)
    return images
