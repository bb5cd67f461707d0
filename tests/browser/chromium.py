"""A headless Chromium that reaches nothing but this machine, driven over its own protocol.

Source: https://chromedevtools.github.io/devtools-protocol/ (`--remote-debugging-pipe`).
"""

import base64
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PATIENCE_S = 45.0
"""Longest wait for an answer of the browser; a loaded machine needs some."""

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--window-size=1280,1400",
    # No name but this machine's resolves, so that nothing can come from elsewhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)

# Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
LAUNCHER = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(pipes[0], 3)
os.dup2(pipes[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, EXECUTABLES)), None)


class Browser:
    """One page of a running Chromium.

    Attributes:
        requested: The addresses of all requests that the page has begun.
        complaints: What the page wrote as an error, and exceptions nobody caught.
    """

    def __init__(self, executable: str, profile: Path) -> None:
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self._received = b""
        self._answers: dict[int, dict[str, Any]] = {}
        self._count = 0
        self._session: str | None = None
        commands, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", LAUNCHER, str(commands), str(answers)),
                *(executable, *SWITCHES, f"--user-data-dir={profile}"),
            ],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(commands)
        os.close(answers)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._from_browser, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        try:
            self._attach()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End Chromium and everything it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        self._selector.close()
        os.close(self._to_browser)
        os.close(self._from_browser)

    def open(self, url: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Run JavaScript in the page, wait for a promise if it gives one, and return the value."""
        outcome = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in outcome, outcome
        return outcome["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Wait until JavaScript gives a true value in the page, and return that value."""
        milliseconds = int(PATIENCE_S * 1000)
        return self.evaluate(f"""new Promise((resolve, reject) => {{
            const end = Date.now() + {milliseconds};
            const check = () => {{
                const value = {expression};
                if (value) resolve(value);
                else if (Date.now() > end) resolve(null);
                else setTimeout(check, 20);
            }};
            check();
        }})""")

    def click(self, selector: str) -> None:
        """Click the first element that a CSS selector finds, once it is there."""
        found = f"document.querySelector({json.dumps(selector)})"
        assert self.wait_for(f"{found} !== null"), f"nothing on the page is {selector}"
        self.evaluate(f"{found}.click()")

    def fill(self, selector: str, text: str) -> None:
        """Type into an input and leave it: pages may take the text only then."""
        found = f"document.querySelector({json.dumps(selector)})"
        assert self.wait_for(f"{found} !== null"), f"nothing on the page is {selector}"
        self.evaluate(f"{found}.focus()")
        self.call("Input.insertText", text=text)
        self.evaluate(f"{found}.blur()")

    def text_of(self, selector: str) -> str:
        """Return the visible text of the first element that a selector finds, once it has some."""
        text = self.wait_for(f"document.querySelector({json.dumps(selector)})?.innerText.trim()")
        assert text, f"nothing on the page is {selector}, or it has no text"
        return str(text)

    def screenshot(self, path: Path) -> None:
        """Save what the page looks like, as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command of the protocol and return its result."""
        self._count += 1
        number = self._count
        command = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        self._send(json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + 2 * PATIENCE_S
        while number not in self._answers:
            self._receive(deadline)
        answer = self._answers.pop(number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def _attach(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._to_browser, data) :]

    def _receive(self, deadline: float) -> None:
        if not self._selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError("Chromium does not answer")
        chunk = os.read(self._from_browser, 1 << 16)
        assert chunk, f"Chromium has ended with status {self._process.poll()}"
        *messages, self._received = (self._received + chunk).split(b"\0")
        for message in messages:
            self._note(json.loads(message))

    def _note(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
            return
        parameters = message["params"]
        match message["method"]:
            case "Network.requestWillBeSent":
                self.requested.append(parameters["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if parameters["type"] == "error":
                self.complaints.append(str(parameters["args"]))
