"""Have schemathesis ask the served applications: no 5xx, no answer that their documents do not say.

Run by the Python of an environment that has schemathesis, with that of Sixlane as first argument.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
APPLICATIONS = (
    ROOT / "examples" / "iris" / "main.py",
    ROOT / "tests" / "generated_requests" / "application.py",
)
KEY = "sesame"
"""The key that `application.py` takes."""


def main(python: str, options: list[str]) -> int:
    """Ask each application; returns the exit status, 0 where nothing was found."""
    statuses = []
    for application in APPLICATIONS:
        with serving(python, application) as address:
            statuses.append(subprocess.run(ask(address, options), check=False).returncode)
    return max(statuses)


def ask(address: str, options: list[str]) -> list[str]:
    """Make the command line of schemathesis.

    Two checks are left out. Allow names the methods of one route, as FastAPI's does; and Pydantic
    takes more than its schemas say, such as 0 where a boolean is expected.
    """
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        *("run", f"{address}/openapi.json"),
        *("--exclude-checks", "allow_header_conformance,negative_data_rejection"),
        *("-H", f"X-Key: {KEY}", "-H", f"Authorization: Bearer {KEY}"),
        *options,
    ]


@contextmanager
def serving(python: str, application: Path) -> Iterator[str]:
    """Serve an application meanwhile, its data in a folder of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [python, "-m", "sixlane", "run", str(application), "--host", "127.0.0.1"]
    with tempfile.TemporaryDirectory() as data:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--no-access-log"],
            env=os.environ | {"IRIS_DATA": data},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/openapi.json", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers.

    Raises:
        RuntimeError: It has ended instead.
    """
    while server.poll() is None:
        try:
            urlopen(url).close()
        except URLError:
            continue
        return
    message = "the application did not start"
    raise RuntimeError(message)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
