"""A server started as a person would start it: a real process, watched by what it prints."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

PATIENCE_S = 30.0
"""Longest wait for a line or an end; a loaded machine needs some, a passing test needs none."""

ENVIRONMENT = {
    "PYTHONUNBUFFERED": "1",
    # Bytecode is matched by seconds: a file changed twice in one would be served old.
    "PYTHONDONTWRITEBYTECODE": "1",
}

RUNNING = re.compile(r"running on (http://\S+)")


class ServerProcess:
    """A `python ...` command in its own folder; ended with the test, whatever happens.

    Attributes:
        lines: What it has printed so far, standard output and standard error together.
    """

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        environment: dict[str, str] | None = None,
        standard_input: int | None = None,
    ):
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self.stop(signal.SIGKILL)
        self._reader.join(PATIENCE_S)
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines)

    @property
    def pid(self) -> int:
        """The process id of the command itself, the parent of any workers."""
        return self._process.pid

    def is_running(self) -> bool:
        """Tell whether the command has not ended."""
        return self._process.poll() is None

    def wait_for(self, pattern: str, *, count: int = 1) -> re.Match[str]:
        """Wait until `count` printed lines match, and return the last match."""
        deadline = time.monotonic() + PATIENCE_S
        with self._changed:
            while True:
                found = [match for line in self.lines if (match := re.search(pattern, line))]
                if len(found) >= count:
                    return found[count - 1]
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise AssertionError(f"no line matches {pattern!r} in:\n{self.output}")
                self._changed.wait(left)

    def wait_until_running(self) -> str:
        """Wait for the line that names the address, and return the URL."""
        return self.wait_for(RUNNING.pattern)[1]

    def get(self, path: str) -> httpx2.Response:
        """Ask the running server for a path."""
        return httpx2.get(self.wait_until_running() + path, timeout=PATIENCE_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit status, negative for a signal."""
        self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end, all output read; returns the exit status."""
        status = self._process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
