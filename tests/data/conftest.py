"""Small files of every kind, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from cnnviz.core.errors import CnnvizError
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.missing_values import MissingPixels

Fails = Callable[..., AbstractContextManager[None]]

#: Libraries that only this file is for.
collect_ignore = [] if all(map(find_spec, ("torch", "datasets", "pandas"))) else ["test_real_objects.py"]


@pytest.fixture
def fails() -> Fails:
    """Expect an error of exactly this type, or that of missing pixels, whose message is one line with these words."""

    @contextmanager
    def expecting(kind: type[CnnvizError], *words: object) -> Iterator[None]:
        with pytest.raises(kind) as caught:
            yield
        assert type(caught.value) is kind or isinstance(caught.value, MissingPixels)
        message = str(caught.value)
        assert "\n" not in message and message.isprintable() and 0 < len(message) < 1200
        for word in words:
            assert str(word) in message, message

    return expecting


@pytest.fixture
def garment() -> InputSpec:
    return InputSpec(28, 28, 1, "dark")


@pytest.fixture
def pictures() -> np.ndarray:
    """Six pictures of 5×4, all different."""
    return np.random.default_rng(1).integers(0, 256, (6, 5, 4), dtype=np.uint8)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save an array as a picture file in a folder of its own and return its path."""
    from PIL import Image

    def saving(array: np.ndarray, name: str = "picture.png", **options: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(path, **options)
        return path

    return saving
