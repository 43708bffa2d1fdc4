"""Logs for TensorBoard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnviz.models.import_tensorflow import tensorflow


class Board:
    """Context manager that writes the metrics of each epoch to a folder for ``tensorboard --logdir``."""

    def __init__(self, folder: Path) -> None:
        self._writer: Any = tensorflow().summary.create_file_writer(str(folder))

    def __enter__(self) -> Board:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()

    def write(self, row: Mapping[str, float]) -> None:
        """Write one epoch, its number as the step."""
        tf = tensorflow()
        # tf.summary.scalar needs TensorBoard installed; TensorBoard also reads this older form.
        kind = tf.compat.v1.Summary
        values = [kind.Value(tag=name, simple_value=value) for name, value in row.items() if name != "epoch"]
        with self._writer.as_default(step=int(row["epoch"])):
            tf.summary.experimental.write_raw_pb(kind(value=values).SerializeToString())
        self._writer.flush()
