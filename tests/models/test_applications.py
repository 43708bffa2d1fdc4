"""Every architecture of keras.applications goes through activations, logits and a gradient to a middle layer."""

from __future__ import annotations

import keras
import pytest

from tools.applications import SMALLEST, offered, passes


def test_none_is_forgotten() -> None:
    assert sorted(SMALLEST) == offered()


@pytest.mark.slow(of=3)
@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_an_architecture_goes_through(name: str) -> None:
    try:
        passes(name)
    finally:
        keras.backend.clear_session()
