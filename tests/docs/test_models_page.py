"""What the pages say of the bundled models and of the named networks is what those say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz.core.number_words import percent
from cnnviz.models.bundled import bundled_models
from cnnviz.training.architectures.named import ALL

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("page", ["docs/models.md", "README.md", "CHANGELOG.md"])
def test_the_bundled_models_accuracies_are_told(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, model in bundled_models().items():
        assert name in text and percent(model.about["test_accuracy"]) in text, name


def test_the_bundled_models_are_described_as_they_describe_themselves() -> None:
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    assert all(model.about["description"] in text for model in bundled_models().values())


def test_the_named_networks_are_told_with_their_notes_and_figures() -> None:
    text = (ROOT / "docs" / "networks.md").read_text(encoding="utf-8")
    for one in ALL:
        if one.author != "cnnviz":
            assert f"- `{one.name}`: {one.says}." in text and f"| `{one.name}` | {one.author} |" in text
            assert one.published is None or f"{100 * one.published:.2f} %" in text
