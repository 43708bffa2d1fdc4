"""Lambda layers: never run unasked, run where this Python can, and the caller's own function in place of one."""

from __future__ import annotations

import base64
import marshal
from typing import Any

import keras
import numpy as np
import pytest

import cnnviz
from cnnviz.core.errors import ModelError
from tests.helpers.lambda_files import dumped, file_of
from tests.helpers.old_files import same

#: ``lambda t: t / 255.`` as Python 3.6 and 3.7 marshalled it into files of Keras 2.1 and TensorFlow 1.15.
PYTHON_3_7 = (
    "4wEAAAAAAAAAAQAAAAIAAABTAAAAcwgAAAB8AGQBGwBTACkCTucAAAAAAOBvQKkAKQHaAXRyAgAA\n"
    "AHICAAAA+gdnZW4yLnB52gg8bGFtYmRhPtUAAADzAAAAAA==\n"
)


def test_code_of_this_python_runs_where_it_is_trusted_and_nowhere_else(tmp_path) -> None:
    path, model = file_of(tmp_path / "net.h5", dumped(lambda t: t * 2 - 1), lambda t: t * 2 - 1)
    with pytest.raises(ModelError, match=r"its layer 'scale' is a Lambda and runs code of its own; .*--trust-model"):
        cnnviz.open_model(path)
    same(path, model, trust=True)


def test_code_finds_the_modules_that_everybody_uses_and_its_defaults(tmp_path) -> None:
    def written(t, factor=0.5):
        return K.expand_dims(tf.math.square(t) * factor, -1)  # noqa: F821 - names that the file takes for granted

    path, model = file_of(
        tmp_path / "net.h5", dumped(written), lambda t: keras.ops.expand_dims(t * t * 0.5, -1), [28, 28, 1]
    )
    same(path, model, trust=True)


def test_nothing_of_a_file_runs_without_trust(tmp_path, monkeypatch) -> None:
    def unread(*_: Any) -> Any:
        raise AssertionError("the code was read")

    path, _ = file_of(tmp_path / "net.h5", dumped(lambda t: t), lambda t: t)
    monkeypatch.setattr(marshal, "loads", unread)
    with pytest.raises(ModelError, match="--trust-model"):
        cnnviz.open_model(path)
    same(*file_of(tmp_path / "given.h5", dumped(lambda t: t / 0), lambda t: t), custom_objects={"scale": lambda t: t})


@pytest.mark.parametrize("shape", [None, dumped(lambda shape: shape)], ids=["plain", "with code for its shape"])
def test_a_function_of_the_callers_takes_the_place_of_code_without_trust(tmp_path, shape: Any) -> None:
    path, model = file_of(tmp_path / "net.h5", [PYTHON_3_7, None, None], lambda t: t / 255.0, shape)
    probe = same(path, model, custom_objects={"scale": lambda t: t / 255.0})
    assert probe.layers[0].kind == "Lambda"


def test_a_function_that_is_only_named_is_the_callers(tmp_path) -> None:
    path, model = file_of(tmp_path / "net.h5", "halved", lambda t: t / 2)
    with pytest.raises(ModelError, match="'scale' needs the function 'halved'"):
        cnnviz.open_model(path, trust=True)
    same(path, model, custom_objects={"halved": lambda t: t / 2})


def foreign() -> list[str]:
    """Code that this Python must not run: an older one's, with a place left empty too many, and no code at all."""
    ours = (lambda t: t / 255.0).__code__
    later = ours.replace(co_code=ours.co_code[:-2] + b"\x00\x00" + ours.co_code[-2:])
    unknown = ours.replace(co_code=b"\xf7\x00" + ours.co_code)
    return [PYTHON_3_7] + [
        base64.b64encode(content).decode() for content in (marshal.dumps(later), marshal.dumps(unknown), b"nothing")
    ]


@pytest.mark.parametrize("code", foreign(), ids=["Python 3.7", "another layout", "unknown instruction", "no code"])
def test_code_of_another_python_is_refused_in_one_line(tmp_path, code: str) -> None:
    path, _ = file_of(tmp_path / "net.h5", [code, None, None], lambda t: t)
    with pytest.raises(
        ModelError, match=r"Lambda layer 'scale' was written by another Python .*custom_objects"
    ) as error:
        cnnviz.open_model(path, trust=True)
    assert "\n" not in str(error.value) and error.value.exit_code == 3


def test_code_that_rests_on_what_the_file_does_not_hold_is_refused(tmp_path) -> None:
    factor = np.float32(3)
    path, _ = file_of(tmp_path / "net.h5", dumped(lambda t: t * factor), lambda t: t)
    with pytest.raises(ModelError, match="'scale' depends on factor, which the file does not hold"):
        cnnviz.open_model(path, trust=True)
