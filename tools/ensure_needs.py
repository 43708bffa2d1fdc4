"""Get what the tests need besides Python packages: Fashion-MNIST in full, Chromium, Firefox and node.

    .venv/bin/python tools/ensure_needs.py [--patient]

What is there is left alone. Else Debian's package is installed where apt and root are there, else it is
downloaded. What cannot be had costs one line here and is not an error: the tests that need it skip, and say so
(tests/conftest.py asks ``NEEDS`` too). With --patient what failed within the last day is not tried again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: The time of each need's last failure, in seconds since 1970; stored in the environment.
FAILURES = Path(sys.prefix) / "cnnviz-needs.json"
A_DAY = 24 * 3600

#: The headless shell draws no window and opens a page in two thirds of the time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_NAMES = ("firefox-esr", "firefox")


class CannotGetError(Exception):
    """One way of getting a need failed; the message is one line."""


@dataclass(frozen=True)
class Need:
    """Something the tests need: how to find it, how to get it, and advice if both fail."""

    name: str
    find: Callable[[], Path | None]
    ways: tuple[Callable[[], None], ...] = ()
    hint: str = ""


def run(command: Sequence[str | Path], seconds: int, **env: str) -> None:
    """Run a command to its end without input or chatter; raise CannotGetError with its last line if it fails."""
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
            timeout=seconds,
            env=os.environ | env,
        )
    except subprocess.CalledProcessError as error:
        lines = error.stdout.strip().splitlines() or [f"exit code {error.returncode}"]
        word = next((line for line in reversed(lines) if re.match(r"([\w.]*Error|E|Failed)\b.*: ", line)), lines[-1])
        word = re.sub(r"^[\w.]*Error: ", "", word)
        raise CannotGetError(word if len(word) < 160 else f"{word[:157]}…") from None
    except subprocess.TimeoutExpired:
        raise CannotGetError(f"{Path(command[0]).name} took more than {seconds} s") from None
    except OSError as error:
        raise CannotGetError(f"{Path(command[0]).name}: {error.strerror}") from None


def apt_install(package: str) -> None:
    """Install a Debian package, with fresh package lists if the present ones lack it."""
    if not shutil.which("apt-get"):
        raise CannotGetError("no apt-get")
    if os.geteuid() != 0:
        raise CannotGetError("apt-get needs root")
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(install, 600, **quiet)
    except CannotGetError:
        run(["apt-get", "update", "--quiet"], 300, **quiet)
        run(install, 600, **quiet)


def find_fashion_mnist() -> Path | None:
    """Return the folder that holds both splits of Fashion-MNIST as IDX files, searched like in cnnviz."""
    from cnnviz.data.known_sets import FMNIST, find_pair, folders

    for folder in folders(FMNIST):
        if all(find_pair(folder, split) for split in ("train", "test")):
            return folder
    return None


def download_fashion_mnist() -> None:
    """Let cnnviz download it into its own cache, with checksums."""
    fetch = "import cnnviz; [cnnviz.open_images(f'fmnist:{split}') for split in ('train', 'test')]"
    run([sys.executable, "-W", "ignore", "-c", fetch], 600)


def starts(browser: str | Path) -> bool:
    """Whether this browser reports its version, which a stub for a missing package cannot."""
    try:
        run([browser, "--version"], 60)
    except CannotGetError:
        return False
    return True


def find_chromium() -> Path | None:
    """Return a Chromium that starts: CNNVIZ_CHROMIUM and nothing else if set, one on the PATH, or Playwright's."""
    if chosen := os.environ.get("CNNVIZ_CHROMIUM"):
        return Path(chosen) if starts(chosen) else None
    for name in CHROMIUM_NAMES:
        if (there := shutil.which(name)) and starts(there):
            return Path(there)
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return None
    try:
        with sync_playwright() as playwright:
            own = Path(playwright.chromium.executable_path)
    except Error:
        return None
    return own if own.is_file() and starts(own) else None


def install_playwright_chromium() -> None:
    """Download Playwright's own Chromium into the user's cache."""
    run([sys.executable, "-m", "playwright", "install", "chromium"], 600)


def find_firefox() -> Path | None:
    """Return a Firefox that starts: CNNVIZ_FIREFOX and nothing else if set, or one on the PATH."""
    if chosen := os.environ.get("CNNVIZ_FIREFOX"):
        return Path(chosen) if starts(chosen) else None
    there = (shutil.which(name) for name in FIREFOX_NAMES)
    return next((Path(path) for path in there if path and starts(path)), None)


def apt(package: str) -> Callable[[], None]:
    """Return a Debian package as a way of getting something."""
    return lambda: apt_install(package)


def find_node() -> Path | None:
    """Return node, which runs the tests of the page's own JavaScript."""
    there = shutil.which("node")
    return Path(there) if there else None


NEEDS = {
    need.name: need
    for need in (
        Need(
            "fashion-mnist",
            find_fashion_mnist,
            (apt("dataset-fashion-mnist"), download_fashion_mnist),
            "Debian's package dataset-fashion-mnist, or the four IDX files in ~/.keras/datasets/fashion-mnist",
        ),
        Need(
            "chromium",
            find_chromium,
            (apt("chromium-headless-shell"), apt("chromium"), install_playwright_chromium),
            "Debian's package chromium-headless-shell, `playwright install chromium`, or CNNVIZ_CHROMIUM=/path/to/it",
        ),
        Need(
            "firefox",
            find_firefox,
            (apt("firefox-esr"),),
            "Debian's package firefox-esr, Firefox on the PATH, or CNNVIZ_FIREFOX=/path/to/it",
        ),
        Need("node", find_node, (apt("nodejs"),), "node 20 or newer on the PATH"),
    )
}


def ensure(need: Need) -> str | None:
    """Get a need by the first way that works; return one line on why, if none does."""
    if need.find():
        return None
    print(f"getting {need.name} for the tests (once)", file=sys.stderr, flush=True)
    failures = []
    for way in need.ways:
        try:
            way()
        except CannotGetError as error:
            failures.append(str(error))
            continue
        if need.find():
            return None
        failures.append("installed, but not found or not starting")
    return f"{need.name} cannot be installed ({'; '.join(failures)}); the tests that need it will be skipped"


def failures() -> dict[str, float]:
    """Return what could not be installed and when."""
    try:
        return dict(json.loads(FAILURES.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patient", action="store_true", help="skip what failed within the last day")
    patient = parser.parse_args().patient
    before, now = failures(), {}
    for name, need in NEEDS.items():
        if patient and time.time() - before.get(name, 0) < A_DAY and not need.find():
            now[name] = before[name]
            print(f"{name} could not be installed lately; `make test-needs` tries again", file=sys.stderr)
        elif failure := ensure(need):
            now[name] = time.time()
            print(failure, file=sys.stderr, flush=True)
    if now != before:
        FAILURES.write_text(json.dumps(now) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
