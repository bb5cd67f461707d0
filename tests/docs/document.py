"""A Markdown document as its reader uses it: Python to put in main.py, commands to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        language: The word after the fence, "" for none.
        line: Line number of its first line of text.
        lines: The text.
    """

    language: str
    line: int
    lines: tuple[str, ...]


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
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if fence and language is None:
            language, start, lines = fence[1], number + 1, []
        elif fence and language is not None:
            yield Block(language, start, tuple(lines))
            language = None
        else:
            lines.append(line)


def python_source(blocks: list[Block]) -> str:
    """Join Python blocks to one module that keeps each line's number in the document."""
    source: list[str] = []
    for block in blocks:
        source += [""] * (block.line - 1 - len(source)) + list(block.lines)
    return "\n".join(source) + "\n"


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
