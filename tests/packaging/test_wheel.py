"""What is built is whole: every module and data file, installed away from the checkout, and it works there.

TensorFlow is not installed again: a virtual environment with nothing but our wheel looks up everything else in the one
that runs the tests. It does so by a .pth file, through which that one's own editable install of cnnviz is not seen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import cnnviz
from tests.helpers.layout import FOLDERS, PYPROJECT, ROOT, module_name, source_files


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command as a user would, away from our own settings, and return what it printed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CNNVIZ", "TF_"))}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=kept)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, from that a wheel, and in direct/ a wheel from a copy of the tree."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"]):
        shutil.copy(ROOT / name, tree / name)
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation"]
    run(*build, "--outdir", out, tree, cwd=out)
    run(*build, "--wheel", "--outdir", out / "direct", tree, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [path] = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own and return that one's Python."""
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scheme = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    Path(scheme["purelib"], "outer.pth").write_text(sysconfig.get_path("purelib"))
    python = Path(scheme["scripts"]) / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--ignore-installed", wheel, cwd=home)
    return python


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_holds_every_module_and_data_file_and_nothing_else(wheel: Path) -> None:
    packed = {name for name in contents(wheel) if ".dist-info/" not in name}
    assert packed == {installed.as_posix() for installed in source_files().values()}


def test_wheel_by_way_of_the_sdist_is_the_same(dist: Path, wheel: Path) -> None:
    [direct] = (dist / "direct").glob("*.whl")
    assert direct.name == wheel.name
    assert contents(direct) == contents(wheel)


def test_sdist_has_the_licence_and_the_readme(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml"} <= names


def test_installed_elsewhere_every_module_imports_and_none_loads_tensorflow(python: Path, tmp_path: Path) -> None:
    modules = sorted(
        module_name(installed)
        for installed in source_files().values()
        if installed.suffix == ".py" and installed.stem != "__main__"
    )
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    print(importlib.import_module(name).__file__)\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    files = run(python, "-W", "error", "-c", code, cwd=tmp_path).split()
    assert len(files) == len(modules)
    home = python.parent.parent
    assert all(Path(file).is_relative_to(home) for file in files), "modules came from somewhere else than the wheel"


def test_installed_elsewhere_the_command_starts(python: Path, tmp_path: Path) -> None:
    command = python.with_name("cnnviz")
    assert run(command, "--version", cwd=tmp_path) == f"cnnviz {cnnviz.__version__}\n"
    assert "activations" in run(python, "-m", "cnnviz", "--help", cwd=tmp_path)


def test_installed_elsewhere_the_main_job_runs(python: Path, tmp_path: Path) -> None:
    command = python.with_name("cnnviz")
    printed = run(command, "activations", "--layer", "conv2", "--n", "2", "--out", "page.html", cwd=tmp_path)
    assert printed == "page.html\n"
    assert (tmp_path / "page.html").read_bytes().startswith(b"<!")


def test_only_the_package_is_left_in_site_packages(python: Path) -> None:
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=ROOT.parent).strip())
    ours = {entry.name for entry in site.iterdir() if entry.name != "outer.pth"}
    assert ours == {"cnnviz", f"cnnviz-{cnnviz.__version__}.dist-info"}
