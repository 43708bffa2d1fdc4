"""Model files with Lambda layers."""

from __future__ import annotations

import base64
import marshal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
from keras import layers

from tests.helpers import old_keras as old

ROWS = (28, 28)


def dumped(function: Callable[..., Any]) -> list[Any]:
    """What tf.keras 2 wrote of a function: code, defaults, closure."""
    code = base64.b64encode(marshal.dumps(function.__code__)).decode("ascii")
    return [code, function.__defaults__ and list(function.__defaults__), None]


def file_of(path: Path, function: Any, intended: Callable[[Any], Any], shape: Any = None) -> tuple[Path, keras.Model]:
    """A file of tf.keras 2 whose first layer is a Lambda, and the network that it means."""
    config = {
        "function": function,
        "function_type": "lambda" if isinstance(function, list) else "function",
        "module": "__main__",
        "output_shape": shape,
        "output_shape_type": "raw",
        "output_shape_module": None,
        "arguments": {},
    }
    parts = [
        old.Part(layers.Lambda(intended, name="scale"), "Lambda", config),
        old.flatten(),
        old.dense(old.TF_2_12, "dense", 10, "softmax"),
    ]
    model = old.intended(parts, ROWS)
    written = old.sequential(parts, old.TF_2_12, ROWS)
    return old.write_h5(path, written, old.groups_of(parts), old.TF_2_12), model
