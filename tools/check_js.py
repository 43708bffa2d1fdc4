"""Check that the page's JavaScript parses, if node is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    node = shutil.which("node")
    if not node:
        print("node is missing: the page's JavaScript was not checked", file=sys.stderr)
        return
    files = sorted([*(ROOT / "gallery").rglob("*.js"), *(ROOT / "tests").rglob("*.[jm]s")])
    bad = 0
    for file in files:
        # Through standard input, because node takes a .js file for CommonJS.
        with file.open() as source:
            checked = subprocess.run(
                [node, "--input-type=module", "--check"], stdin=source, capture_output=True, text=True, check=False
            )
        if checked.returncode:
            bad += 1
            print(checked.stderr.replace("[stdin]", str(file.relative_to(ROOT))), file=sys.stderr)
    print(f"{len(files)} JavaScript files parse" if not bad else f"{bad} of {len(files)} JavaScript files do not parse")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
