"""Flat maps and dead channels are the same to the page's JavaScript as to Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cnnviz.core.signal import FLAT, dead_channels, flat_maps, is_flat

SCRIPT = Path(__file__).parent / "js" / "signal.mjs"


def layers() -> Iterator[np.ndarray]:
    """Yield outputs (n, h, w, channels) of layers, random ones and such as lie on either side of every bound."""
    rng = np.random.default_rng(0)
    base = np.array([1, -1, 0, 1e-30, -3e8, 0.28], np.float32)
    for share in (0, 0.5 * FLAT, FLAT, np.nextafter(np.float32(FLAT), np.float32(1)), 2 * FLAT, 1):
        for size in (1, 2):
            maps = np.broadcast_to(base, (3, size, size, len(base))).copy()
            maps[0, 0, 0] *= np.float32(1 - share)
            yield maps
            # Each flat, but at another value on the first image.
            apart = np.broadcast_to(base, (3, size, size, len(base))).copy()
            apart[0] *= np.float32(1 - share)
            yield apart
    for _ in range(40):
        count, size, channels = rng.integers(1, 5), rng.integers(1, 4), rng.integers(1, 7)
        maps = rng.standard_normal((count, size, size, channels)).astype(np.float32)
        maps *= (rng.random((count, 1, 1, channels)) < 0.7) & (rng.random(channels) < 0.7)
        maps[..., rng.random(channels) < 0.3] = rng.choice(base)
        yield maps * np.float32(1) + np.float32(rng.choice([0, 5])) * (rng.random(channels) < 0.3).astype(np.float32)


def test_python_and_the_page_agree(node_path: Path, tmp_path: Path) -> None:
    given = list(layers())
    told = [
        {
            "pictures": len(maps),
            "cells": maps.shape[1] * maps.shape[2],
            "channels": maps.shape[3],
            "values": maps.transpose(0, 3, 1, 2).ravel().tolist(),
        }
        for maps in given
    ]
    (tmp_path / "layers.json").write_text(json.dumps(told))
    command = [str(node_path), str(SCRIPT), str(tmp_path / "layers.json")]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    seen: dict[str, set[bool]] = {"heat": set(), "flat": set(), "dead": set()}
    for maps, page in zip(given, found, strict=True):
        heat, flat = is_flat(maps.transpose(0, 3, 1, 2)).ravel().tolist(), flat_maps(maps).ravel().tolist()
        assert (page["heat"], page["flat"], page["dead"]) == (heat, flat, dead_channels(maps))
        for name, values in (("heat", heat), ("flat", flat)):
            seen[name] |= set(values)
        seen["dead"] |= {bool(dead_channels(maps)), len(dead_channels(maps)) == maps.shape[3]}
    assert all(both == {False, True} for both in seen.values())


def test_what_the_words_mean() -> None:
    maps = np.zeros((2, 2, 2, 5), np.float32)
    maps[..., 1] = 3
    maps[1, ..., 2] = 3
    maps[0, 0, 0, 3] = 1
    maps[..., 4] = [[7, 7], [7, 7.0003]]
    assert flat_maps(maps).tolist() == [[True, True, True, False, True], [True, True, True, True, True]]
    # Flat at two values is not dead; neither is one map that is not flat; rounding does not wake a channel.
    assert dead_channels(maps) == [0, 1, 4]
    units = np.array([[0, 2, 0], [0, 2, 1]], np.float32)
    assert flat_maps(units).tolist() == [[True, False, True], [True, False, False]] and dead_channels(units) == [0]
