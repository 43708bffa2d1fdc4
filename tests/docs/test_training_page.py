"""What docs/training.md says of words and settings is all that there is, and its file trains."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cnnviz.training.layer_text.parse import ACTIVATIONS, KINDS, SAME
from cnnviz.training.recipe import RATES, SCHEDULES, TrainingRecipe
from cnnviz.training.resolve_network import chosen_network
from cnnviz.training.yaml_file import read_plan

PAGE = Path(__file__).resolve().parents[2] / "docs" / "training.md"


def spelled() -> set[str]:
    text = re.sub(r"^```.*?^```", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({*KINDS, *ACTIVATIONS}, id="words"),
        pytest.param({field.name for field in fields(TrainingRecipe)}, id="settings"),
        pytest.param({*RATES, *SCHEDULES}, id="values"),
    ],
)
def test_it_names_all_there_are(known: set[str]) -> None:
    assert known <= spelled()


def test_other_words_are_those_that_are_read() -> None:
    aside = re.findall(r"\(`([^`]+)`\)", PAGE.read_text(encoding="utf-8"))
    assert {word.replace(" ", "") for word in aside} <= {*SAME, *ACTIVATIONS} and len(aside) >= 5


def test_its_file_is_read_and_built(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    file = tmp_path / "my_net.yaml"
    file.write_text(example[1], encoding="utf-8")
    plan = read_plan(file)
    assert plan.fields["epochs"] == 5 and plan.fields["changes"] == ("flip", "shift:pixels=2")
    model = chosen_network(plan.network, plan.layers).build((28, 28, 1), 10)
    assert [layer.name for layer in model.layers][:4] == ["conv1", "bn", "relu", "pool1"]
