"""Refusal of untrusted code in model files before Keras resolves anything.

A configuration names classes and functions, and Keras finds them by importing modules, among what the program has
registered, or by unmarshalling bytecode. Only what Keras itself offers for building networks is allowed; the rest needs
the caller's permission, and pickles are never read.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cnnviz.core.errors import ModelError
from cnnviz.data.paths import is_file, shown

from .config_tree import is_model, objects
from .offered import offered_classes, offered_functions, offered_operations
from .stored_model import Trust

#: Wrapped values that are only data.
_DATA = {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"}
#: Keras layers that run code in the file or named by it.
_OF_JAX = {"JaxLayer", "FlaxLayer"}
_CODE = {"Lambda", "TFSMLayer", *_OF_JAX}
#: Layers that unpickle.
_PICKLES = {"TorchModuleWrapper"}
#: Models, as every version of Keras calls them.
_MODELS = frozenset({"Model", "Functional", "Sequential"})
#: Where Keras keeps what networks are made of; "" is keras itself.
_HOMES = frozenset({"", "layers", "initializers", "regularizers", "constraints", "models", "random", "dtype_policies"})
#: Layers of text and tables whose configuration may name a file of this machine, which some versions of Keras read.
_READERS = {"Hashing", "IntegerLookup", "StringLookup", "TextVectorization"}


def refuse_code(config: Any, trust: Trust, file: str) -> None:
    """Raise ModelError, with the layer's name, for the first object that is neither Keras' own nor trusted."""
    for layer, found in objects(config):
        what = _foreign(found, trust)
        if what:
            raise ModelError(f"{file} is not opened: {_where(layer)}{what}")


def _where(layer: str) -> str:
    return f"its layer {layer!r} " if layer else "it "


def _foreign(found: dict[str, Any], trust: Trust) -> str | None:
    """Return what an object of a configuration is, if it may not be built; else None."""
    name = found["class_name"]
    if name in _DATA:
        return None
    if name in _PICKLES:
        return f"is a {name}, which holds a pickle; cnnviz never reads those"
    if name in _READERS:
        return f"is a {name}, a layer of text or tables that may read files; cnnviz explains image classifiers"
    own = {name, _word(found.get("registered_name"))} & set(trust.objects)
    if own or (name == "function" and _word(found.get("config")) in trust.objects):
        return None
    if name in _CODE or name == "__lambda__":
        lacking = _lacking(found)
        if lacking:
            return f"is a {name}, which {lacking}"
        if name == "Lambda" and (function := _function(found)) is not None:
            if _word(function.get("config")) in trust.objects:
                return None
            if not _known(function):
                return _needs(str(function.get("config")), "the function ")
        if trust.code:
            return None
        what = f"is a {name.strip('_')} and runs code of its own"
        return f"{what}; if you trust the file, give --trust-model, in Python trust=True"
    if _known(found) or (trust.code and _registered(found)):
        return None
    return _needs(str(found.get("config")), "the function ") if name == "function" else _needs(name)


def _word(value: Any) -> str | None:
    """Return a name, None for what a hostile file has in its place."""
    return value if isinstance(value, str) else None


def _needs(name: str, what: str = "") -> str:
    return (
        f"needs {what}{name!r}, which is not part of Keras; give it as custom_objects={{{name!r}: …}} in Python, "
        f"--trust-model --custom-objects FILE.py:{name} on the command line, or save the network from Keras' own layers"
    )


def _lacking(found: dict[str, Any]) -> str:
    """Return what a layer that runs code lacks on this machine, so that trust does not help; "" if nothing."""
    name, inner = found["class_name"], found.get("config")
    if name == "TFSMLayer" and isinstance(inner, dict):
        folder = str(inner.get("filepath"))
        if not is_file(Path(folder, "saved_model.pb")):
            return (
                f"reads its network from the SavedModel folder {shown(folder)!r}, which is not there; put the folder "
                "there, or give it as the model instead of this file"
            )
    if name in _OF_JAX and find_spec("jax") is None:
        return "needs JAX, which is not installed; save the network from Keras' own layers"
    return ""


def _function(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return the function that a Lambda layer only names, None if its code is in the file."""
    inner = found.get("config")
    function = inner.get("function") if isinstance(inner, dict) else None
    return function if isinstance(function, dict) and function.get("class_name") == "function" else None


def _known(found: dict[str, Any]) -> bool:
    """Whether Keras itself offers an object for building networks."""
    name, module = found["class_name"], found.get("module")
    registered = found.get("registered_name")
    if not isinstance(registered, str | None):
        return False
    home = _home(module)
    if name == "function":
        function = str(found.get("config"))
        of_keras = module in (None, "builtins") or home in ("activations", "ops")
        return of_keras and registered in (None, function, "function") and function in offered_functions()
    if registered not in (None, name):
        return False
    if module is None:
        return name in offered_classes() or (is_model(found) and name in _MODELS)
    if home == "ops":
        return name in offered_operations()
    return home in _HOMES and name in offered_classes() | _MODELS


def _home(module: Any) -> str | None:
    """Return the part of Keras that a module belongs to: "layers" for keras.src.layers.core.dense; None outside it."""
    if not isinstance(module, str) or module.split(".")[0] != "keras":
        return None
    return module.removeprefix("keras.src").removeprefix("keras").strip(".").split(".")[0]


def _registered(found: dict[str, Any]) -> bool:
    import keras

    known = keras.saving.get_custom_objects()
    return any(isinstance(key, str) and key in known for key in (found.get("registered_name"), found["class_name"]))
