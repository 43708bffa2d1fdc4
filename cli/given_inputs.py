"""``--input``: values of a model's inputs besides the image, from numbers and from NumPy's files."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np


def given_inputs(words: Sequence[str]) -> dict[str, np.ndarray]:
    """Return arrays by the names of inputs, from words such as ``meta=0.5``, ``meta=0.5,2``, ``meta=m.npy``, ``a.npz``.

    ``meta=mean:m.npy`` is the mean row of a file.
    UsageError for a word that is none of these, and for a file that cannot be read.
    """
    found: dict[str, np.ndarray] = {}
    for word in words:
        name, equals, value = word.partition("=")
        mean = value.startswith("mean:")
        value = value.removeprefix("mean:")
        if not equals:
            found.update(_arrays(Path(word), word))
        elif value.lower().endswith((".npy", ".npz")):
            arrays = _arrays(Path(value), word)
            if name not in arrays and len(arrays) != 1:
                raise click.UsageError(f"--input {word}: the file has {', '.join(arrays)}, and none is called {name!r}")
            array = arrays.get(name, next(iter(arrays.values())))
            if mean and array.ndim < 2:
                raise click.UsageError(f"--input {word}: a mean is of rows (n, …), but the file has {array.shape}")
            found[name] = array.mean(axis=0) if mean else array
        elif mean:
            raise click.UsageError(f"--input {word}: a mean is of rows in a .npy or .npz file")
        else:
            found[name] = _numbers(value, word)
    return found


def _numbers(text: str, word: str) -> np.ndarray:
    import numpy as np

    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise click.UsageError(
            f"--input {word} is no value; write NAME=0.5, NAME=0.5,2, NAME=file.npy or file.npz"
        ) from None
    return np.asarray(numbers[0] if len(numbers) == 1 else numbers)


def _arrays(path: Path, word: str) -> dict[str, np.ndarray]:
    import numpy as np

    try:
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        return {name: loaded[name] for name in loaded.files} if hasattr(loaded, "files") else {"": loaded}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, KeyError) as error:
        raise click.UsageError(
            f"--input {word} cannot be read; write NAME=0.5, NAME=0.5,2, NAME=file.npy or file.npz"
        ) from error
