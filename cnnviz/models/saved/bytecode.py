"""Functions from the bytecode of trusted Lambda layers, if this Python can run it.

Bytecode does not record its Python version, each version has its own format, and running another's may crash the
process. So it is compared with what this version writes before anything runs: known instructions, with exactly the
inline caches that this version leaves after each.
"""

from __future__ import annotations

import base64
import binascii
import dis
import marshal
import platform
from collections.abc import Sequence
from types import CellType, CodeType, FunctionType
from typing import Any

from cnnviz.core.errors import ModelError


def function_of(dumped: Any, layer: str, file: str) -> FunctionType:
    """Return the function stored as ``[code, defaults, values of the closure]``; ModelError if that is impossible."""
    code, defaults, closure = _parts(dumped)
    found = _code(code)
    if found is None:
        raise ModelError(
            f"{file} is not opened: the code of its Lambda layer {layer!r} was written by another Python than this "
            f"{platform.python_version()}, which cannot run it; give what it computes in Python, "
            f"custom_objects={{{layer!r}: function}}, or save the network without it"
        )
    # Closures are not fully stored: only plain values are.
    cells = tuple(CellType(value) for value in closure or ())
    if len(cells) != len(found.co_freevars):
        raise ModelError(
            f"{file} is not opened: the code of its Lambda layer {layer!r} depends on {', '.join(found.co_freevars)}, "
            f"which the file does not hold; give what it computes in Python, custom_objects={{{layer!r}: function}}"
        )
    values = tuple(defaults) if isinstance(defaults, list | tuple) else None
    return FunctionType(found, _surroundings(), found.co_name, values, cells)


def _parts(dumped: Any) -> tuple[Any, Any, Any]:
    if isinstance(dumped, dict):
        return dumped.get("code"), dumped.get("defaults"), dumped.get("closure")
    parts = list(dumped) if isinstance(dumped, list | tuple) else [dumped]
    code, defaults, closure = [*parts, None, None, None][:3]
    return code, defaults, closure


def _code(text: Any) -> CodeType | None:
    """Return code that this Python can run, or None."""
    if not isinstance(text, str):
        return None
    try:
        found = marshal.loads(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, EOFError, TypeError, ValueError, MemoryError, SystemError):
        return None
    return found if isinstance(found, CodeType) and _is_ours(found) else None


def _is_ours(code: CodeType) -> bool:
    """Whether bytecode has the format of this Python, including inner functions."""
    try:
        steps = list(dis.get_instructions(code))
    except (IndexError, KeyError, ValueError, TypeError):
        return False
    raw, known = code.co_code, set(dis.opname)
    ends = [*(step.offset for step in steps[1:]), len(raw)]
    if not any(step.opname == "RESUME" for step in steps[:4]):
        return False
    for step, end in zip(steps, ends, strict=True):
        name = step.opname
        if name not in known or name.startswith("<") or name == "CACHE" or any(raw[step.offset + 2 : end]):
            return False
    return all(_is_ours(inner) for inner in code.co_consts if isinstance(inner, CodeType))


def _surroundings() -> dict[str, Any]:
    """Return the globals that such functions assume: modules under their usual names."""
    import keras
    import numpy as np
    from keras._tf_keras.keras import backend

    from ..import_tensorflow import tensorflow

    tf = tensorflow()
    return {"__builtins__": __builtins__, "tf": tf, "tensorflow": tf, "keras": keras, "K": backend, "backend": backend,
            "np": np, "numpy": np, "layers": keras.layers}  # fmt: skip


def is_code(value: Any) -> bool:
    """Whether part of a configuration is stored code, as in Keras 2: ``[code, defaults, closure]``."""
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 3 and isinstance(value[0], str)
