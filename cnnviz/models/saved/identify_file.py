"""Identification of a model file by its content: its reader, or an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cnnviz.core.errors import ModelError

from . import hdf5, keras_zip, saved_model
from .stored_model import Stored

#: What a model can be given as, besides a bundled name.
FORMS = "a .keras or .h5 file, or a run or SavedModel folder"

_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
#: First bytes of files that are mistaken for models, with what they are and what to do.
_OTHERS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"version https://git-lfs",), "a Git LFS pointer, not the model itself; run git lfs pull"),
    ((b"<!doctype", b"<html", b"<head", b"<?xml"), "a web page; download the file itself"),
    (
        (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
        "a pickle, which cnnviz never opens; save it with model.save()",
    ),
    ((b"%PDF",), "a PDF document"),
    ((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ"), "a packed archive; unpack it first"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM6"), "an image, not a model"),
    ((b"GGUF",), "a GGUF language model"),
    ((b"\x93NUMPY",), "a NumPy array without a network"),
)


def reader(path: Path) -> Callable[[Path], Stored]:
    """Return the reader of this path; ModelError, in one line, if it is not a model."""
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return saved_model.read
        if (path / "config.json").is_file():
            return keras_zip.read
        raise ModelError(f"{path} is a folder without a saved model; give {FORMS}")
    try:
        with path.open("rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise ModelError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if start.startswith(_HDF5):
        return hdf5.read
    if start.startswith(_ZIP):
        return keras_zip.read
    raise ModelError(f"cannot open {path.name} as a Keras model: {_what(path, start)}")


def _what(path: Path, start: bytes) -> str:
    if not start:
        return "the file is empty"
    if path.suffix == ".index" or ".data-00000-of-" in path.name:
        return (
            "it is a part of a TensorFlow checkpoint, weights without a network; load them where the network is built "
            "and save that with model.save()"
        )
    if path.name == "saved_model.pb":
        return f"it is one part of a SavedModel; give the folder, {path.parent}"
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginnings, words in _OTHERS:
        if head.startswith(tuple(begin.lower() for begin in beginnings)):
            return f"it is {words}"
    if start[4:8] == b"TFL3":
        return "it is a TensorFlow Lite model, which has no accessible layers; give the Keras model"
    if start[257:262] == b"ustar":
        return "it is a packed archive; unpack it first"
    if head.startswith(b"{") and b'"cells"' in head:
        return "it is a Jupyter notebook; run it and save the model"
    if head.startswith((b"{", b"[")):
        return "it is JSON; give it as --architecture, in Python architecture=, with its weights as the model"
    if _is_text(start):
        code = any(word in start for word in (b"import ", b"def ", b"class "))
        return "it is Python source; run it and save the model" if code else "it is text"
    if b"\x00" in start and path.suffix in (".pb",):
        return "it is a TensorFlow graph; give a SavedModel folder or a .keras file"
    return "it is not a file saved by Keras"


def _is_text(start: bytes) -> bool:
    return b"\x00" not in start and all(byte >= 32 or byte in b"\t\n\r\f" for byte in start)
