"""`make types` installs the pinned TypeScript once, and skips the JavaScript with a reason where that is impossible."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.tools import tool

VERSION = "9.8.7"


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool with a lock file in a folder of the test's own, and with no program on the PATH."""
    tool("ensure_needs")
    module = tool("check_js_types")
    lock = {"packages": {"node_modules/typescript": {"version": VERSION}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "node_modules" / "typescript")
    monkeypatch.setattr(module, "STRICT", False)
    return module


def program(folder: Path, name: str, body: str) -> None:
    """Put a Python program on the PATH."""
    path = folder / "bin" / name
    path.write_text(f"#!{sys.executable}\nimport pathlib, sys\n{body}\n")
    path.chmod(0o755)


def put_npm(folder: Path, version: str) -> None:
    """Put an npm on the PATH that counts its runs and installs this version of TypeScript."""
    program(
        folder,
        "npm",
        f"""
with open("npm-runs", "a") as log: log.write(" ".join(sys.argv[1:]) + "\\n")
package = pathlib.Path("node_modules/typescript")
package.mkdir(parents=True, exist_ok=True)
(package / "package.json").write_text('{{"version": "{version}"}}')""",
    )


def run(checker: ModuleType) -> int:
    with pytest.raises(SystemExit) as ended:
        checker.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("missing", ["node", "npm"])
def test_a_missing_program_skips_the_check_and_fails_in_ci(
    checker: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
    strict: bool,
) -> None:
    monkeypatch.setattr(checker, "STRICT", strict)
    if missing == "npm":
        program(tmp_path, "node", "")
    assert run(checker) == int(strict)
    assert f"not checked: {missing} is missing" in capsys.readouterr().err


def test_typescript_is_installed_once_from_the_lock_file(checker: ModuleType, tmp_path: Path) -> None:
    program(tmp_path, "node", "")
    put_npm(tmp_path, VERSION)
    assert [run(checker), run(checker)] == [0, 0]
    assert (tmp_path / "npm-runs").read_text().splitlines() == ["ci --ignore-scripts --no-audit --no-fund"]


def test_another_version_is_replaced(checker: ModuleType, tmp_path: Path) -> None:
    program(tmp_path, "node", "")
    put_npm(tmp_path, VERSION)
    checker.PACKAGE.mkdir(parents=True)
    (checker.PACKAGE / "package.json").write_text('{"version": "1.0.0"}')
    assert run(checker) == 0
    assert checker.installed() == VERSION


def test_a_failed_installation_skips_the_check(
    checker: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "node", "")
    program(tmp_path, "npm", 'sys.exit("npm error code ENOTFOUND\\nnpm error no network")')
    assert run(checker) == 0
    assert "not checked: npm could not install TypeScript: no network" in capsys.readouterr().err


def test_type_errors_are_printed_and_fail(
    checker: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path, "node", 'print("a.js(1,2): error TS1: no"); sys.exit(2)')
    put_npm(tmp_path, VERSION)
    assert run(checker) == 2
    assert capsys.readouterr().out == "a.js(1,2): error TS1: no\n"
