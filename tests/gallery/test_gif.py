"""The page's own GIF encoder, read back by Pillow: every pixel of every frame, delays and how often it plays."""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

RUNNER = Path(__file__).parent / "js" / "gif_runner.mjs"


@dataclass
class Case:
    """One animation: (colors, 3) palette and (frames, h, w) indices into it."""

    palette: np.ndarray
    frames: np.ndarray
    plays: int | None = 1
    delays: list[int] = field(default_factory=list)


def text(array: np.ndarray) -> str:
    return base64.b64encode(array.astype(np.uint8).tobytes()).decode()


@pytest.fixture
def written(node_path, tmp_path):
    """Encode all cases in one run of node and give the files."""

    def write(cases: list[Case]) -> list[Path]:
        files = [tmp_path / f"{i}.gif" for i in range(len(cases))]
        jobs = [
            {
                "width": case.frames.shape[2],
                "height": case.frames.shape[1],
                "palette": text(case.palette),
                "plays": case.plays,
                "frames": [text(frame) for frame in case.frames],
                "delays": case.delays or [10] * len(case.frames),
                "out": str(file),
            }
            for case, file in zip(cases, files, strict=True)
        ]
        subprocess.run([str(node_path), str(RUNNER)], input=json.dumps(jobs), text=True, check=True)
        return files

    return write


def colors(random: np.random.Generator, count: int) -> np.ndarray:
    """So many colors, each once."""
    return np.stack(np.unravel_index(random.choice(2**24, count, replace=False), (256, 256, 256)), axis=1)


def check(case: Case, file: Path) -> None:
    with Image.open(file) as image:
        shown = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    # Pillow joins frames that are all the same; ours never are, unless a case says so.
    assert len(shown) == len(case.frames)
    for frame, pixels in zip(case.frames, shown, strict=True):
        assert np.array_equal(pixels, case.palette[frame])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 128, 129, 255, 256])
def test_every_number_of_colors_comes_back(written, count):
    random = np.random.default_rng(count)
    noise = random.integers(0, count, (3, 37, 61))
    smooth = np.repeat(np.repeat(random.integers(0, count, (3, 8, 9)), 7, axis=1), 7, axis=2)
    flat = np.full((1, 40, 50), count - 1)
    palette = colors(random, count)
    cases = [Case(palette, frames) for frames in (noise, smooth, flat)]
    if count == 1:
        cases = [Case(palette, frames[:1]) for frames in (noise, smooth, flat)]
    for case, file in zip(cases, written(cases), strict=True):
        check(case, file)


def test_random_sizes_down_to_one_pixel_come_back(written):
    """Short runs end at every fill of the code table; long noise fills and resets it many times over."""
    random = np.random.default_rng(7)
    cases = []
    for _ in range(150):
        count = int(random.integers(2, 257))
        height, width = (int(side) for side in random.integers(1, 80, 2))
        frames = random.integers(0, count, (2, height, width)) * (random.random((2, height, width)) < random.random())
        frames[1, 0, 0] = (frames[0, 0, 0] + 1) % count
        cases.append(Case(colors(random, count), frames))
    for case, file in zip(cases, written(cases), strict=True):
        check(case, file)


def test_every_length_around_the_growth_of_codes_ends_well(written):
    """A row of noise of each length up to 700: its last code falls before, on and behind each change of code size."""
    random = np.random.default_rng(3)
    cases = [Case(colors(random, 4), random.integers(0, 4, (1, 1, length))) for length in range(1, 700)]
    row = random.integers(0, 256, (1, 1, 4400))
    cases += [Case(colors(random, 256), row[..., :length]) for length in range(3820, 3860)]
    for case, file in zip(cases, written(cases), strict=True):
        check(case, file)


def test_a_large_frame_resets_its_table_and_is_packed(written):
    random = np.random.default_rng(5)
    noise = random.integers(0, 256, (2, 900, 1100))
    plain = np.zeros((1, 900, 1100), int)
    cases = [Case(colors(random, 256), noise), Case(colors(random, 256), plain)]
    files = written(cases)
    for case, file in zip(cases, files, strict=True):
        check(case, file)
    assert files[1].stat().st_size < 5_000


def test_only_the_box_that_changed_is_written(written):
    random = np.random.default_rng(6)
    frames = np.repeat(random.integers(0, 256, (1, 300, 300)), 2, axis=0)
    frames[1, 100:110, 50:75] = random.integers(0, 256, (10, 25))
    still = frames[:1]
    cases = [Case(colors(random, 256), frames), Case(colors(random, 256), still)]
    moving, alone = written(cases)
    check(cases[0], moving)
    assert moving.stat().st_size - alone.stat().st_size < 600


def test_delays_and_plays_are_written_as_asked(written):
    random = np.random.default_rng(8)
    frames = random.integers(0, 5, (3, 6, 6))
    cases = [Case(colors(random, 5), frames, plays, [50, 120, 3]) for plays in (1, 2, 3)]
    # JSON has no Infinity: None leaves the choice to the encoder, which never loops of itself.
    cases.append(Case(colors(random, 5), frames, None, [50, 120, 3]))
    loops = []
    for case, file in zip(cases, written(cases), strict=True):
        check(case, file)
        with Image.open(file) as image:
            loops.append(image.info.get("loop"))
            delays = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
        assert delays == [500, 1200, 30]
    # No loop extension: it plays once. Otherwise it counts the repeats, and 0 would be without end.
    assert loops == [None, 1, 2, None]


def test_too_many_colors_are_refused(written):
    with pytest.raises(subprocess.CalledProcessError):
        written([Case(np.zeros((257, 3)), np.zeros((1, 2, 2)))])
