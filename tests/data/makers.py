"""Files that tests are about, as bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import numpy as np

IDX_TYPES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx_bytes(array: np.ndarray) -> bytes:
    code = IDX_TYPES[array.dtype.str[1:]]
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def npz_bytes(packed: bool = True, **arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


def npy_header(shape: tuple[int, ...], descr: str = "|u1") -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def zip_bytes(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def csv_bytes(pictures: np.ndarray, labels: np.ndarray | None, line_end: str = "\n") -> bytes:
    """The table that Kaggle offers: label, pixel1, pixel2, …"""
    flat = pictures.reshape(len(pictures), -1)
    head = [f"pixel{i + 1}" for i in range(flat.shape[1])]
    rows = [list(map(str, row.tolist())) for row in flat]
    if labels is not None:
        head = ["label", *head]
        rows = [[str(label), *row] for label, row in zip(labels.tolist(), rows, strict=True)]
    return line_end.join(",".join(row) for row in [head, *rows]).encode() + line_end.encode()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with hardly any data behind it."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + data + png_chunk(b"IEND", b"")
