"""TensorFlow, imported without its log output."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from cnnviz.core.errors import ModelError


def tensorflow() -> ModuleType:
    """Import and return TensorFlow, and suppress what its C++ side prints at start.

    Before its logging is set up, it writes about missing GPUs straight to file descriptor 2, whatever the log level;
    the first device listing writes more. If the import fails, the suppressed output is printed.

    ModelError if Keras runs, or is told by KERAS_BACKEND to run, on another backend.
    """
    _check_backend()
    refuse_after_fork()
    if "tensorflow" in sys.modules:
        return sys.modules["tensorflow"]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # An empty variable would leave the choice to Keras' own settings file.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with _descriptor_two_held_back():
        import tensorflow as tf

        tf.config.list_logical_devices()
        import keras  # noqa: F401 - its own start-up belongs to the same quiet moment
    return tf


def refuse_after_fork() -> None:
    """Raise ModelError in a process that was forked from one with TensorFlow, whose threads it has not.

    TensorFlow would wait for them forever.
    """
    if _forked:
        raise ModelError(
            "this process was forked from one that had started TensorFlow, which does not survive that; start "
            'processes with multiprocessing.get_context("spawn"), or open the model only in the new ones'
        )


_forked = False


def _note_fork() -> None:
    global _forked
    _forked = "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def _check_backend() -> None:
    """Raise ModelError for a backend other than TensorFlow: gradients and compiled graphs are TensorFlow's.

    A Keras that is imported already keeps its backend, whatever the variable says by now.
    """
    config = sys.modules.get("keras.src.backend.config")
    backend = config.backend() if config is not None else os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        raise ModelError(
            f"Keras is set to the backend {backend}, and cnnviz works with tensorflow; set KERAS_BACKEND=tensorflow "
            "before Python imports Keras (a model saved under another backend opens as it is)"
        )


@contextmanager
def _descriptor_two_held_back() -> Iterator[None]:
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            sys.stderr.flush()
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
