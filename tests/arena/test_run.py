"""A whole arena on one small problem: it finds what is there, goes on where it was cut, and forgets what is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import cnnviz
from cnnviz.arena import run, tetrominoes
from cnnviz.arena.problem import PROBLEMS
from cnnviz.core.errors import UsageError


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("arena")


@pytest.fixture(scope="module", autouse=True)
def _small() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tetrominoes, "TRAINED", 2_000)
        patch.setattr(tetrominoes, "TESTED", 300)
        patch.setattr(PROBLEMS["linear-white"], "epochs", 4)
        yield


@pytest.fixture(scope="module")
def arena(work: Path) -> cnnviz.Arena:
    return cnnviz.run_arena("linear-white", ["saliency", "integrated-gradients:steps=8"], count=24, work=work)


def test_methods_find_the_shapes_and_controls_do_not(arena: cnnviz.Arena) -> None:
    (problem,) = arena.problems
    assert problem.learned and problem.accuracy > 0.95 and problem.chance == pytest.approx(0.125)
    assert arena.methods == ("saliency", "integrated-gradients:steps=8")
    assert arena.controls == ("random", "edges", "image", "blob")
    for method in arena.methods:
        entry = arena.entry(method, "linear-white")
        assert entry is not None and entry.beats_edges and not entry.fooled
        assert entry.low <= entry.mean <= entry.high and entry.low > 0.35
    random = arena.entry("random", "linear-white")
    assert random is not None and random.mean == pytest.approx(0.125, abs=0.04)


def test_means_are_those_of_the_stored_scores(arena: cnnviz.Arena) -> None:
    for one in arena.scores:
        entry = arena.entry(one.method, one.problem)
        assert entry is not None and entry.mean == pytest.approx(one.precision.mean())
        assert len(one.precision) == arena.problems[0].count == 24


def test_it_goes_on_where_it_was(arena: cnnviz.Arena, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = run.run_attribution

    def watched(probe: object, images: object, method: object, *further: object) -> object:
        asked.append(method.name)  # type: ignore[attr-defined]
        return real(probe, images, method, *further)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "run_attribution", watched)
    again = cnnviz.run_arena("linear-white", ["saliency", "integrated-gradients:steps=8"], count=24, work=work)
    assert asked == [] and again.to_json() == arena.to_json()
    stored = sorted((work / "scores").iterdir())
    stored[0].write_bytes(stored[0].read_bytes()[:200])
    third = cnnviz.run_arena("linear-white", ["saliency", "integrated-gradients:steps=8"], count=24, work=work)
    assert len(asked) == 1
    means = [[arena_.entry(m, "linear-white").mean for m in arena_.methods] for arena_ in (arena, third)]  # type: ignore[union-attr]
    assert means[0] == means[1]


def test_findings_and_page(arena: cnnviz.Arena, tmp_path: Path) -> None:
    assert "2 of 2 methods find more than an edge filter does" in arena.findings[0]
    page = arena.to_html()
    assert isinstance(page, bytes)
    text = page.decode()
    assert text.count("<img") == 2 + len(arena.scores) and "<script" not in text
    assert "Saliency" in text and arena.problems[0].words in text
    again = type(arena).load(arena.save(tmp_path / "a.npz"))
    assert again.to_html() == page


def test_too_few_images_and_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 8"):
        cnnviz.run_arena("linear-white", "saliency", count=3)
    with pytest.raises(UsageError, match="method"):
        cnnviz.run_arena("linear-white", "salience")
    with pytest.raises(UsageError, match="problem"):
        cnnviz.run_arena(["linear"], "saliency")


def test_scores_do_not_depend_on_what_else_runs(arena: cnnviz.Arena, work: Path) -> None:
    alone = cnnviz.run_arena("linear-white", "saliency", count=24, work=work)
    held = arena.find("saliency", "linear-white")
    found = alone.find("saliency", "linear-white")
    assert held is not None and found is not None and np.array_equal(held.precision, found.precision)
