"""DICOM files, read with pydicom: the first frame of an image as a viewer shows it.

PS3.3 of the standard (https://dicom.nema.org/medical/dicom/current/output/html/part03.html): the modality transform
(C.11.1: Hounsfield units of a CT), the window that the file asks for (C.11.2), and its photometric interpretation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..edits import FIRST_FRAME, FULL_RANGE, HOUNSFIELD, WINDOWED, Edit
from ..paths import one_line, shown
from ..unreadable_files import UnreadableError
from .limits import MAX_IMAGE_PIXELS, too_large

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".dcm", ".dicom")
#: The bytes that a file begins with, after a preamble of any content.
PREAMBLE, MAGIC = 128, b"DICM"

#: The range of a CT without a window, Hounsfield units: the 12 bits that scanners store.
_CT = (-1024.0, 3071.0)
#: The data set is packed with deflate, and pydicom unpacks it whole before its sizes are known.
_DEFLATED = "1.2.840.10008.1.2.1.99"
#: Elements longer than this are not read with the header.
_LONG = 1 << 20


def is_dicom(path: Path) -> bool:
    """Return whether a file is DICOM, by its name or its first bytes."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            return file.read(PREAMBLE + len(MAGIC))[PREAMBLE:] == MAGIC
    except OSError:
        return False


def read_size(path: Path) -> tuple[int, int, bool]:
    """Return height, width and whether there is color, from the header alone; UnreadableError if it is no image."""
    with _errors(path):
        header = _header(path)
        return int(header.Rows), int(header.Columns), _is_color(header)


def read_frame(path: Path) -> tuple[Image, list[Edit]]:
    """Return the first frame in mode RGB, or in mode F from 0 to 255, and its edits; UnreadableError if damaged."""
    from PIL import Image

    with _errors(path):
        header = _header(path)
        from pydicom.pixels import pixel_array

        stored = np.asarray(pixel_array(path, index=0))
        edits = [FIRST_FRAME] if int(header.get("NumberOfFrames") or 1) > 1 else []
        if _is_color(header):
            return Image.fromarray(_colors(stored, header)), edits
        shown_values, edit = _windowed(stored, header)
        if header.PhotometricInterpretation == "MONOCHROME1":
            shown_values = 1 - shown_values
        return Image.fromarray((shown_values * 255).astype(np.float32)), [*edits, edit]


def _header(path: Path) -> Any:
    """Return the elements before the pixels; UnreadableError if they describe no image, or one that is too large."""
    from pydicom import dcmread
    from pydicom.filereader import read_file_meta_info

    meta = read_file_meta_info(path)
    if meta.get("TransferSyntaxUID") == _DEFLATED:
        raise UnreadableError("deflated", f"{shown(path)} is packed with deflate; save it unpacked")
    header = dcmread(path, defer_size=_LONG, stop_before_pixels=True)
    rows, columns = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    if not rows or not columns:
        what = f"{shown(path)} is a DICOM file without an image ({shown(header.get('Modality') or 'no modality')})"
        raise UnreadableError("without an image", f"{what}; leave it out")
    if rows * columns > MAX_IMAGE_PIXELS:
        raise too_large(path, f"{columns}×{rows}")
    return header


def _is_color(header: Any) -> bool:
    return int(header.get("SamplesPerPixel") or 1) > 1 or header.get("PhotometricInterpretation") == "PALETTE COLOR"


def _colors(stored: np.ndarray, header: Any) -> np.ndarray:
    """Return colors as uint8 (h, w, 3); pydicom has made RGB of the luma and chroma of compressed files."""
    from pydicom.pixels import apply_color_lut

    bits = int(header.BitsStored)
    if header.PhotometricInterpretation == "PALETTE COLOR":
        stored = np.asarray(apply_color_lut(stored, header))
        bits = 8 * stored.dtype.itemsize
    return np.rint(stored[..., :3] * (255 / (2**bits - 1))).astype(np.uint8)


def _windowed(stored: np.ndarray, header: Any) -> tuple[np.ndarray, Edit]:
    """Return values from 0 (black) to 1, as the file's own window shows them, and which range was used."""
    from pydicom.pixels import apply_modality_lut, apply_voi

    values = np.asarray(apply_modality_lut(stored, header))
    tables = header.get("VOILUTSequence")
    if tables:
        most = 2.0 ** int(tables[0].LUTDescriptor[2]) - 1
        return np.asarray(apply_voi(values, header)) / most, WINDOWED
    values = values.astype(np.float64)
    center, width = _first(header.get("WindowCenter")), _first(header.get("WindowWidth"))
    if center is not None and width is not None and width > 0:
        return _by_window(values, center, width, str(header.get("VOILUTFunction") or "LINEAR")), WINDOWED
    if header.get("Modality") == "CT":
        low, high, edit = *_CT, HOUNSFIELD
    else:
        low, high, edit = float(values.min()), float(values.max()), FULL_RANGE
    return np.clip((values - low) / max(high - low, np.finfo(float).tiny), 0, 1), edit


def _by_window(values: np.ndarray, center: float, width: float, function: str) -> np.ndarray:
    """Return what PS3.3 C.11.2.1.2 and C.11.2.1.3 define, from 0 to 1."""
    if function == "SIGMOID":
        return np.asarray(1 / (1 + np.exp(np.clip(-4 * (values - center) / width, -700, 700))))
    if function == "LINEAR_EXACT":
        return np.clip((values - center) / width + 0.5, 0, 1)
    # A width of 1 is a threshold.
    return np.clip((values - (center - 0.5)) / max(width - 1, np.finfo(float).tiny) + 0.5, 0, 1)


def _first(value: Any) -> float | None:
    """Return the first of several windows."""
    if value is None or value == "":
        return None
    return float(value[0] if hasattr(value, "__len__") and not isinstance(value, str) else value)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Turn whatever pydicom raises into UnreadableError."""
    try:
        import pydicom  # noqa: F401 - an optional dependency
    except ImportError as error:
        how = "pip install 'cnnviz[dicom]', which brings pydicom"
        raise UnreadableError("DICOM, needs pydicom", f"{shown(path)} is a DICOM file; {how}") from error
    try:
        yield
    except UnreadableError:
        raise
    except (RuntimeError, NotImplementedError) as error:
        message = f"{shown(path)} cannot be unpacked ({one_line(error)}); install pylibjpeg, or save it uncompressed"
        raise UnreadableError("cannot be unpacked", message) from error
    except Exception as error:  # damage shows in many ways
        message = f"{shown(path)} is a damaged DICOM file ({one_line(error)}); export it again"
        raise UnreadableError("damaged", message) from error
