"""TIFF, DICOM, AVIF and HEIC: as their own libraries read them, or refused in a line; hostile ones in little memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from cnnviz.core.errors import DataError
from cnnviz.data import open_images
from cnnviz.data.fit_images import fit_images
from cnnviz.data.input_spec import InputSpec
from cnnviz.data.originals import read_original

GRAY = np.random.default_rng(0).integers(0, 256, (6, 8), dtype=np.uint8)
COLOR = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
DEEP = np.random.default_rng(2).integers(0, 65536, (6, 8), dtype=np.uint16)


def opened(path: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    images = open_images(path)
    return images.pixels[0], images.notes


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packing", [None, "zlib"])
@pytest.mark.parametrize("array", [GRAY, COLOR, DEEP], ids=["gray", "color", "16 bits"])
def test_tiff_as_tifffile_reads_it(tmp_path: Path, array: np.ndarray, packing: str | None, order: Any) -> None:
    tifffile = pytest.importorskip("tifffile")
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, array, compression=packing, byteorder=order)
    own = tifffile.imread(path)
    np.testing.assert_array_equal(own, array)
    pixels, notes = opened(path)
    expected = np.rint(own / 257).astype(np.uint8) if own.dtype == np.uint16 else own
    np.testing.assert_array_equal(pixels.squeeze(), expected)
    assert notes == (("reduced from 16 to 8 bits",) if own.dtype == np.uint16 else ())


@pytest.mark.parametrize("array", [GRAY, DEEP], ids=["8 bits", "16 bits"])
def test_white_is_zero(tmp_path: Path, array: np.ndarray) -> None:
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(tmp_path / "x.tif", array, photometric="miniswhite")
    most = np.iinfo(array.dtype).max
    np.testing.assert_array_equal(opened(tmp_path / "x.tif")[0][..., 0], np.rint((most - array) / (most / 255)))


def test_color_of_16_bits(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    deep = np.random.default_rng(3).integers(0, 65536, (6, 8, 3), dtype=np.uint16)
    tifffile.imwrite(tmp_path / "x.tif", deep, photometric="rgb")
    pixels, notes = opened(tmp_path / "x.tif")
    np.testing.assert_array_equal(pixels, np.rint(deep / 257))
    assert notes == ("reduced from 16 to 8 bits",)


@pytest.mark.parametrize("color", [False, True])
def test_twelve_bits(tmp_path: Path, color: bool) -> None:
    tifffile = pytest.importorskip("tifffile")
    twelve = np.stack([DEEP] * 3, -1) // 16 if color else DEEP // 16
    tifffile.imwrite(tmp_path / "x.tif", twelve, photometric="rgb" if color else "minisblack")
    pixels, notes = opened(tmp_path / "x.tif")
    said = "12-bit values: 4095 is white; if another value is, set --white, in Python white="
    assert notes == (said, "reduced from 16 to 8 bits")
    np.testing.assert_array_equal(pixels if color else pixels[..., 0], np.rint(twelve / 4095 * 255))


@pytest.mark.parametrize(
    ("most", "bits"), [(200, 8), (300, 12), (4000, 12), (5000, 14), (16000, 14), (20000, 16), (65000, 16)]
)
@pytest.mark.parametrize("fit", ["stretch", "stretch,nearest"])
def test_files_have_the_depth_that_their_arrays_have(tmp_path: Path, most: int, bits: int, fit: str) -> None:
    """Decided over the set: a dark image is dark beside a light one, also in the folder of another depth alone."""
    random = np.random.default_rng(4)
    arrays = [random.integers(0, top + 1, (40, 30)).astype(np.uint16) for top in (most, most // 20)]
    arrays[0][0, 0] = most
    for i, array in enumerate(arrays):
        Image.fromarray(array).save(tmp_path / f"{i}.png")
    like = InputSpec(20, 15, 1)
    files, held = (open_images(given, like=like, fit=fit) for given in (tmp_path, np.stack(arrays)))
    fitted = fit_images(held, like, fit=fit).pixels
    np.testing.assert_allclose(files.pixels / 255, fitted / held.peak, atol=0.51 / 255 if "nearest" in fit else 1e-5)
    assert any(f"{bits}-bit values in 2 images" in note for note in files.notes) == (bits < 16)


def test_a_single_hot_pixel_does_not_decide_the_depth(tmp_path: Path) -> None:
    twelve = np.random.default_rng(4).integers(0, 4096, (40, 30)).astype(np.uint16)
    twelve[7, 7] = 65535
    Image.fromarray(twelve).save(tmp_path / "x.png")
    pixels, notes = opened(tmp_path / "x.png")
    assert notes[0].startswith("12-bit values: 4095 is white;") and pixels[7, 7, 0] == 255
    np.testing.assert_array_equal(pixels[..., 0], np.rint(np.minimum(twelve, 4095) / 4095 * 255))
    original = read_original(open_images(tmp_path / "x.png", like=InputSpec(10, 10, 1)), 0)
    np.testing.assert_array_equal(original.pixels, pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_tiff_upright(tmp_path: Path, orientation: int) -> None:
    """As Pillow turns a PNG with the same EXIF tag."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(COLOR).save(tmp_path / "x.png", exif=exif)
    Image.fromarray(COLOR).save(tmp_path / "x.tif", tiffinfo={0x0112: orientation})
    (pixels, notes), (expected, wanted) = opened(tmp_path / "x.tif"), opened(tmp_path / "x.png")
    np.testing.assert_array_equal(pixels, expected)
    assert notes == wanted


def test_pages(tmp_path: Path) -> None:
    frames = [Image.fromarray(GRAY), Image.fromarray(255 - GRAY)]
    frames[0].save(tmp_path / "x.tiff", save_all=True, append_images=frames[1:])
    pixels, notes = opened(tmp_path / "x.tiff")
    np.testing.assert_array_equal(pixels[..., 0], GRAY)
    assert notes == ("first page only",)


@pytest.mark.parametrize("mode", ["CMYK", "P", "1", "YCbCr", "LA", "RGBA"])
def test_modes_of_tiff(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(COLOR).convert(mode)
    image.save(tmp_path / "x.tif")
    expected = np.asarray(image.convert("L" if mode in ("1", "LA") else "RGB"))
    assert np.abs(opened(tmp_path / "x.tif")[0].squeeze() - expected.astype(int)).max() <= (3 if mode == "YCbCr" else 0)


def test_lab(tmp_path: Path) -> None:
    """L, a, b of CIE 1976 under D50, for sRGB red, green, blue and gray (Lindbloom's calculator)."""
    lab = np.array([[[54.29, 80.81, 69.89], [87.82, -79.29, 80.99], [29.57, 68.30, -112.03], [53.59, 0, 0]]])
    stored = np.rint(lab * (255 / 100, 1, 1)).astype(int) % 256
    Image.fromarray(np.repeat(stored, 2, axis=0).astype(np.uint8), "LAB").save(tmp_path / "x.tif")
    rgb = opened(tmp_path / "x.tif")[0][0].astype(int)
    assert np.abs(rgb - [[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]]).max() <= 24
    assert rgb[3].tolist() == [128, 128, 128]


@pytest.mark.parametrize("kind", [np.float32, np.int32, np.int16, np.uint32, np.float64])
def test_values_without_a_known_range(tmp_path: Path, kind: Any) -> None:
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(tmp_path / "x.tif", GRAY.astype(kind))
    with pytest.raises(
        DataError, match=r"x\.tif (holds (floating-point|32-bit or signed) values|is a damaged TIFF)"
    ) as raised:
        open_images(tmp_path / "x.tif")
    assert "\n" not in str(raised.value)


def test_many_channels_name_npy(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(
        tmp_path / "x.tif", np.zeros((6, 8, 7), np.float32), photometric="minisblack", planarconfig="contig"
    )
    with pytest.raises(DataError, match=r"give its array as \.npy"):
        open_images(tmp_path / "x.tif")


@pytest.mark.skipif(not features.check("avif"), reason="not for this Pillow: it reads no AVIF")
def test_avif(tmp_path: Path) -> None:
    smooth = np.stack([np.add.outer(np.arange(32), np.arange(40)).astype(np.uint8)] * 3, axis=-1)
    Image.fromarray(smooth).save(tmp_path / "x.avif", quality=100)
    (tmp_path / "x.avif").rename(tmp_path / "bare")
    assert np.abs(opened(tmp_path / "bare")[0] - smooth.astype(int)).max() <= 4


def test_heic_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("image_file", "pillow_formats"):
        monkeypatch.setattr(f"cnnviz.data.formats.{module}.pillow_formats", lambda: ("PNG", "JPEG", "TIFF"))
    (tmp_path / "x.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100)
    with pytest.raises(DataError, match=r"x\.heic is a HEIC photo; pip install pillow-heif"):
        open_images(tmp_path / "x.heic")


# --- DICOM


def dicom_file(path: Path, stored: np.ndarray, photometric: str = "MONOCHROME2", **elements: Any) -> Path:
    pytest.importorskip("pydicom")
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = CTImageStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    colors = 3 if photometric == "RGB" else 1
    frames = stored.ndim - (2 if colors == 1 else 3)
    made.Rows, made.Columns = stored.shape[frames : frames + 2]
    made.SamplesPerPixel, made.PhotometricInterpretation = colors, photometric
    made.BitsAllocated = made.BitsStored = 8 * stored.dtype.itemsize
    made.HighBit = made.BitsStored - 1
    made.PixelRepresentation = int(stored.dtype.kind == "i")
    if colors == 3:
        made.PlanarConfiguration = 0
    for name, value in elements.items():
        setattr(made, name, value)
    made.PixelData = stored.tobytes()
    made.save_as(path, enforce_file_format=True)
    return path


HU = np.random.default_rng(5).integers(0, 3000, (6, 8)).astype(np.int16)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("function", [None, "LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), ([300, 40], [1500, 80]), (-600, 1500)])
def test_the_window_as_pydicom_applies_it(
    tmp_path: Path, photometric: str, function: str | None, center: Any, width: Any
) -> None:
    pytest.importorskip("pydicom")
    from pydicom import dcmread
    from pydicom.pixels import apply_modality_lut, apply_windowing

    about = {"WindowCenter": center, "WindowWidth": width, "RescaleSlope": 1, "RescaleIntercept": -1024}
    if function:
        about["VOILUTFunction"] = function
    path = dicom_file(tmp_path / "x.dcm", HU, photometric, **about)
    read = dcmread(path)
    windowed = apply_windowing(apply_modality_lut(read.pixel_array, read), read)
    low, high = -(2.0**15) - 1024, 2.0**15 - 1 - 1024
    expected = (windowed - low) / (high - low) * 255
    pixels, notes = opened(path)
    expected = 255 - expected if photometric == "MONOCHROME1" else expected
    assert np.abs(pixels[..., 0] - expected).max() <= 0.5 + 1e-3 and notes[0] == "shown through its own window"


def test_ranges_without_a_window(tmp_path: Path) -> None:
    ct = dicom_file(tmp_path / "ct.dcm", HU, Modality="CT", RescaleSlope=1, RescaleIntercept=-1024)
    pixels, notes = opened(ct)
    np.testing.assert_allclose(pixels[..., 0], HU * (255 / 4095), atol=0.51)
    assert notes == ("no window: -1024 to 3071 HU",)
    pixels, notes = opened(dicom_file(tmp_path / "mr", HU, Modality="MR"))
    np.testing.assert_allclose(pixels[..., 0], (HU - HU.min()) * (255 / np.ptp(HU)), atol=0.51)
    assert notes == ("no window: lowest to highest value",)


def test_colors_and_frames(tmp_path: Path) -> None:
    pixels, notes = opened(dicom_file(tmp_path / "x.dcm", COLOR, "RGB"))
    np.testing.assert_array_equal(pixels, COLOR)
    assert notes == ()
    two = np.stack([GRAY, 255 - GRAY])
    pixels, notes = opened(dicom_file(tmp_path / "y.dcm", two, NumberOfFrames=2, WindowCenter=128, WindowWidth=256))
    np.testing.assert_array_equal(pixels[..., 0], GRAY)
    assert notes == ("first frame only", "shown through its own window")


def test_dicom_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    (tmp_path / "scan").write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 100)
    with pytest.raises(DataError, match=r"scan is a DICOM file; pip install 'cnnviz\[dicom\]'"):
        open_images(tmp_path / "scan")


# --- Hostile files


def tiff_that_claims(width: int, height: int, count: int = 1) -> bytes:
    """A TIFF of one strip of some bytes that claims a size, and a number of strips."""
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
            (273, 4, count, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, count, 64)]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0) + bytes(64)


def hostile() -> dict[str, bytes]:
    files = {
        "wide.tif": tiff_that_claims(60_000, 60_000),
        "most.tif": tiff_that_claims(2**32 - 1, 2**32 - 1),
        "short.tif": tiff_that_claims(9_000, 9_000),
        "strips.tif": tiff_that_claims(64, 64, 2**31),
        "loop.tif": tiff_that_claims(8, 8)[:-68] + struct.pack("<I", 8) + bytes(64),
        "cut.tif": tiff_that_claims(8, 8)[:40],
        "nothing.dcm": bytes(128) + b"DICM",
        "text.dcm": b"no DICOM at all",
        "cut.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
        "cut.avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(100),
    }
    buffer = io.BytesIO()
    Image.fromarray(DEEP).save(buffer, "TIFF", compression="tiff_deflate")
    files["damaged.tif"] = buffer.getvalue()[:20] + b"\xff" * 20 + buffer.getvalue()[40:]
    return files


def test_hostile_files_take_little_memory(tmp_path: Path) -> None:
    files = [tmp_path / name for name in hostile()]
    for path, content in zip(files, hostile().values(), strict=True):
        path.write_bytes(content)
    try:
        import pydicom  # noqa: F401
    except ImportError:
        pass
    else:
        for name, elements in {
            "huge.dcm": {"Rows": 65535, "Columns": 65535},
            "short.dcm": {"Rows": 9000, "Columns": 9000},
            "frames.dcm": {"NumberOfFrames": 2**31 - 1},
            "none.dcm": {"Rows": 0},
            "bits.dcm": {"BitsAllocated": 7},
        }.items():
            files.append(dicom_file(tmp_path / name, HU, **elements))
    code = (
        "import resource, sys\n"
        "from cnnviz.core.errors import DataError\n"
        "from cnnviz.data import open_images\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "for path in sys.argv[1:]:\n"
        "    try: print(path, 'opened', open_images(path).shape)\n"
        "    except DataError as error: print(path, 'refused', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == len(files), done.stdout
    opened_ones = [line for line in said if " opened " in line]
    assert {Path(line.split()[0]).name for line in opened_ones} <= {"loop.tif", "frames.dcm", "strips.tif"}
