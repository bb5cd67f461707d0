"""The table of requests that separate a strict server from a lenient one.

It lies with the engine's own tests, which run it without sockets; its first lines say how it is
written.
"""

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parents[2] / "crates/engine/tests/data/http1_vectors.tsv"

SECOND = b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"

_ESCAPE = re.compile(r"\\(?:x(..)|(.))")
_NAMED = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}


@dataclass(frozen=True)
class Vector:
    """What the client sends, and what must come of it.

    Attributes:
        identifier: Such as "A01".
        outcome: In the table's code.
        sent: The bytes.
        bytewise: Each byte is sent by itself.
        ends: The client ends its side afterwards.
    """

    identifier: str
    outcome: str
    sent: bytes
    bytewise: bool
    ends: bool

    @property
    def method(self) -> str:
        """The first request's method, as far as it decides how the answer is framed."""
        return "HEAD" if self.sent.startswith(b"HEAD ") else "GET"


def read_vectors() -> list[Vector]:
    """Read the table."""
    lines = TABLE.read_text(encoding="ascii").splitlines()
    return [_parse(line) for line in lines if line and not line.startswith("#")]


def _parse(line: str) -> Vector:
    identifier, outcome, _, sent = line.split("\t")
    # The marks first: an escaped brace is data.
    pieces = re.split(r"\{([^}]*)\}", sent)
    data = b""
    for text, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        data += _unescape(text)
        if mark == "second":
            data += SECOND
        elif "*" in mark:
            count, _, piece = mark.partition("*")
            data += _unescape(piece) * int(count)
    return Vector(identifier, outcome, data, "{bytewise}" in sent, "{end}" in sent)


def _unescape(text: str) -> bytes:
    plain = _ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _NAMED[found[2]], text
    )
    return plain.encode("latin-1")
