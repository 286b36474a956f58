"""A real Chromium without a window, driven over the DevTools protocol through a pair of pipes.

https://chromedevtools.github.io/devtools-protocol/ · messages are JSON, each ended by a zero byte.
"""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
    "--force-color-profile=srgb", "--lang=sv",
)  # fmt: skip
LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 100); os.dup2(int(sys.argv[2]), 101); "
    "os.dup2(100, 3); os.dup2(101, 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""Chromium listens on descriptor 3 and answers on 4."""
PATIENCE = 30.0
KEYS = {"Tab": 9, "Enter": 13, "ArrowDown": 40, " ": 32}


def chromium() -> str | None:
    """The path of the browser on this machine; `CHROMIUM` names another."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, filter(None, names))), None)


class Tab:
    """A page of the browser, and its errors."""

    def __init__(self, process: subprocess.Popen[bytes], write: int, read: int) -> None:
        self._process = process
        self._write = write
        self._read = read
        self._rest = b""
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command of the protocol."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        message = command if self._session is None else {**command, "sessionId": self._session}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            message = self._message(until)
            if message.get("id") == number:
                assert "error" not in message, (method, message["error"])
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def _message(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0.0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            got = os.read(self._read, 1 << 20)
            assert got, "the browser has ended"
            self._rest += got
        first, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def open(self, address: str) -> None:
        """Go to an address."""
        assert "errorText" not in self.call("Page.navigate", url=address)

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got["exceptionDetails"]
        return got["result"].get("value")

    def wait(self, expression: str, *, within: float = PATIENCE) -> None:
        """Wait until the page is loaded and an expression is true in it, at most `within` seconds."""
        until = time.monotonic() + within
        while not self.ask(f"document.readyState === 'complete' && Boolean({expression})"):
            assert time.monotonic() < until, (expression, self.ask("document.body.innerText"), self.complaints)
            time.sleep(0.05)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        pressed = {"key": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": 8 * shift}
        self.call("Input.dispatchKeyEvent", type="keyDown", **pressed, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def size(self, width: int, height: int = 900) -> None:
        """Set the size of the window, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def accessible(self) -> list[dict[str, str]]:
        """The role and the name of each node that assistive technology reads, in order."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            {"role": node["role"]["value"], "name": str(node.get("name", {}).get("value", ""))}
            for node in nodes
            if not node["ignored"]
        ]

    def picture(self, file: Path) -> None:
        """Save the whole page as a PNG file."""
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))


@contextlib.contextmanager
def browser(program: str, profile: Path) -> Iterator[Tab]:
    """A new browser with an empty profile; it ends afterwards."""
    theirs, write = os.pipe()
    read, their_answer = os.pipe()
    command = [sys.executable, "-c", LAUNCH, str(theirs), str(their_answer), program, *FLAGS]
    with subprocess.Popen(
        [*command, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(theirs, their_answer),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        os.close(their_answer)
        try:
            tab = Tab(process, write, read)
            yield tab
            tab._session = None
            tab.call("Browser.close")
            process.wait(timeout=10)
        finally:
            process.kill()
            os.close(write)
            os.close(read)
