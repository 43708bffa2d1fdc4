"""Batches of units that are maximized at once, against one after another."""

from __future__ import annotations

import numpy as np
import pytest

import cnnviz
from cnnviz.maximization import batched_ascent


def test_batches_at_once_give_the_bytes_of_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[int, int | None]] = []
    made = [
        cnnviz.maximize("fmnist-cnn", "conv2", range(40), steps=5, frames=2, progress=lambda *at: done.append(at))
        for at_once in (2, 1)
        if monkeypatch.setattr(batched_ascent, "AT_ONCE", at_once) is None
    ]
    np.testing.assert_array_equal(made[0].images.pixels, made[1].images.pixels)
    assert len(done) % 2 == 0 and done[: len(done) // 2] == done[len(done) // 2 :]
