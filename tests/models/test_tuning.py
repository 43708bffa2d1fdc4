"""Choices by speed: measured once, kept for later processes, fixed by the environment, and never a reason to fail."""

import json

import pytest

import cnnviz
from cnnviz.core.errors import UsageError
from cnnviz.models import tuning
from cnnviz.models.max_pool_gradient import max_pools
from cnnviz.models.tuning import fastest


@pytest.fixture
def answers(monkeypatch, tmp_path):
    """Return the file of a process that has no answers yet."""
    monkeypatch.setattr(tuning, "_answers", {})
    monkeypatch.setenv("CNNVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CNNVIZ_TUNE", "on")
    return tmp_path / "cache" / "tuning.json"


def _ways(monkeypatch, **seconds):
    """Return calls that seem to take so long, by a clock that only they move."""
    clock = [0.0]
    monkeypatch.setattr(tuning.time, "perf_counter", lambda: clock[0])

    def call(way):
        def run():
            clock[0] += seconds[way]

        return run

    return {way: call(way) for way in seconds}


def test_the_fastest_way_is_chosen_and_kept(answers, monkeypatch):
    ways = _ways(monkeypatch, slow=3.0, fast=2.0)
    assert fastest("question", "3×3", ("slow", "fast"), lambda: ways) == "fast"
    (kept,) = json.loads(answers.read_text(encoding="utf-8")).values()
    assert kept == {"question 3×3": "fast"}
    # The next process reads the answer, whatever it would measure itself.
    monkeypatch.setattr(tuning, "_answers", {})
    assert fastest("question", "3×3", ("slow", "fast"), lambda: pytest.fail("measured again")) == "fast"
    other = _ways(monkeypatch, slow=1.0, fast=2.0)
    assert fastest("question", "5×5", ("slow", "fast"), lambda: other) == "slow"
    (kept,) = json.loads(answers.read_text(encoding="utf-8")).values()
    assert kept == {"question 3×3": "fast", "question 5×5": "slow"}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 3}', "[" * 5000, '{"question 3×3": null}', "\x00\xff"])
def test_a_damaged_file_is_measured_over(answers, monkeypatch, content):
    answers.parent.mkdir()
    answers.write_text(content, encoding="utf-8")
    assert fastest("question", "3×3", ("a", "b"), lambda: _ways(monkeypatch, a=2.0, b=1.0)) == "b"
    assert "b" in answers.read_text(encoding="utf-8")


def test_a_kept_answer_that_is_no_way_is_measured_over(answers, monkeypatch):
    answers.parent.mkdir()
    answers.write_text(json.dumps({tuning._machine(): {"question 3×3": "gone"}}), encoding="utf-8")
    assert fastest("question", "3×3", ("a", "b"), lambda: _ways(monkeypatch, a=2.0, b=1.0)) == "b"


def test_a_folder_that_cannot_be_written_is_no_failure(answers, monkeypatch):
    answers.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert fastest("question", "3×3", ("a", "b"), lambda: _ways(monkeypatch, a=2.0, b=1.0)) == "b"


def test_the_environment_fixes_answers(answers, monkeypatch):
    monkeypatch.setenv("CNNVIZ_TUNE", "off")
    assert fastest("question", "3×3", ("a", "b"), lambda: pytest.fail("measured")) == "a"
    monkeypatch.setenv("CNNVIZ_TUNE", "other=x, question=b")
    assert fastest("question", "3×3", ("a", "b"), lambda: pytest.fail("measured")) == "b"
    monkeypatch.setenv("CNNVIZ_TUNE", "question=c")
    with pytest.raises(UsageError, match="question=c; choose a or b"):
        fastest("question", "3×3", ("a", "b"), dict)
    monkeypatch.setenv("CNNVIZ_TUNE", "sometimes")
    with pytest.raises(UsageError, match="set it to off"):
        fastest("question", "3×3", ("a", "b"), dict)
    assert not answers.exists()


def test_the_gradient_of_max_pooling_is_measured_for_the_shapes_of_a_network(answers):
    graph = cnnviz.open_model("fmnist-cnn").runner.graph
    taken = max_pools(graph)
    (kept,) = json.loads(answers.read_text(encoding="utf-8")).values()
    assert set(kept) == {f"max-pool-gradient {shape} by 2×2" for shape in ("26×26×64", "10×10×64")}
    assert len(taken) == list(kept.values()).count("arrays")


def test_pools_that_no_gradient_passes_are_not_measured(answers):
    assert not max_pools(cnnviz.open_model("fmnist-cnn").runner.graph, ["conv3"])
    assert not answers.exists()
