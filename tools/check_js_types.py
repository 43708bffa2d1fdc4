"""Check the types of the page's JavaScript, which are in its JSDoc comments: ``tsc --checkJs --noEmit``.

TypeScript is what tools/typescript/package-lock.json pins. npm gets it, once, into a folder there that git ignores.
Where node or npm is not there, or npm cannot reach its registry, nothing is checked, and one line says so; under
CNNVIZ_STRICT=1, as in CI, that is a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from ensure_needs import CannotGetError, apt_install

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "tools" / "typescript"
PACKAGE = HERE / "node_modules" / "typescript"
STRICT = os.environ.get("CNNVIZ_STRICT") == "1"


def give_up(why: str) -> NoReturn:
    """Say that the types are not checked, and why; exit with 1 where that counts as a failure."""
    print(f"the types of the page's JavaScript were not checked: {why}", file=sys.stderr)
    sys.exit(STRICT)


def find_npm() -> str:
    """Return npm, which comes with node except in Debian; there it is a large package, installed in CI alone."""
    if STRICT and not shutil.which("npm"):
        try:
            apt_install("npm")
        except CannotGetError as error:
            give_up(f"npm is not there to get TypeScript, and cannot be had: {error}")
    return shutil.which("npm") or give_up("npm is not there to get TypeScript")


def pinned() -> str:
    """Return the version of TypeScript that the lock file names."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    return str(lock["packages"]["node_modules/typescript"]["version"])


def installed() -> str | None:
    """Return the version of TypeScript that is there."""
    try:
        return str(json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return None


def install() -> None:
    """Let npm install what the lock file pins, against its checksums and without running any script of it."""
    npm = find_npm()
    print(f"getting TypeScript {pinned()} from npm (once)", file=sys.stderr, flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode or installed() != pinned():
        lines = [line for line in done.stderr.splitlines() if line.startswith("npm error")] or ["npm error no message"]
        give_up(f"npm could not install TypeScript: {lines[-1].removeprefix('npm error').strip()}")


def main() -> None:
    node = shutil.which("node")
    if not node:
        give_up("node is not there")
    if installed() != pinned():
        install()
    command = [node, PACKAGE / "lib" / "tsc.js", "--project", HERE / "tsconfig.json", "--pretty", "false"]
    checked = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(checked.stdout.rstrip() or f"TypeScript {pinned()}: no issues found in the page's JavaScript")
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
