"""CITATION.cff is valid and agrees with the package."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import cnnviz
from tests.helpers.layout import PYPROJECT, ROOT


@pytest.fixture
def citation() -> Any:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_required_fields_are_present(citation: Any) -> None:
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"] and citation["message"]
    assert citation["authors"] and all(author.get("name") for author in citation["authors"])


def test_version_and_license_are_those_of_the_package(citation: Any) -> None:
    assert citation["version"] == cnnviz.__version__
    assert citation["license"] == PYPROJECT["project"]["license"]
