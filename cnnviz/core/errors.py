"""The errors that cnnviz raises on purpose.

    CnnvizError                    exit code 1: a valid request failed
    ├── UsageError                 exit code 2: the request itself cannot be carried out
    │   └── UnknownNameError       a layer or class that does not exist
    ├── DataError                  exit code 3: the images are missing or cannot be used
    ├── ModelError                 exit code 3: the model is missing or cannot be used
    ├── QualityGateError           exit code 4: a metric missed its bound
    ├── DivergedError              exit code 1: a training's loss became NaN or infinite
    └── OutputError                exit code 1: the result could not be written

Every message is one line, says what is wrong and what to do about it, and is printed as it is by the
command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from .names import unknown_name
from .printable import printable

#: The most characters of a message; what a file or a user gave is quoted in it, which may be of any length.
LONGEST = 1200


class CnnvizError(Exception):
    """Base of all errors that a user can act on; ``exit_code`` is the exit code of the command line."""

    exit_code = 1

    def __str__(self) -> str:
        # A name from a file that is part of the message must not reach a terminal as a command.
        text = printable(super().__str__())
        return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}…{text[1 - LONGEST // 2 :]}"


class UsageError(CnnvizError):
    """The request cannot be carried out."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A layer, class or option value that does not exist; the message lists the valid ones, the nearest first.

    ``notes`` are appended as possible reasons.
    """

    def __init__(self, what: str, name: str, known: Sequence[str], notes: Sequence[str] = ()) -> None:
        super().__init__("; ".join((unknown_name(what, name, known), *notes)))
        self.what, self.name, self.known = what, name, tuple(known)


class DataError(CnnvizError):
    """The images are missing, damaged or of a kind that cannot be used."""

    exit_code = 3


class ModelError(CnnvizError):
    """The model is missing, damaged or not an image classifier."""

    exit_code = 3


class DivergedError(CnnvizError):
    """The loss of a training became NaN or infinite in ``epoch``, counted from 1."""

    def __init__(self, loss: float, epoch: int) -> None:
        super().__init__(f"the loss became {loss} in epoch {epoch}; lower the learning rate")
        self.epoch = epoch


class QualityGateError(CnnvizError):
    """A metric missed its required bound."""

    exit_code = 4


class OutputError(CnnvizError):
    """The result could not be written."""
