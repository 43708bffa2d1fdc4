"""Models built from a stored configuration and filled with the stored weights."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from cnnviz.core.errors import ModelError

from ..compiled_loss import loss_of_config
from ..import_tensorflow import tensorflow
from ..repairs import repaired
from ..repairs.keras2_functions import OLD_FUNCTIONS
from .config_limits import MOST_LAYERS, refuse_excess
from .config_tree import objects
from .deferred_weights import forget_values, without_values
from .guard import refuse_code
from .keras3_config import with_modules, without_training
from .lambdas import resolve_lambdas
from .stored_model import Opened, Stored, Trust
from .verify import verify

if TYPE_CHECKING:
    import keras


def build(stored: Stored, trust: Trust) -> Opened:
    """Build the model, fill in its weights and verify it against its file.

    Code in the file is refused unless trusted, before anything of the configuration is looked up in Keras. If layers
    cannot be built, the network is opened without them, if its format allows that.
    """
    if stored.config is None and stored.otherwise is not None:
        return stored.otherwise(trust, "")
    trust = Trust(trust.code, {**OLD_FUNCTIONS, **trust.objects})
    try:
        model, config, repairs = _filled(stored, trust)
    except ModelError as error:
        if stored.otherwise is None:
            raise
        try:
            return stored.otherwise(trust, str(error))
        except ModelError as second:
            # The error about the layers is the one that users can act on.
            raise error from second
    verify(model, config, stored.path.name)
    return Opened(model, stored.format, stored.writer, repairs, loss=loss_of_config(stored.training))


def _filled(stored: Stored, trust: Trust) -> tuple[keras.Model, dict[str, Any], tuple[str, ...]]:
    """Return the model with its weights, its configuration as read by Keras 3, and the repairs."""
    refuse_excess(stored.config, stored.path.name)
    try:
        config, repairs = repaired(stored.config, stored.version)
        config = without_training(config)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ModelError(f"cannot open {stored.path.name} as a Keras model: it describes no network") from error
    config, trust = resolve_lambdas(config, trust, stored.path.name)
    refuse_code(config, trust, stored.path.name)
    try:
        model = _deserialized(with_modules(config), trust, stored)
        return model, config, repairs + (stored.fill(model) or ())
    finally:
        forget_values()


def _by_every_name(config: dict[str, Any], trust: Trust) -> dict[str, Any]:
    """Return the caller's objects, also under the names with which they were registered in the file."""
    named = dict(trust.objects)
    for _, found in objects(config):
        if found["class_name"] in trust.objects and isinstance(found.get("registered_name"), str):
            named[found["registered_name"]] = trust.objects[found["class_name"]]
    return named


def _deserialized(config: dict[str, Any], trust: Trust, stored: Stored) -> keras.Model:
    tensorflow()
    import keras

    # Code that the caller trusts may need the values of weights while it builds.
    own = trust.code or set(trust.objects) - set(OLD_FUNCTIONS)
    try:
        with nullcontext() if own else without_values(), _deep_recursion():
            model = keras.saving.deserialize_keras_object(
                copy.deepcopy(config), custom_objects=_by_every_name(config, trust), safe_mode=not trust.code
            )
    except ModelError:
        raise
    except Exception as error:
        # Keras raises many exception types on an invalid configuration; the last line is the cause, after the whole
        # configuration of each enclosing layer.
        reason = " ".join(str(error).split("Exception encountered: ")[-1].split()) or type(error).__name__
        raise ModelError(f"cannot open {stored.path.name} as a Keras model: {reason[:300]}") from error
    if not isinstance(model, keras.Model):
        raise ModelError(f"cannot open {stored.path.name}: it describes a {type(model).__name__}, not a whole model")
    return model


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let Keras follow a chain of as many layers as are allowed: its walk from the output calls itself for each."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 10 * MOST_LAYERS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
