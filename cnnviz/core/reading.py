"""Reading files that another program may have damaged: whatever goes wrong becomes one error of cnnviz."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import CnnvizError, DataError

#: What readers of archives, arrays and JSON raise on a damaged file, beside errors of cnnviz. HDF5 raises SystemError
#: where its own code fails and an exception is lost on the way.
DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SystemError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


@contextmanager
def reading(path: Path, otherwise: str, kind: type[CnnvizError] = DataError) -> Iterator[None]:
    """Turn whatever goes wrong while a file is read, and a value made of it, into an error of one line.

    The error is of this ``kind``, and the line is ``otherwise``, but for a file that is missing, and for errors of this
    kind, which stay.
    """
    try:
        yield
    except kind:
        raise
    except FileNotFoundError as error:
        raise kind(f"there is no file {path}") from error
    except (CnnvizError, *DAMAGED) as error:
        raise kind(otherwise) from error
