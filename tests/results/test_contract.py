"""Every result has the same face, and a file of it gives the same result again."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import cnnviz
from cnnviz.core.documented import Documented
from cnnviz.core.errors import DataError, UsageError
from cnnviz.features.result import Result
from cnnviz.gallery import views
from tests.results.every_result import BUILDERS, DOCUMENTED, documented, made

NAMES = sorted(BUILDERS)
#: Those that are about images one by one: some of the images can be taken.
TAKEN = ("Activations", "Attribution", "ClassPair", "Comparison", "Embedding", "Evaluation", "Heatmaps", "Maximized")
TAKEN += ("RowComparison", "LabelEvaluation", "RegressionEvaluation", "ConfusedPairs", "Predictions", "SnapshotSeries")
#: Those that are of all their images together.
TOGETHER = ("Ablation", "Filters", "Reconstructions", "Report", "Responses", "Similarity", "Statistics")
#: Those whose notes are given when they are made; the notes of the others follow from what they hold.
NOTED = ("ConfusedPairs", "Filters", "Heatmaps", "Report", "SnapshotSeries")
#: Those with an animation.
MOVING = ("Activations", "Attribution", "ClassPair", "Comparison", "ConfusedPairs", "Evaluation", "Heatmaps")
MOVING += ("Maximized", "Predictions", "SnapshotSeries")


def arrays_of(value: Any) -> Any:
    """Return what a result holds as nested plain values: arrays by type, shape and bytes."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if dataclasses.is_dataclass(value):
        return {one.name: arrays_of(getattr(value, one.name)) for one in dataclasses.fields(value) if one.compare}
    if isinstance(value, dict):
        return {name: arrays_of(held) for name, held in value.items()}
    return [arrays_of(held) for held in value] if isinstance(value, tuple | list) else value


def offline(value: Any) -> Any:
    """Return the same as it is after loading: without a network, at any depth, and without companions."""
    if dataclasses.is_dataclass(value) and isinstance(value, Result):
        fields = {one.name: offline(getattr(value, one.name)) for one in dataclasses.fields(value)}
        dropped: dict[str, Any] = {"network": None, "companions": (), "control": None}
        return type(value)(**{name: dropped.get(name, held) for name, held in fields.items()})
    return tuple(map(offline, value)) if isinstance(value, tuple) else value


def every_result(of: type) -> set[str]:
    """Return the names of all classes of results of this kind."""

    def below(kind: type) -> set[str]:
        return {kind.__name__} | {name for one in kind.__subclasses__() for name in below(one)}

    return below(of) - {"Result", "Documented", "RowEvaluation"}


def test_all_kinds_of_results_are_here() -> None:
    import cnnviz.gallery.views  # which knows them all  # noqa: F401

    assert every_result(Result) == set(BUILDERS)
    assert every_result(Documented) == set(BUILDERS) | set(DOCUMENTED)
    assert sorted([*TAKEN, *TOGETHER, "Arena", "DataReport", "Trust"]) == NAMES


@pytest.mark.parametrize("name", sorted({*BUILDERS, *DOCUMENTED}))
def test_the_document_is_json(name: str, tmp_path: Path) -> None:
    result = documented(name)
    text = str(result.to_json())
    held = json.loads(text)
    assert held == json.loads(json.dumps(result.document(), allow_nan=False))
    assert text.endswith("}\n") and text.count("\n") == 1
    assert (held["schema_version"], held["kind"]) == (1, type(result).kind)
    assert Path(result.to_json(tmp_path / "a.json")).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", sorted({*BUILDERS, *DOCUMENTED}))
def test_the_table_has_a_name_for_each_column(name: str, tmp_path: Path) -> None:
    result = documented(name)
    text = str(result.to_csv())
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(set(rows[0]))}
    assert Path(result.to_csv(tmp_path / "a.csv")).read_bytes() == text.encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_gives_the_same_result(name: str, tmp_path: Path) -> None:
    result = made(name)
    path = result.save(tmp_path / "a.npz")
    back = type(result).load(path)
    assert type(back) is type(result)
    assert json.loads(json.dumps(arrays_of(back), default=repr)) == json.loads(
        json.dumps(arrays_of(result), default=repr)
    )
    assert (back.document(), back.to_csv()) == (result.document(), result.to_csv())
    assert result.save(tmp_path / "b.npz").read_bytes() == path.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.npz", "b.npz"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_file_is_that_of_the_result_without_its_network(name: str, tmp_path: Path) -> None:
    result = made(name)
    page = type(result).load(result.save(tmp_path / "a.npz")).to_html()
    assert isinstance(page, bytes) and page.startswith(b"<!doctype html>")
    assert page == offline(result).to_html()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_it(name: str) -> None:
    from matplotlib.figure import Figure

    result = made(name)
    summary = result._repr_html_()
    assert summary.startswith('<div class="cnnviz">') and summary.endswith("</div>")
    assert len(summary) <= 300_000
    assert "<img" in summary and "<script" not in summary
    with Image.open(io.BytesIO(result._repr_png_())) as picture:
        assert picture.format == "PNG" and min(picture.size) > 100
    figure = result.plot()
    assert isinstance(figure, Figure) and figure.axes


@pytest.mark.parametrize("name", NAMES)
def test_notes_are_sentences_and_a_file_keeps_them(name: str, tmp_path: Path) -> None:
    result = made(name)
    assert isinstance(result.notes, tuple) and all(isinstance(note, str) and note for note in result.notes)
    assert type(result).load(result.save(tmp_path / "a.npz")).notes == result.notes
    given = {one.name for one in dataclasses.fields(type(result))}  # type: ignore[arg-type]
    assert ("notes" in given) == (name in NOTED)


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_sentences(name: str) -> None:
    findings: Any = getattr(made(name), "findings", ())
    assert isinstance(findings, tuple) and all(isinstance(finding, str) and finding for finding in findings)
    assert bool(findings) == (
        name in ("Ablation", "Arena", "DataReport", "Filters", "Trust") or name.endswith("Evaluation")
    )


@pytest.mark.parametrize("name", sorted({*BUILDERS, *DOCUMENTED}))
def test_the_summary_is_json_and_short(name: str) -> None:
    result = documented(name)
    summary = json.dumps(result.summary_document(), allow_nan=False)
    assert len(summary) > 10 and (name not in BUILDERS or len(summary) < len(str(result.to_json())))


@pytest.mark.parametrize("name", NAMES)
def test_what_moves_is_written_as_an_animation(name: str, tmp_path: Path) -> None:
    result = made(name)
    assert (name in MOVING) == ("gif" in views._VIEWS[type(result)])
    if name not in MOVING:
        with pytest.raises(TypeError, match="cannot be shown as gif"):
            result.to_gif(tmp_path / "a.gif")
        return
    with Image.open(result.to_gif(tmp_path / "a.gif")) as film:
        # These two models differ on one of the images.
        assert film.format == "GIF" and (getattr(film, "n_frames", 1) > 1 or name == "Comparison")
    with pytest.raises(UsageError, match="--force"):
        (tmp_path / "a.gif").write_bytes(b"mine")
        result.to_gif(tmp_path / "a.gif", force=False)


def test_an_animation_is_written_as_mp4_too(tmp_path: Path) -> None:
    pytest.importorskip("av")
    assert made("Predictions").to_mp4(tmp_path / "a.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("name", NOTED)
def test_notes_are_kept_in_the_file(name: str, tmp_path: Path) -> None:
    result: Any = dataclasses.replace(made(name), notes=("skipped the embedding", "chose saliency"))
    back: Any = type(result).load(result.save(tmp_path / "a.npz"))
    assert back.notes == result.notes


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_what_has_no_page_has_a_document_and_a_table_that_are_not_written_over(name: str, tmp_path: Path) -> None:
    result = documented(name)
    writers = {"a.json": result.to_json, "a.csv": result.to_csv}
    if isinstance(result, cnnviz.Pruned):
        writers["a.keras"] = result.save
    for file, write in writers.items():
        (tmp_path / file).write_bytes(b"mine")
        with pytest.raises(UsageError, match="--force"):
            write(tmp_path / file, force=False)
        assert (tmp_path / file).read_bytes() == b"mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(writers)


def test_a_pruned_model_is_saved_as_a_model(tmp_path: Path) -> None:
    pruned = documented("Pruned")
    assert isinstance(pruned, cnnviz.Pruned)
    opened = cnnviz.open_model(pruned.save(tmp_path / "small.keras"))
    assert opened.card.parameters == pruned.parameters < pruned.parameters_before
    assert pruned.findings[0].startswith("Removed 60 of dense1; parameters reduced from 185,866 to ")


def test_a_training_has_the_figure_of_its_snapshots(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    some = cnnviz.open_images("sample")[:20]
    trained = cnnviz.train(layers="flatten, dense 10", images=some, epochs=1, validation=0.5, out=tmp_path / "run")
    assert isinstance(trained.plot(), Figure)
    assert json.loads(str(trained.to_json()))["path"] == str(tmp_path / "run" / "model.keras")
    assert "part of the Fashion-MNIST test set" in trained.notes[0]
    without = documented("Trained")
    assert isinstance(without, cnnviz.Trained)
    with pytest.raises(UsageError, match="train with out="):
        without.plot()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_over_without_force_or_by_half(name: str, tmp_path: Path) -> None:
    result = made(name)
    writers = {"a.json": result.to_json, "a.csv": result.to_csv, "a.npz": result.save, "a.html": result.to_html}
    for file, write in writers.items():
        path = tmp_path / file
        path.write_bytes(b"mine")
        with pytest.raises(UsageError, match="--force"):
            write(path, force=False)
        assert path.read_bytes() == b"mine"
        with pytest.raises(UsageError, match="folder"):
            write(_folder(tmp_path, file))
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([*writers, *(f"in-{file}" for file in writers)])


def _folder(parent: Path, file: str) -> Path:
    folder = parent / f"in-{file}"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    whole = made(name).save(tmp_path / "a.npz").read_bytes()
    kind, path = type(made(name)), tmp_path / "b.npz"
    with np.load(tmp_path / "a.npz", allow_pickle=False) as stored:
        arrays = {held: stored[held] for held in stored.files}
    about = json.loads(arrays["cnnviz.about"].tobytes())
    broken = [whole[: len(whole) // 2], b"", b"PK\x05\x06" + bytes(18)]
    for change in ({"facts": []}, {"facts": {}}, {"facts": None}, {"kind": "a\nb"}, {"format": 2}, {"model": 3}):
        # A result of images alone adds no facts, and one without a model of its own keeps its card elsewhere.
        unread = {"facts": {}} if name in ("Activations", "Predictions") else {}
        if change == unread or (change == {"model": 3} and "model" not in about):
            continue
        words = np.frombuffer(json.dumps(about | change).encode(), np.uint8)
        broken.append(_packed(arrays | {"cnnviz.about": words}))
    broken += [_packed({other: held for other, held in arrays.items() if other != gone}) for gone in list(arrays)[-3:]]
    for content in broken:
        path.write_bytes(content)
        try:
            kind.load(path)
        except DataError as error:
            assert "\n" not in str(error)
        else:
            # What a file may lack: labels, and classes of maps.
            assert content in broken[-3:]
    with pytest.raises(DataError, match="there is no file"):
        kind.load(tmp_path / "none.npz")
    other = "Predictions" if name != "Predictions" else "Activations"
    with pytest.raises(DataError, match="holds"):
        type(made(other)).load(tmp_path / "a.npz")


def _packed(arrays: dict[str, np.ndarray]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


@pytest.mark.parametrize("name", TAKEN)
def test_taking_all_pictures_changes_nothing_and_some_are_fewer(name: str) -> None:
    result: Any = made(name)
    same = result.take(range(len(result)))
    if name == "Comparison":
        assert same.document() == result.document()
    elif name == "ClassPair":
        assert same.document() | {"layers": None} == result.document() | {"layers": None}
    else:
        assert json.dumps(arrays_of(same), default=repr) == json.dumps(arrays_of(result), default=repr)
    some = [3, 2] if name == "Maximized" else [2, 0]
    if name == "Maximized":
        with pytest.raises(UsageError, match="belong together"):
            result.take(some)
        some = [2, 3]
    fewer = result.take(some)
    assert len(fewer) == 2
    answered = {"ClassPair": "answers", "Comparison": "second", "RowComparison": "second"}.get(name)
    seen, whole = (getattr(one, answered) if answered else one for one in (fewer, result))
    np.testing.assert_array_equal(seen.probabilities, whole.probabilities[some])
    assert json.loads(str(fewer.to_json()))["kind"] == type(result).kind


@pytest.mark.parametrize("name", TOGETHER)
def test_what_is_of_all_pictures_together_cannot_be_parted(name: str) -> None:
    result: Any = made(name)
    assert result.take(range(len(result))) is result
    with pytest.raises(UsageError, match="together"):
        result.take([0])


def test_documents_know_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnviz.core.json_document.MOST_VALUES", 10)
    for name in ("Activations", "Attribution", "Heatmaps", "Maximized", "Reconstructions", "Responses"):
        with pytest.raises(UsageError, match="too many for json"):
            made(name).to_json()


def test_public_results_are_results() -> None:
    assert {*BUILDERS, "Pruned", "Trained"} <= set(cnnviz.__all__)
    assert all(issubclass(getattr(cnnviz, name), Result) for name in BUILDERS)
