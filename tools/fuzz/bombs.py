"""Small files that stand for much: packed zeros, files with holes, headers that promise more than there is."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

#: The most bytes that a file stands for, and of a member of a packed one.
MOST, MEMBER = 3 << 30, 1 << 20

GOOD = {"format": "npy", "kind": "|u1", "shape": [40, 28, 28], "promised": 40, "limit": 3, "labels": 40, "first": False}


def bomb_seeds(folder: Path) -> dict[str, bytes]:
    """Descriptions of such files."""
    made = {
        "small": GOOD,
        "sparse": GOOD | {"shape": [3_000_000, 28, 28], "promised": 3_000_000, "limit": 2},
        "floats": GOOD | {"kind": "<f4", "shape": [300_000, 28, 28], "promised": 300_000, "limit": 5},
        "columns": GOOD | {"kind": "<f4", "first": True, "limit": None},
        "packed": GOOD | {"format": "idx.gz", "shape": [3_000_000, 28, 28], "promised": 3_000_000},
        "archive": GOOD | {"format": "npz", "shape": [100_000, 28, 28], "promised": 100_000, "labels": 100_000},
        "table": GOOD | {"format": "csv.gz", "shape": [90_000, 4, 4], "promised": 90_000, "limit": 4},
        "shorts": GOOD | {"format": "idx", "kind": ">i2"},
    }
    return {f"{name}.json": json.dumps(one).encode() for name, one in made.items()}


def check_bomb(work: Path, name: str) -> None:
    """Make the file and open it; a good file's first images must be black, as many as asked for."""
    import cnnviz

    asked = _read(work / name)
    if asked is None:
        return
    path = _make(work, asked)
    limit = asked["limit"]
    images = cnnviz.open_images(path, limit=limit)
    assert len(images) == len(images.pixels) and (limit is None or len(images) <= limit)
    few = images[: min(3, len(images))]
    assert few.hash and not few.pixels.any()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        held = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(held, dict):
        return None
    asked = GOOD | {key: value for key, value in held.items() if key in GOOD}
    shape = asked["shape"]
    if not (isinstance(shape, list) and shape and all(type(one) is int and 0 <= one < 2**32 for one in shape)):
        asked["shape"] = GOOD["shape"]
    for key in ("promised", "labels"):
        asked[key] = asked[key] if type(asked[key]) is int and 0 <= asked[key] < 2**32 else 7
    asked["limit"] = asked["limit"] if type(asked["limit"]) is int and asked["limit"] > 0 else None
    asked["kind"] = asked["kind"] if asked["kind"] in ("|u1", "<f4", ">i2", "<f8", "|b1", "<i8") else "|u1"
    asked["format"] = asked["format"] if asked["format"] in ("npy", "idx", "idx.gz", "npz", "csv.gz") else "npy"
    return asked


def _make(work: Path, asked: dict[str, Any]) -> Path:
    """Write the file: its header promises ``promised`` images, and ``shape`` is what follows."""
    kind, shape = np.dtype(asked["kind"]), tuple(asked["shape"])
    size = kind.itemsize
    for extent in shape:
        size = min(MOST, size * extent)
    promised = (asked["promised"], *shape[1:])
    if asked["format"] == "npy":
        path = work / "set.npy"
        with path.open("wb") as file:
            _npy_header(file, asked["kind"], promised, bool(asked["first"]))
            file.truncate(file.tell() + size)
    elif asked["format"] == "npz":
        path = work / "set.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("x.npy", "w", force_zip64=True) as member:
                _npy_header(member, asked["kind"], promised, False)
                _zeros(member, min(size, 1 << 28))
            with archive.open("y.npy", "w", force_zip64=True) as member:
                _npy_header(member, "<i8", (asked["labels"],), False)
                _zeros(member, 8 * min(asked["labels"], 1 << 24))
    elif asked["format"] == "csv.gz":
        path = work / "set.csv.gz"
        pixels = min(max(1, int(np.prod(shape[1:], dtype=object))), 1000)
        head = ",".join(["label", *(f"pixel{i}" for i in range(pixels))]) + "\n"
        row = ("0" + ",0" * pixels + "\n").encode()
        many = max(1, MEMBER // len(row))
        part = gzip.compress(row * many, 1, mtime=0)
        count = min(asked["promised"], 200_000)
        rest = gzip.compress(row * (count % many), mtime=0)
        path.write_bytes(gzip.compress(head.encode(), mtime=0) + part * (count // many) + rest)
    else:
        code = {"u1": 8, "i2": 11, "f4": 13, "f8": 14}.get(asked["kind"][1:], 8)
        head = bytes([0, 0, code, len(promised) & 255]) + b"".join(one.to_bytes(4, "big") for one in promised)
        packed = asked["format"].endswith(".gz")
        path = work / f"images-idx3-ubyte{'.gz' if packed else ''}"
        if packed:
            part = gzip.compress(bytes(MEMBER), 9, mtime=0)
            rest = gzip.compress(bytes(size % MEMBER), mtime=0)
            path.write_bytes(gzip.compress(head, mtime=0) + part * (size // MEMBER) + rest)
        else:
            with path.open("wb") as file:
                file.write(head)
                file.truncate(file.tell() + size)
        labels = bytes([0, 0, 8, 1]) + asked["labels"].to_bytes(4, "big") + bytes(min(asked["labels"], 1 << 24))
        (work / "labels-idx1-ubyte").write_bytes(labels)
    return path


def _npy_header(file: Any, kind: str, shape: tuple[int, ...], columns_first: bool) -> None:
    held = io.BytesIO()
    np.lib.format.write_array_header_1_0(held, {"descr": kind, "fortran_order": columns_first, "shape": shape})
    file.write(held.getvalue())


def _zeros(file: Any, size: int) -> None:
    zeros = bytes(MEMBER)
    for _ in range(size // MEMBER):
        file.write(zeros)
    file.write(bytes(size % MEMBER))
