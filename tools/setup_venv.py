"""Make the virtual environment, or bring it up to date; do nothing if nothing has changed.

    python3 tools/setup_venv.py .venv run|test|dev

"run" is what cnnviz needs, "test" adds what the tests need, "dev" adds the linters. What was installed is
remembered in the environment by a hash of the packaging tables and constraints.txt, so neither a clone nor a
checkout that only touches files leads to an install. Standard library only; it runs on the system's Python.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEVELS = ("run", "test", "dev")
OLDEST = (3, 11)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def wanted(level: str) -> str:
    """Hash all that decides what pip would install at this level."""
    import tomllib

    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, setuptools = table["project"], table["tool"]["setuptools"]
    pins = [line.strip() for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]
    decisive = {
        "root": str(ROOT),
        "level": level,
        "build": table["build-system"],
        "dependencies": project["dependencies"],
        "extras": project["optional-dependencies"] if level != "run" else {},
        "scripts": project["scripts"],
        "folders": setuptools["package-dir"],
        "pins": [pin for pin in pins if pin and not pin.startswith("#")],
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


def installed(record: Path) -> dict[str, str]:
    """Read what was installed last; nothing if the record is missing or damaged."""
    try:
        held = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def works(python: Path) -> bool:
    """Whether the environment has a Python and a pip that start."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def create(venv: Path) -> None:
    """Create the environment, in place of one whose Python no longer starts."""
    say(f"creating the virtual environment {venv.name} with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], capture_output=True, text=True, check=False)
    if made.returncode:
        lines = (made.stdout + made.stderr).strip().splitlines()
        why = lines[-1] if lines else "no message"
        if "ensurepip" in made.stdout + made.stderr or "No module named venv" in made.stderr:
            why = "this Python lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv"
        sys.exit(f"cannot create {venv.name}: {why}")


def pip_install(python: Path, level: str, log: Path) -> None:
    """Install the checkout in place with what the level needs, telling the large downloads as they come."""
    what = str(ROOT) if level == "run" else f"{ROOT}[{level}]"
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "-c", ROOT / "constraints.txt", "-e", what]
    last: deque[str] = deque(maxlen=15)
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL
        ) as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            out.write(line)
            last.append(line.rstrip())
            words = line.split()
            if words[:1] == ["Downloading"] and " MB)" in line:
                size = line[line.rindex("(") + 1 : line.rindex(" MB)")]
                if float(size) >= 10:
                    say(f"  downloading {words[1].rpartition('/')[2].split('-')[0]} ({size} MB)")
            elif line.startswith("Installing collected packages"):
                say(f"  unpacking {line.count(',') + 1} packages")
    if pip.returncode:
        sys.exit("\n".join([*last, f"pip could not install cnnviz; all that it said: {log}"]))


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"cnnviz needs Python 3.11 or newer; this is {sys.version.split()[0]}: make PYTHON=python3.12 …")
    venv, level = Path(sys.argv[1]).absolute(), sys.argv[2]
    record, python = venv / "cnnviz-setup.json", venv / "bin" / "python"
    held = installed(record)
    if held.get("level") in LEVELS:
        # What is already there at a higher level serves, and stays up to date at that level.
        level = max(level, held["level"], key=LEVELS.index)
    if held.get("key") == wanted(level) and python.exists():
        return
    begun = time.monotonic()
    if not works(python):
        create(venv)
        held = {}
    extra = {"run": "", "test": " and what its tests need", "dev": ", its tests' needs and the linters"}[level]
    length = "once, about 2 minutes" if not held else "something has changed"
    say(f"installing cnnviz{extra} ({length})")
    pip_install(python, level, venv / "cnnviz-setup.log")
    record.write_text(json.dumps({"level": level, "key": wanted(level)}) + "\n", encoding="utf-8")
    say(f"installed in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    os.umask(0o022)
    main()
