"""Every kind of exception in the lifespan: a failed start, or a logged end, and never a hang."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.server import ServerProcess

from sixlane import FastAPI
from sixlane._serve.failure import LifespanFailure
from sixlane._serve.lifespan import Lifespan
from sixlane._serve.logs import error_log

from .fault import KINDS, raise_fault


class Lines(logging.Handler):
    """Keeps what a logger would write."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += self.format(record).splitlines()


@pytest.fixture
def log() -> Iterator[list[str]]:
    """The lines of the error log."""
    handler = Lines()
    error_log.addHandler(handler)
    try:
        yield handler.lines
    finally:
        error_log.removeHandler(handler)


@pytest.mark.parametrize("kind", KINDS)
def test_start_up_fails(kind: str, log: list[str]) -> None:
    """The server learns that it must not serve, and the log shows where it was raised."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise_fault(KINDS[kind]())
        yield

    async def start() -> None:
        with pytest.raises(LifespanFailure):
            await Lifespan(FastAPI(lifespan=lifespan)).start(asyncio.Event())

    asyncio.run(start())
    assert "Lifespan start-up failed" in log
    assert any("in raise_fault" in line for line in log)


@pytest.mark.parametrize("kind", KINDS)
def test_shut_down_fails(kind: str, log: list[str]) -> None:
    """The server ends all the same, and the log shows where it was raised."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        raise_fault(KINDS[kind]())

    async def start_and_stop() -> None:
        served = Lifespan(FastAPI(lifespan=lifespan))
        await served.start(asyncio.Event())
        await asyncio.wait_for(served.stop(), 20)

    asyncio.run(start_and_stop())
    assert "Lifespan shut-down failed" in log
    assert any("in raise_fault" in line for line in log)


PROGRAM = """
import asyncio
from contextlib import asynccontextmanager
from sixlane import FastAPI

@asynccontextmanager
async def lifespan(app):
    {before}
    yield
    {after}

app = FastAPI(lifespan=lifespan)
"""


@pytest.mark.parametrize("error", ["SystemExit(7)", "asyncio.CancelledError"])
def test_process_ends_as_for_any_exception(tmp_path: Path, error: str) -> None:
    """Exit status 3 where it did not start and 0 where it did, with one traceback each."""
    (tmp_path / "up.py").write_text(PROGRAM.format(before=f"raise {error}", after=""))
    (tmp_path / "down.py").write_text(PROGRAM.format(before="pass", after=f"raise {error}"))
    words = ("-m", "sixlane", "run", "--host", "127.0.0.1", "--port", "0")
    with ServerProcess(*words, "up:app", folder=tmp_path) as server:
        assert server.wait() == 3
    assert server.output.count("Traceback") == 1
    with ServerProcess(*words, "down:app", folder=tmp_path) as server:
        server.wait_until_running()
        assert server.stop() == 0
    assert server.output.count("Traceback") == 1
    assert f"raise {error}" in server.output
