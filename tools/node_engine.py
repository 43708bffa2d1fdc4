"""Run scripts on the page's engine in Node, for tests and benchmarks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from typing import Any

from cnnviz.gallery.link import link

ENTRY = """
import { network } from "./engine/network.js";
import { gradCam } from "./engine/gradcam.js";
import { occlusion, patchGrid, perPixel } from "./engine/occlusion.js";
globalThis.engine = { network, gradCam, occlusion, patchGrid, perPixel };
"""

#: Reads the job, one line of JSON, and then bytes on request.
READER = """
const input = (() => {
  const fs = require("fs");
  const fill = (bytes, from) => {
    for (let at = from; at < bytes.length;) {
      const read = fs.readSync(0, bytes, at, bytes.length - at, null);
      if (read === 0) return at;
      at += read;
    }
    return bytes.length;
  };
  const length = Buffer.alloc(8);
  fill(length, 0);
  const job = Buffer.alloc(Number(length.readBigUInt64LE()));
  fill(job, 0);
  return { job: JSON.parse(job.toString("utf8")), next: (bytes) => fill(bytes, 0) === bytes.length };
})();
"""


def run_in_node(script: str, job: Any, data: Iterable[bytes] = (), entry: str = ENTRY) -> Any:
    """Run ``script`` and return the JSON that it prints.

    It has ``engine`` (the names that ``entry`` puts there), ``input.job`` and ``input.next(buffer)``, which fills a
    buffer with the next bytes of ``data`` and is false at their end. RuntimeError with Node's last output if it fails.
    """
    text = json.dumps(job).encode()
    process = subprocess.Popen(
        ["node", "-e", link(entry) + READER + script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdin
        try:
            process.stdin.write(len(text).to_bytes(8, "little") + text)
            for piece in data:
                process.stdin.write(piece)
        except BrokenPipeError:
            pass  # it ended early; the reason is on stderr
        answer, complaint = process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode(errors="replace")[-2000:])
    return json.loads(answer)
