"""Run the areas one after the other and print a table of inputs and faults: ``python -m tools.fuzz --seconds 120``.

Every fault's input is kept in the folder of ``--findings``. Exit code 1 if there is any. With
``--table docs/reliability.md`` the table is written there too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.fuzz.areas import AREAS

REPOSITORY = Path(__file__).resolve().parents[2]
#: The marks around the table in docs/reliability.md.
BEGIN, END = "<!-- fuzz -->", "<!-- /fuzz -->"


def main() -> int:
    """Run and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", default=",".join(AREAS), help=f"some of {', '.join(AREAS)}")
    parser.add_argument("--seconds", type=float, default=120, help="in all, shared by areas and seeds")
    parser.add_argument("--inputs", type=int, default=10**9, help="the most inputs of each area and seed")
    parser.add_argument("--seed", help="a number, or several with commas; by default a new one each time")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--table", type=Path, help=f"a document whose table, after {BEGIN}, is replaced")
    given = parser.parse_args()
    seeds = [int(one) for one in given.seed.split(",")] if given.seed else [random.SystemRandom().randrange(10**6)]
    given.findings.mkdir(parents=True, exist_ok=True)
    names = given.areas.split(",")
    lines = [f"Seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}.", ""]
    lines += ["| area | inputs | faults |", "|---|---:|---:|"]
    print("\n".join(lines), flush=True)
    shares = sum(AREAS[name].share for name in names)
    inputs = faults = 0
    for name in names:
        done, found = 0, list[str]()
        for seed in seeds:
            seconds = given.seconds * AREAS[name].share / shares / len(seeds)
            more, new = run_area(name, seed, seconds, given.inputs, given.findings)
            done, found = done + more, found + new
        lines.append(f"| {AREAS[name].title} | {done:,} | {len(found)} |")
        print(lines[-1], flush=True)
        for line in found:
            print(line, file=sys.stderr)
        inputs, faults = inputs + done, faults + len(found)
    lines.append(f"| **all** | **{inputs:,}** | **{faults}** |")
    print(lines[-1], flush=True)
    if given.table:
        write_table(given.table, lines)
    return 1 if faults else 0


def write_table(document: Path, lines: list[str]) -> None:
    """Replace what is between the marks in a document."""
    before, begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{document} has no {BEGIN} … {END}")
    text = "\n".join(lines)
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def run_area(name: str, seed: int, seconds: float, inputs: int, findings: Path) -> tuple[int, list[str]]:
    """Return the number of inputs and the faults; a process that dies is a fault, and another one goes on."""
    begun, total, faults = time.monotonic(), 0, list[str]()
    while total < inputs and (left := seconds - (time.monotonic() - begun)) > 0:
        ended, done = False, 0
        reader, writer = os.pipe()
        command = [sys.executable, "-m", "tools.fuzz.worker", name, str(seed + total), str(left), str(inputs - total)]
        command += [str(findings), str(writer)]
        quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(
                command, pass_fds=[writer], env=quiet, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=log
            )
            os.close(writer)
            with os.fdopen(reader) as lines:
                for line in lines:
                    message = json.loads(line)
                    done, ended = message["done"], "end" in message
                    faults += [message["fault"]] if message["fault"] else []
            process.wait()
            log.seek(0)
            said = log.read()
        total += done
        if not ended:
            if not done:
                raise SystemExit(f"{name} does not start:\n{said[-2000:]}")
            faults.append(f"{name}: the process ended with {process.returncode}: {said[-300:]!r}")
            for last in findings.glob(f"{name}-last-*"):
                last.rename(last.with_name(f"{name}-death-{seed}-{total + 1}-{last.name.split('-', 2)[2]}"))
            total += 1
    return total, faults


if __name__ == "__main__":
    sys.exit(main())
