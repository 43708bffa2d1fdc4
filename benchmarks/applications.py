"""Every architecture of keras.applications, as a table for docs/applications.md.

python benchmarks/applications.py [NAME ...] [--write]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

HEAD = """# keras.applications

Every architecture, with random weights and its smallest input: logits equal to Keras' own, the
activations of a layer in the middle, and the gradient at it. Made by `python benchmarks/applications.py --write`;
times on two shared cores.

| architecture | parameters | layers | input | pixels | middle layer | its output | seconds |
|---|--:|--:|---|---|---|---|--:|
"""


def main() -> None:
    """Print or write the table."""
    from tools.applications import SMALLEST, passes

    names = [name for name in sys.argv[1:] if name != "--write"] or sorted(SMALLEST)
    text = HEAD
    for name in names:
        import keras

        found = passes(name)
        keras.backend.clear_session()
        shape = "×".join(map(str, found.shape))
        row = (
            f"| {name} | {found.parameters:,} | {found.layers} | {found.side}×{found.side}×3 | {found.scale} | "
            f"`{found.middle}` | {shape} | {found.seconds:.1f} |\n"
        )
        print(row, end="", flush=True)
        text += row
    if "--write" in sys.argv:
        (ROOT / "docs" / "applications.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
