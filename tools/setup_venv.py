"""Make the virtual environment, or update it if something has changed.

    python3 tools/setup_venv.py .venv run|test|dev

"run" is what cnnviz needs, "test" adds what the tests need, "dev" adds the linters. The environment stores a hash of
the packaging tables and constraints.txt, so that neither a clone nor a checkout that only touches files triggers an
install. Standard library only; it runs on the system's Python.
"""

from __future__ import annotations

import fcntl
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
RECORD = "cnnviz-setup.json"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def wanted(level: str) -> str:
    """Hash everything that determines what pip would install at this level."""
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
    """Read what was installed last; empty if the record is missing or damaged."""
    try:
        held = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def works(python: Path) -> bool:
    """Whether the environment has a working Python and pip."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def create(venv: Path) -> None:
    """Create the environment, in place of one whose Python no longer starts; never over a folder of another kind."""
    if venv.exists() and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        sys.exit(f"{venv} exists and is not a virtual environment; choose another: make VENV=…")
    say(f"creating the virtual environment {venv.name} with Python {sys.version.split()[0]}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", venv], capture_output=True, text=True, check=False)
    if made.returncode:
        lines = (made.stdout + made.stderr).strip().splitlines()
        why = lines[-1] if lines else "no message"
        if "ensurepip" in made.stdout + made.stderr or "No module named venv" in made.stderr:
            why = "this Python lacks its venv module; on Debian and Ubuntu: apt-get install python3-venv"
        sys.exit(f"cannot create {venv.name}: {why}")


def pip_install(python: Path, level: str, log: Path) -> None:
    """Install the checkout in place with what the level needs, reporting large downloads."""
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
        sys.exit("\n".join([*last, f"pip could not install cnnviz; its output: {log}"]))


def up_to_date(venv: Path, level: str) -> bool:
    return installed(venv / RECORD).get("key") == wanted(level) and (venv / "bin" / "python").exists()


def bring_up(venv: Path, level: str, held: str | None) -> None:
    """Install what the level needs; ``held`` is the level that was installed before."""
    begun = time.monotonic()
    if not works(venv / "bin" / "python"):
        create(venv)
        held = None
    what = {"run": "cnnviz", "test": "cnnviz and what its tests need", "dev": "what its linters need"}[level]
    why = "once, a few minutes" if held is None else "something has changed" if held == level else "once"
    say(f"installing {what} ({why})")
    # Without its record an unfinished installation is repeated.
    (venv / RECORD).unlink(missing_ok=True)
    pip_install(venv / "bin" / "python", level, venv / "cnnviz-setup.log")
    (venv / RECORD).write_text(json.dumps({"level": level, "key": wanted(level)}) + "\n", encoding="utf-8")
    say(f"installed in {time.monotonic() - begun:.0f} s")


def main() -> None:
    venv, level = Path(sys.argv[1]).absolute(), sys.argv[2]
    # Two simultaneous makes take turns; the lock ends with the process.
    fcntl.flock(os.open(ROOT, os.O_RDONLY), fcntl.LOCK_EX)
    held = installed(venv / RECORD).get("level")
    if held in LEVELS:
        # An environment at a higher level suffices, and is updated at that level.
        level = max(level, held, key=LEVELS.index)
    if not up_to_date(venv, level):
        bring_up(venv, level, held)


if __name__ == "__main__":
    main()
