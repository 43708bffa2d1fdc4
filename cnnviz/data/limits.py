"""How much a reader takes in before it refuses: a small file must not be able to fill the memory."""

from __future__ import annotations

from cnnviz.core.errors import DataError

#: Most bytes that one set of pictures may take in memory (the 60,000 of Fashion-MNIST take 47 million).
MAX_SET_BYTES = 4 * 2**30

#: Most pixels that one picture file may have (100 megapixels is more than a phone or a scanner makes).
MAX_PICTURE_PIXELS = 100_000_000

#: Deflate cannot shrink anything further than 1032 to 1, so a header that promises more is lying.
MAX_DEFLATE_RATIO = 1032


def check_set_size(what: str, count: int, shape: tuple[int, ...], item_bytes: int = 1) -> None:
    """Raise DataError if ``count`` pictures of this shape are more than a set may take."""
    total = count * item_bytes
    for extent in shape:
        total *= extent
    if total > MAX_SET_BYTES:
        raise DataError(
            f"{what} holds {count} pictures of {'×'.join(map(str, shape))}, {size_words(total)} in memory and more "
            f"than the {size_words(MAX_SET_BYTES)} allowed; split it, or shrink the pictures first"
        )


def size_words(count: int) -> str:
    """Return a number of bytes as people write it: "784 bytes", "47.0 MB"."""
    if count < 1000:
        return f"{count} bytes"
    size = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 1000 or unit == "TB":
            break
    return f"{size:.1f} {unit}" if size < 1e6 else f"{size:.1e} {unit}"
