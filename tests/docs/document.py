"""A Markdown document as its reader uses it: Python to put in main.py, commands to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r'^```(\w*)(?:\s+title="([^"]+)")?\s*$')
SNIPPET = re.compile(r'^--8<-- "([^"]+)"$')


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        language: The word after the fence, "" for none.
        line: Line number of its first line of text.
        lines: The text, with files in place of the lines that include them.
        title: Name of the file that it is, "" for none.
    """

    language: str
    line: int
    lines: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Command:
    """A line after `$ `, continued lines joined, and what it is said to print."""

    words: tuple[str, ...]
    line: int
    output: str


def read_blocks(path: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    language: str | None = None
    start = 0
    title = ""
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if fence and language is None:
            language, title, start, lines = fence[1], fence[2] or "", number + 1, []
        elif fence and language is not None:
            yield Block(language, start, tuple(lines), title)
            language = None
        elif snippet := SNIPPET.match(line):
            lines += (ROOT / snippet[1]).read_text(encoding="utf-8").splitlines()
        else:
            lines.append(line)


def python_source(blocks: list[Block]) -> str:
    """Join Python blocks to one module that keeps each line's number in the document."""
    source: list[str] = []
    for block in blocks:
        source += [""] * (block.line - 1 - len(source)) + list(block.lines)
    return "\n".join(source) + "\n"


def write_files(blocks: list[Block], folder: Path) -> list[str]:
    """Write what a document tells its reader to put in files, and name the modules of it.

    Python without a title is `main.py`. A title that names a file
    of the project is there already.
    """
    untitled = [block for block in blocks if block.language == "python" and not block.title]
    (folder / "main.py").write_text(python_source(untitled), encoding="utf-8")
    modules = ["main"]
    for block in blocks:
        if not block.title or (ROOT / block.title).exists():
            continue
        path = folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if block.language == "python":
            modules.append(block.title.removesuffix(".py").replace("/", "."))
            if path.parent != folder:
                (path.parent / "__init__.py").touch()
    return modules


def read_commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block."""
    lines = list(enumerate(block.lines, block.line))
    while lines:
        number, line = lines.pop(0)
        if not line.startswith("$ "):
            continue
        text = line[2:]
        while text.endswith("\\") and lines:
            text = text[:-1] + lines.pop(0)[1].strip().removeprefix("> ")
        output = []
        while lines and not lines[0][1].startswith("$ "):
            output.append(lines.pop(0)[1])
        yield Command(tuple(shlex.split(text, comments=True)), number, "\n".join(output).strip())
