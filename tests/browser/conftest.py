"""A browser and an application that runs as people run theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.server import ServerProcess

from .chromium import Browser, find_chromium

BUNDLED = Path(__file__).parents[2] / "python" / "sixlane" / "openapi" / "bundled"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A headless Chromium that reaches nothing but this machine."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here: install the package chromium to test the pages in it")
    if not BUNDLED.is_dir():
        pytest.skip("the pages' files are not here: run `make build`")
    with Browser(executable, tmp_path / "profile") as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application of these tests runs."""
    command = ["-m", "sixlane", "run", "application.py", "--port", "0"]
    with ServerProcess(*command, folder=Path(__file__).parent) as server:
        yield server.wait_until_running()
