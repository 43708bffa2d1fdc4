"""Make cnnviz/data/assets/sample.npz: the first 100 images of each class of the Fashion-MNIST test set.

    python tools/make_sample.py [FOLDER]

FOLDER holds t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz; by default the system's or Keras' copy is used.
Members are stored unpacked with a fixed date, so that every machine writes the same bytes, whatever its zlib; Git and
wheels pack them anyway.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np

from cnnviz.core.files import write_bytes
from cnnviz.data.bundled_sample import SAMPLE_FILE
from cnnviz.data.formats.idx import read_idx
from cnnviz.data.known_sets import FMNIST, folders

PER_CLASS = 100


def make(folder: Path) -> bytes:
    pixels = read_idx(folder / "t10k-images-idx3-ubyte.gz", (3,))
    labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz", (1,))
    firsts = [np.flatnonzero(labels == number)[:PER_CLASS] for number in range(10)]
    indices = np.sort(np.concatenate(firsts))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in (
            ("pixels", pixels[indices]),
            ("labels", labels[indices]),
            ("indices", indices.astype("<i4")),
        ):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0))
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def main() -> None:
    places = [Path(sys.argv[1])] if len(sys.argv) > 1 else folders(FMNIST)
    folder = next((place for place in places if (place / "t10k-images-idx3-ubyte.gz").is_file()), None)
    if folder is None:
        raise SystemExit(f"no Fashion-MNIST test set in {', '.join(map(str, places))}")
    print(write_bytes(SAMPLE_FILE, make(folder)))


if __name__ == "__main__":
    main()
