"""JSON without NaN, read and written; and messages, which quote what a file says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnviz.core.errors import LONGEST, DataError, UsageError
from cnnviz.core.json_document import json_text, read_json
from cnnviz.models.training_record import HISTORY, MODEL, RUN, run_history, training_record


@pytest.mark.parametrize("text", ["NaN", "[1, Infinity]", '{"a": -Infinity}', "1e999", '{"a": [-1e400]}'])
def test_numbers_that_are_not_finite_are_no_json(text: str) -> None:
    with pytest.raises(ValueError, match="is no finite number"):
        read_json(text)
    with pytest.raises(ValueError, match="JSON compliant"):
        json_text({"a": json.loads(text)})


def test_all_others_are_read() -> None:
    held = {"a": [1, 1.5, 1e300, -0.0, None, True, "NaN"], "b": {"c": 10**30}}
    assert read_json(json_text(held)) == held == read_json(json.dumps(held).encode())


@pytest.mark.parametrize(
    "columns",
    [
        '{"epoch": [1, 2], "loss": [0.5, Infinity]}',
        '{"epoch": [1, 2], "loss": [0.5, "low"]}',
        '{"epoch": [1, 2], "loss": [0.5, [0.4]]}',
        '{"epoch": [1, 2], "loss": [0.5]}',
        '{"epoch": 1}',
    ],
)
def test_a_history_that_is_none_is_refused(tmp_path: Path, columns: str) -> None:
    about = {"class_names": ["a"], "scale": "0-1", "best_epoch": 2}
    (tmp_path / RUN).write_text(json.dumps(about))
    (tmp_path / HISTORY).write_text('{"history": {"epoch": [1, 2], "loss": [0.5, 0.25]}}')
    assert run_history(tmp_path) == ([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}], 2)
    assert training_record(tmp_path / MODEL) is not None
    (tmp_path / HISTORY).write_text(f'{{"history": {columns}}}')
    with pytest.raises(DataError, match="cannot be read; train again"):
        run_history(tmp_path)
    assert training_record(tmp_path / MODEL) is None


def test_a_message_has_a_length_its_ends_stay() -> None:
    assert str(UsageError("x" * LONGEST)) == "x" * LONGEST
    text = str(UsageError(f"layer 3, {'relu ' * 1000!r}: no such layer"))
    assert len(text) == LONGEST and text.startswith("layer 3, 'relu") and text.endswith("relu ': no such layer")
