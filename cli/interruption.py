"""Ctrl-C and SIGTERM: the first one ends the command tidily, a second one at once."""

from __future__ import annotations

import os
import signal
import threading
from functools import cache
from types import FrameType
from typing import NoReturn

from cnnviz.cli.waiting import clear_waiting

#: What a shell reports of a program that one of these signals ended.
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
_TWICE = b"cnnviz: interrupted twice; the next run deletes temporary files that are left\n"


class Interruption(BaseException):
    """Ctrl-C or SIGTERM: temporary files are deleted while it propagates.

    Not KeyboardInterrupt: if that passes through C code which runs Python, as some imports do, Python ends the process
    by a signal although it was caught.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = CODES[signal.Signals(number)]


def watch_signals() -> None:
    """Raise Interruption in the main thread at the first signal, and end the process at the second."""
    for number in CODES:
        signal.signal(number, _first)
    if os.name == "posix":
        _watcher().count = 0


class _Watcher(threading.Thread):
    """Reads the numbers of signals while the main thread is in C code, and ends the process at the second.

    Python runs a handler when C code returns, which in TensorFlow may take a while. The numbers come through a pipe at
    once, and this thread runs while TensorFlow computes.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def run(self) -> None:
        while content := os.read(self._reader, 16):
            for number in content:
                self.count += number in CODES
                if self.count > 1 and number in CODES:
                    clear_waiting()
                    os.write(2, _TWICE)
                    os._exit(CODES[signal.Signals(number)])


@cache
def _watcher() -> _Watcher:
    watcher = _Watcher()
    watcher.start()
    return watcher


def _first(number: int, frame: FrameType | None) -> NoReturn:
    for further in CODES:
        # It must not interrupt the cleanup, but is still written to the pipe.
        signal.signal(further, lambda number, frame: None)
    raise Interruption(number)
