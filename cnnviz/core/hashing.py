"""Content hashes of arrays, the same on every machine."""

from __future__ import annotations

import hashlib

import numpy as np


def array_hash(*arrays: np.ndarray | None) -> str:
    """Return 16 hex digits of SHA-256 over type, shape and little-endian bytes of each array; None counts too."""
    digest = hashlib.sha256()
    for array in arrays:
        if array is None:
            digest.update(b"none;")
            continue
        ordered = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{ordered.dtype.str}{ordered.shape};".encode())
        digest.update(ordered.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()[:16]
