"""One probe of the bundled model for the whole room."""

from __future__ import annotations

import pytest

import cnnviz
from cnnviz.models.probe import Probe


@pytest.fixture(scope="session")
def probe() -> Probe:
    return cnnviz.open_model("fmnist-cnn")
