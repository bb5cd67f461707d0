"""The code in the documents runs, and the commands answer what the documents say."""

import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.server import PATIENCE_S, ServerProcess

from .document import Block, Command, read_blocks, read_commands, write_files

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    path
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
    if any(block.language in ("python", "console") for block in read_blocks(path))
]
SHOWN_URL = re.compile(r"http://(127\.0\.0\.1|localhost):8000")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def blocks(request: pytest.FixtureRequest) -> list[Block]:
    """The blocks of one document."""
    return list(read_blocks(request.param))


def test_the_readme_is_among_the_documents() -> None:
    """The tests below are about real documents."""
    assert ROOT / "README.md" in DOCUMENTS


def test_every_program_is_on_a_page() -> None:
    """No example of the tutorial is left over, and no page includes what is not there."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))
    included = {ROOT / name for name in re.findall(r'--8<-- "([^"]+)"', pages)}
    programs = {
        path
        for folder in ("tutorial", "shop", "migration")
        for path in (ROOT / "examples" / folder).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert programs - included == set()
    assert {path for path in included if not path.is_file()} == set()


def test_python_blocks_run(blocks: list[Block], tmp_path: Path) -> None:
    """The Python of a document imports: the files it names, and as one module what has no name."""
    modules = write_files(blocks, tmp_path)
    answer = run(sys.executable, "-c", f"import {', '.join(modules)}", folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    for tests in tmp_path.glob("test_*.py"):
        answer = run(sys.executable, "-m", "pytest", "-q", tests.name, folder=tmp_path)
        assert "1 passed" in answer.stdout, answer.stdout


def test_console_blocks_answer_as_shown(blocks: list[Block], tmp_path: Path) -> None:
    """Each curl line, sent to the server that the lines before it start, prints what is shown."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    with ExitStack() as servers:
        url: str | None = None
        write_files(blocks, tmp_path)
        for command in commands_of(blocks):
            if (server := start_server(command, tmp_path)) is not None:
                servers.close()
                url = servers.enter_context(server).wait_until_running()
            elif command.words[0] == "curl" and command.output:
                assert url is not None, f"line {command.line}: no server has been started"
                words = [SHOWN_URL.sub(url, word) for word in command.words]
                answer = run(*words, "--silent", folder=tmp_path)
                assert matches(answer.stdout, command.output), f"line {command.line}: {words}"


def commands_of(blocks: list[Block]) -> "list[Command]":
    """All commands, in their order."""
    return [
        command
        for block in blocks
        if block.language == "console"
        for command in read_commands(block)
    ]


def start_server(command: Command, folder: Path) -> ServerProcess | None:
    """Start what `make run` or `sixlane run FILE` starts, on a free port; None for other words."""
    if command.words[:2] == ("make", "run"):
        target = str(ROOT / "examples" / "iris" / "main.py")
    elif command.words[0] == "sixlane" and command.words[1:2] in [("run",), ("dev",)]:
        target = command.words[2] if len(command.words) > 2 else "main.py"
    else:
        return None
    words = ("-m", "sixlane", "run", target, "--host", "127.0.0.1", "--port", "0")
    return ServerProcess(*words, folder=folder, environment={"IRIS_DATA": str(folder)})


def run(*words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def matches(output: str, shown: str) -> bool:
    """Compare by lines without the blanks at their ends; `...` stands for any text."""
    pattern = ".*".join(re.escape(part) for part in squeeze(shown).split("..."))
    return re.fullmatch(pattern, squeeze(output), re.DOTALL) is not None


def squeeze(text: str) -> str:
    """Drop carriage returns and blanks at line ends, which no reader sees."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_an_answer_that_differs_does_not_match() -> None:
    """The comparison can fail, and dots stand for what changes."""
    assert matches('{"took": 1.0321}\n', '{"took": 1...}')
    assert not matches('{"took": 3.0}', '{"took": 1...}')
