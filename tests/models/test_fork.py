"""A process that was forked from one with TensorFlow is told so, and does not wait for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

_FORK = """
import multiprocessing, sys
import cnnviz

probe = cnnviz.open_model("fmnist-cnn")
images = cnnviz.open_images("sample")[:3]
probe.probabilities(images)

def child(how, queue):
    try:
        probe.probabilities(images) if how == "probe" else cnnviz.open_model("fmnist-best")
        queue.put("answered")
    except cnnviz.core.errors.ModelError as error:
        queue.put(str(error))

context = multiprocessing.get_context("fork")
for how in ("probe", "model"):
    queue = context.Queue()
    process = context.Process(target=child, args=(how, queue))
    process.start()
    print(queue.get(timeout=60))
    process.join(60)
print(probe.probabilities(images).shape)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no fork")
def test_a_forked_process_is_told() -> None:
    run = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True, timeout=200)
    assert run.returncode == 0, run.stderr
    probe, model, shape = run.stdout.splitlines()
    assert "forked" in probe and 'get_context("spawn")' in probe and probe == model
    assert shape == "(3, 10)"
