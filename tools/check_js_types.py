"""Check the JSDoc types of the page's JavaScript with ``tsc --checkJs --noEmit``.

npm installs the TypeScript that tools/typescript/package-lock.json pins, on first use, into a folder there that git
ignores. If node or npm is missing, or npm cannot install it, the check is skipped with one line that says why; with
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
STRICT = os.environ.get("CNNVIZ_STRICT", "") not in ("", "0")


def give_up(why: str) -> NoReturn:
    """Report why the types are not checked, and exit: with 1 in CI, else with 0."""
    print(f"the types of the page's JavaScript were not checked: {why}", file=sys.stderr)
    sys.exit(STRICT)


def find_npm() -> str:
    """Return npm. Debian's node lacks it, and its npm package is large, so only CI installs that."""
    if STRICT and not shutil.which("npm"):
        try:
            apt_install("npm")
        except CannotGetError as error:
            give_up(f"npm is missing and cannot be installed: {error}")
    return shutil.which("npm") or give_up("npm is missing")


def pinned() -> str:
    """Return the TypeScript version in the lock file."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    return str(lock["packages"]["node_modules/typescript"]["version"])


def installed() -> str | None:
    """Return the installed TypeScript version, or None."""
    try:
        return str(json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError):
        return None


def install() -> None:
    """Install the locked TypeScript with npm, which verifies its checksum; install scripts do not run."""
    npm = find_npm()
    print(f"installing TypeScript {pinned()} with npm (once)", file=sys.stderr, flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode or installed() != pinned():
        lines = [line for line in done.stderr.splitlines() if line.startswith("npm error")] or ["npm error no message"]
        give_up(f"npm could not install TypeScript: {lines[-1].removeprefix('npm error').strip()}")


def main() -> None:
    node = shutil.which("node")
    if not node:
        give_up("node is missing")
    if installed() != pinned():
        install()
    command = [node, PACKAGE / "lib" / "tsc.js", "--project", HERE / "tsconfig.json", "--pretty", "false"]
    checked = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(checked.stdout.rstrip() or f"TypeScript {pinned()}: no issues found in the page's JavaScript")
    sys.exit(checked.returncode)


if __name__ == "__main__":
    main()
