"""The real objects of PyTorch, Hugging Face and pandas, which stand-ins replace in test_objects.py.

Nothing else needs these libraries: where one is missing, conftest.py leaves this file out.
"""

from __future__ import annotations

from typing import Any

import datasets
import numpy as np
import pandas
import pytest
import torch
from PIL import Image
from torch.utils.data import BatchSampler, DataLoader, IterableDataset, SequentialSampler, TensorDataset

from cnnviz.data import open_images

from .test_objects import LABELS, NAMES, PIXELS, check, png

CHANNELS_FIRST = torch.from_numpy(np.ascontiguousarray(PIXELS.transpose(0, 3, 1, 2)))
UNIT = CHANNELS_FIRST.float() / 255
PAIRS = TensorDataset(UNIT, torch.from_numpy(LABELS))


class Stream(IterableDataset):
    def __iter__(self) -> Any:
        return iter(PAIRS)


def rows() -> Any:
    columns = {"photo": datasets.Image(), "label": datasets.ClassLabel(names=NAMES)}
    held = {"photo": [Image.fromarray(pixels) for pixels in PIXELS], "label": LABELS.tolist()}
    return datasets.Dataset.from_dict(held, features=datasets.Features(columns))


@pytest.mark.parametrize(
    "given",
    [
        PAIRS,
        DataLoader(PAIRS, batch_size=3),
        DataLoader(PAIRS, batch_size=3, num_workers=2),
        DataLoader(PAIRS, batch_size=None),
        DataLoader(PAIRS, batch_sampler=BatchSampler(SequentialSampler(PAIRS), 3, False)),
        next(iter(DataLoader(PAIRS, batch_size=7))),
        (UNIT, torch.from_numpy(LABELS)),
        UNIT.clone().requires_grad_(),
    ],
)
def test_torch(given: Any) -> None:
    check(open_images(given), labeled=not isinstance(given, torch.Tensor), unit=True)


def test_torch_streams() -> None:
    check(open_images(Stream(), limit=9), unit=True)
    check(open_images(DataLoader(Stream(), batch_size=2), limit=9), unit=True)
    np.testing.assert_allclose(open_images(UNIT.bfloat16()).pixels, PIXELS / 255, atol=0.01)
    shuffled = open_images(DataLoader(PAIRS, batch_size=3, shuffle=True))
    assert sorted(map(bytes, shuffled.pixels)) == sorted(map(bytes, open_images(PAIRS).pixels))


@pytest.mark.parametrize("form", [None, "torch", "numpy"])
def test_hugging_face(form: str | None) -> None:
    check(open_images(rows().with_format(form)), names=NAMES)
    check(open_images(rows().to_iterable_dataset().with_format(form), limit=7), names=NAMES)


def test_hugging_face_otherwise() -> None:
    check(open_images(rows().cast_column("photo", datasets.Image(decode=False))), names=NAMES)
    transformed = rows().with_transform(lambda batch: {"pixel_values": list(UNIT[: len(batch["photo"])])})
    assert open_images(transformed, limit=1).shape == (12, 10, 3)


def test_pandas(tmp_path) -> None:
    files = [png(pixels) for pixels in PIXELS]
    paths = []
    for i, file in enumerate(files):
        paths.append(str(tmp_path / f"{i}.png"))
        (tmp_path / f"{i}.png").write_bytes(file)
    table = pandas.DataFrame({"path": paths, "kind": [NAMES[i] for i in LABELS], "pixels": list(PIXELS), "file": files})
    for column in (table["path"], table["path"].astype("string"), table["path"].values, pandas.Index(paths)):
        check(open_images((column, table["kind"].astype("category"))), names=NAMES)
    for name in ("pixels", "file"):
        check(open_images((table[name], table["kind"])), names=NAMES)
