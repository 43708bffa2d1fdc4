"""A headless Firefox, driven by its own protocol, Marionette: JSON over a local socket, with no driver in between.

Playwright has a Firefox of its own and cannot drive Debian's. A message is its length, a colon and
``[0, number, command, parameters]``; the answer is ``[1, number, error, result]``.
https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

#: Time for anything to happen, in seconds; a machine with other work needs a good part of it.
PATIENCE = 120

PREFERENCES = {
    "marionette.port": 0,  # a free one, which Firefox writes into its profile
    "devtools.console.stdout.content": True,  # what pages log goes to our log file
    "browser.startup.page": 0,
    "messaging-system.rsexperimentloader.enabled": False,
    "layout.css.prefers-color-scheme.content-override": 1,
    "ui.prefersReducedMotion": 1,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}

#: What the browser itself has to say of pages: errors, warnings and breaches of their security policy.
COMPLAINTS = """
return Services.console.getMessageArray().map((message) => {
  try {
    message.QueryInterface(Ci.nsIScriptError);
    return message.sourceName.startsWith("file:") ? `${message.category}: ${message.errorMessage}` : "";
  } catch {
    return "";
  }
}).filter(Boolean);
"""

#: How lines begin that the browser's own parts log beside what pages do.
OWN = """
const storage = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage);
return storage.getEvents().filter((event) => event.prefix).map((event) => `console.${event.level}: ${event.prefix}: `);
"""


#: What only the extension says that comes with the browser and mends pages of certain sites; it gives no name.
MENDS = ("webcompat intervention for ", "Enabled UA override for ", "un-needed interventions")


class FirefoxError(Exception):
    """Firefox refused a command or did not start; the message has its words."""


class Firefox:
    """One browser with one tab and a profile of its own under ``folder``; a context manager."""

    def __init__(self, executable: Path, folder: Path, size: tuple[int, int] = (1280, 900)) -> None:
        self.profile = folder / "profile"
        self.profile.mkdir()
        lines = [f'user_pref("{name}", {json.dumps(value)});\n' for name, value in PREFERENCES.items()]
        (self.profile / "user.js").write_text("".join(lines), encoding="utf-8")
        self.log = folder / "firefox.log"
        options = ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        sizes = {"MOZ_HEADLESS_WIDTH": str(size[0]), "MOZ_HEADLESS_HEIGHT": str(size[1])}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [executable, *options, "--profile", self.profile],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | sizes | {"HOME": str(folder)},
                start_new_session=True,
            )
        try:
            # A file keeps its socket open after the socket's own object is closed.
            with socket.create_connection(("127.0.0.1", self._port()), PATIENCE) as connection:
                self.stream = connection.makefile("rwb")
            self._receive()  # it introduces itself
            self.numbers = iter(range(1, 1_000_000))
            limits = {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000}
            self.command("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": limits}})
        except BaseException:
            self.close()
            raise

    def _port(self) -> int:
        told = self.profile / "MarionetteActivePort"
        for _ in range(PATIENCE * 10):
            if told.is_file() and (port := told.read_text(encoding="utf-8")):
                return int(port)
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise FirefoxError(f"Firefox did not start: {self.log.read_text(encoding='utf-8', errors='replace')[-800:]}")

    def _receive(self) -> Any:
        length = b""
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise FirefoxError("Firefox hung up")
            length += byte
        return json.loads(self.stream.read(int(length)))

    def command(self, name: str, **parameters: Any) -> Any:
        """Send a command and return its result; FirefoxError with Firefox's own words if it fails."""
        message = json.dumps([0, next(self.numbers), name, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(message), message))
        self.stream.flush()
        _, _, error, result = self._receive()
        if error:
            raise FirefoxError(f"{name}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self.command("WebDriver:Navigate", url=url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of an async function in the page and return what it returns."""
        wrapped = f"const done = arguments[arguments.length - 1]; (async (...given) => {{ {script} }})(...arguments)"
        told = ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        answer = self.command("WebDriver:ExecuteAsyncScript", script=wrapped + told, args=list(arguments))
        if "error" in answer:
            raise FirefoxError(answer["error"])
        return answer.get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        check = f"while (!({condition})) await new Promise((r) => setTimeout(r, 50));"
        self.run(check)

    def screenshot(self, path: Path) -> None:
        """Write a picture of the whole page."""
        path.write_bytes(base64.b64decode(self.command("WebDriver:TakeScreenshot", full=True)))

    def complaints(self) -> list[str]:
        """Return what pages logged, and what the browser held against them."""
        logged = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        self.command("Marionette:SetContext", value="chrome")
        found, own = (self.command("WebDriver:ExecuteScript", script=script, args=[]) for script in (COMPLAINTS, OWN))
        self.command("Marionette:SetContext", value="content")
        said = [line for line in logged if line.startswith("console.") and not any(words in line for words in MENDS)]
        return found + [line for line in said if not line.startswith(tuple(own))]

    def close(self) -> None:
        """End Firefox and every process that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if hasattr(self, "stream"):
            self.stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
