"""The page's JavaScript modules by themselves, and against the Python that they must agree with."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np

from cnnviz.core.model_card import LayerInfo
from cnnviz.gallery.quantize import restore

HERE = Path(__file__).parent


def test_modules_pass_their_own_tests_in_node(node_path, tmp_path):
    codes = np.arange(256, dtype=np.uint8)[None]
    levels = []
    for low, high in [(0, 1), (0, 3.3), (-1, 1), (-0.001, 5), (-7, 0), (2, 2), (-3, -1), (-1e-3, 1e-30)]:
        ends = np.array([low], np.float32), np.array([high], np.float32)
        levels.append(
            {"low": float(ends[0][0]), "high": float(ends[1][0]), "values": restore(codes, *ends)[0].tolist()}
        )
    fields = []
    for size, stride, offset in [((3, 3), (1, 1), (0, 0)), ((8, 5), (2, 1.5), (-1, -0.5)), (None, None, None)]:
        layer = LayerInfo("x", "Conv2D", (9, 9, 1), 0, None, size, stride, offset)
        for row, column in [(0, 0), (3, 4), (8, 8)]:
            fields.append(
                {
                    "layer": {"receptive_field": size, "stride": stride, "offset": offset},
                    "row": row,
                    "column": column,
                    "picture": [12, 11],
                    "box": layer.field_of(row, column, (12, 11)),
                }
            )
    (tmp_path / "levels.json").write_text(json.dumps(levels))
    (tmp_path / "fields.json").write_text(json.dumps(fields))
    done = subprocess.run(
        [str(node_path), "--test", *map(str, sorted((HERE / "js").glob("*.test.mjs")))],
        env={**os.environ, "LEVELS": str(tmp_path / "levels.json"), "FIELDS": str(tmp_path / "fields.json")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
