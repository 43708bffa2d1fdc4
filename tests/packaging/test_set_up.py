"""Set-up is done once, again when something that matters has changed, and says in one line why it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.layout import PYPROJECT, ROOT
from tests.helpers.tools import tool


@pytest.fixture
def needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool that gets what tests need, with nothing to get and its memory in a folder of the test's."""
    module = tool("ensure_needs")
    monkeypatch.setattr(module, "FAILURES", tmp_path / "failures.json")
    monkeypatch.setattr(module, "NEEDS", {})
    monkeypatch.setattr(sys, "argv", ["ensure_needs"])
    return module


class Shop:
    """A need for a test: ways that fail or deliver, and a count of how often each was tried."""

    def __init__(self, module: ModuleType, *deliver: bool) -> None:
        self.there, self.tried = False, [0] * len(deliver)
        self.error = module.CannotGetError
        ways = tuple(self.way(number, delivers) for number, delivers in enumerate(deliver))
        self.need = module.Need("thing", lambda: Path("thing") if self.there else None, ways)
        module.NEEDS["thing"] = self.need

    def way(self, number: int, delivers: bool) -> Callable[[], None]:
        def go() -> None:
            self.tried[number] += 1
            if not delivers:
                raise self.error(f"shop {number} is shut")
            self.there = True

        return go


def test_what_is_there_is_not_fetched(needs: ModuleType) -> None:
    shop = Shop(needs, True)
    shop.there = True
    needs.main()
    assert shop.tried == [0]


def test_ways_are_tried_in_order_until_one_works(needs: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Shop(needs, False, True, True)
    needs.main()
    assert shop.tried == [1, 1, 0]
    assert capsys.readouterr().err == "getting thing for the tests (once)\n"
    needs.main()
    assert shop.tried == [1, 1, 0]
    assert capsys.readouterr().err == ""


def test_what_cannot_be_had_is_one_line(needs: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    Shop(needs, False, False)
    needs.main()
    assert capsys.readouterr().err.splitlines()[1:] == [
        "thing cannot be installed (shop 0 is shut; shop 1 is shut); the tests that need it will be skipped"
    ]


def test_a_failure_is_not_tried_again_that_day(needs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(needs, False)
    needs.main()
    monkeypatch.setattr(sys, "argv", ["ensure_needs", "--patient"])
    needs.main()
    assert shop.tried == [1]
    needs.FAILURES.write_text(json.dumps({"thing": needs.failures()["thing"] - needs.A_DAY}))
    needs.main()
    assert shop.tried == [2]
    monkeypatch.setattr(sys, "argv", ["ensure_needs"])
    needs.main()
    assert shop.tried == [3]


def test_a_damaged_memory_is_no_memory(needs: ModuleType) -> None:
    for text in ("", "[1]", "null", "{"):
        needs.FAILURES.write_text(text)
        assert needs.failures() == {}


def test_a_failing_command_says_its_last_word(needs: ModuleType) -> None:
    code = "import sys; print('start'); sys.exit('some.PackageError: nothing there\\n   at a place')"
    with pytest.raises(needs.CannotGetError, match=r"^nothing there$"):
        needs.run([sys.executable, "-c", code], 60)
    with pytest.raises(needs.CannotGetError, match="no_such_program"):
        needs.run(["no_such_program"], 60)


def test_a_chosen_chromium_that_does_not_start_is_none(needs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_CHROMIUM", "/nowhere/chromium")
    assert needs.find_chromium() is None


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool that installs, over a copy of the two files that decide what it installs."""
    module = tool("setup_venv")
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def edit(checkout: ModuleType, name: str, old: str, new: str) -> None:
    text = (checkout.ROOT / name).read_text(encoding="utf-8")
    assert old in text
    (checkout.ROOT / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "installs"),
    [
        ("pyproject.toml", '"click>=', '"click>=9,>=', True),
        ("pyproject.toml", '"pytest>=', '"pytest>=8,>=', True),
        ("pyproject.toml", '"cnnviz.cli" = "cli"', '"cnnviz.cli" = "commands"', True),
        ("constraints.txt", "click==", "click==9.", True),
        ("constraints.txt", "# The", "# These", False),
        ("pyproject.toml", "line-length = ", "line-length = 1", False),
    ],
)
def test_only_what_matters_leads_to_an_install(
    checkout: ModuleType, name: str, old: str, new: str, installs: bool
) -> None:
    before = checkout.wanted("test")
    edit(checkout, name, old, new)
    assert (checkout.wanted("test") != before) is installs


def test_a_need_of_the_tests_does_not_reinstall_the_demo(checkout: ModuleType) -> None:
    before = checkout.wanted("run")
    edit(checkout, "pyproject.toml", '"pytest>=', '"pytest>=8,>=')
    assert checkout.wanted("run") == before


def test_a_folder_of_another_kind_is_never_cleared(checkout: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.txt").write_text("ten years")
    with pytest.raises(SystemExit, match="is not a virtual environment"):
        checkout.create(tmp_path / "home")
    assert (tmp_path / "home" / "thesis.txt").exists()


def test_python_without_venv_is_told_what_to_install(
    checkout: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = subprocess.CompletedProcess([], 1, "", "/usr/bin/python3: No module named venv\n")
    monkeypatch.setattr(checkout.subprocess, "run", lambda *_, **__: answer)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        checkout.create(tmp_path / "env")


def test_an_old_python_is_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text(
        f"#!{sys.executable}\nimport sys\nsys.version_info, sys.version = (3, 9, 2), '3.9.2 (old)'\nexec(sys.argv[2])\n"
    )
    old.chmod(0o755)
    run = subprocess.run(
        ["make", "demo", f"PYTHON={old}", f"VENV={tmp_path}/env"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode
    assert run.stderr.startswith("cnnviz needs Python 3.11, 3.12 or 3.13; ")
    assert "is 3.9.2." in run.stderr
    assert not (tmp_path / "env").exists()


def test_the_pins_allow_what_pyproject_asks_for() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    project = PYPROJECT["project"]
    for text in [
        *project["dependencies"],
        *(text for extra in project["optional-dependencies"].values() for text in extra),
    ]:
        wanted = Requirement(text)
        if wanted.name != "cnnviz":
            assert pins[canonicalize_name(wanted.name)] in wanted.specifier, text
