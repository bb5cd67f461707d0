# /// script
# requires-python = ">=3.11"
# dependencies = ["pydantic==2.14.*", "starlette==1.10.*"]
# ///
r"""Write the tables in this folder: what FastAPI's stack makes of paths, queries, cookies, numbers.

    uv run crates/engine/tests/data/regenerate.py    (or any Python that has both packages)

One row per line, fields separated by tabs. In a field, a backslash, a space, and any byte outside
printable ASCII stand as ``\xHH`` (text is UTF-8); an empty field stands as ``\e``.
"""

import random
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from pydantic import TypeAdapter, ValidationError
from starlette.requests import cookie_parser
from starlette.routing import compile_path

FOLDER = Path(__file__).parent
# Seeded, so that the tables change only where an answer changes.
RANDOM = random.Random(20260101)

PIECES = ["a", "b", "ab", "x y", "1", "é", "%", "%%", "%4", "%41", "%zz", "%C3%A9", "%c3", "%ff"]
QUERY_PIECES = [*PIECES, "&", "&", "&", "=", "=", "+", "%26", "%3D", "%2B", ";", "a=", "b=", "%00"]
COOKIE_PIECES = ["a", "b", "=", "=", ";", "; ", " ", '"', "\\", "\\073", '\\"', "é", "\xa0", "\t"]
LITERALS = ["/", "/", "/a", "a", "-", ".", "1", "é", ".json", "/b/"]
CONVERTORS = ["", ":str", ":path", ":int", ":float", ":uuid"]
FILLINGS = [
    "a", "ab", "a/b", "1", "12", "1.5", "1.", "-", ".", "é", "", "\n", "a-b", "x.json",
    "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF",
]  # fmt: skip
DIGITS = ["", "", "0", "1", "7", "42", "00", "123456789", "9" * 9, "9007199254740993"]
SIGNS = ["", "", "", "+", "-"]
ODD = ["+", "-", ".", "e", "_", " ", "inf", "nan", "1", "0.0", "\xa0", "\u0663"]
WORDS = [
    "true", "false", "on", "off", "yes", "no", "y", "n", "t", "f", "1", "0", "2", "", "tru", " on",
    "on ", "1.0", "00", "-1", "none", "null",
]  # fmt: skip


def escaped(field: bytes) -> str:
    """Make a field printable."""
    plain = string.ascii_letters + string.digits + string.punctuation.replace("\\", "")
    text = "".join(chr(byte) if chr(byte) in plain else f"\\x{byte:02x}" for byte in field)
    return text or r"\e"


def write(name: str, rows: Iterable[Iterable[bytes]]) -> None:
    """Write one table without repeated rows."""
    lines = dict.fromkeys("\t".join(map(escaped, row)) for row in rows)
    (FOLDER / name).write_text("".join(f"{line}\n" for line in lines))


def joined(pieces: list[str], longest: int) -> str:
    """Put random pieces together."""
    return "".join(RANDOM.choices(pieces, k=RANDOM.randint(0, longest)))


def percent_rows() -> Iterator[list[bytes]]:
    """Encoded text; what `unquote` makes of it."""
    for _ in range(300):
        text = joined([piece for piece in PIECES if piece.isascii()], 6)
        yield [text.encode(), unquote(text).encode()]


def query_rows() -> Iterator[list[bytes]]:
    """Query; then name and value of each pair."""
    for _ in range(600):
        query = joined(QUERY_PIECES, 12).encode()
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        texts = [text.encode() for pair in pairs for text in pair]
        yield [query, *texts]


def cookie_rows() -> Iterator[list[bytes]]:
    """Header; then name and value of each cookie."""
    for _ in range(600):
        header = joined(COOKIE_PIECES, 14)
        cookies = cookie_parser(header)
        texts = [text.encode() for pair in cookies.items() for text in pair]
        yield [header.encode("latin-1"), *texts]


def path_rows() -> Iterator[list[bytes]]:
    """Pattern; path; "yes" or "no"; then the text of each parameter."""
    for _ in range(900):
        pattern, path = "/", "/"
        for place in range(RANDOM.randint(0, 6)):
            if RANDOM.random() < 0.5:
                literal = RANDOM.choice(LITERALS)
                pattern, path = pattern + literal, path + literal
            else:
                pattern += f"{{p{place}{RANDOM.choice(CONVERTORS)}}}"
                path += RANDOM.choice(FILLINGS)
        path += RANDOM.choice(["", "", "", "", "\n", "/", "a"])
        regex, _, _ = compile_path(pattern)
        match = regex.match(path)
        texts = list(match.groupdict().values()) if match else []
        yield [text.encode() for text in (pattern, path, "yes" if match else "no", *texts)]


def number() -> str:
    """Write a number as clients do, or nearly so."""
    if RANDOM.random() < 0.3:
        return joined(ODD, 4)
    text = RANDOM.choice(SIGNS) + joined(DIGITS, 3)
    if RANDOM.random() < 0.4:
        text += "." + RANDOM.choice(DIGITS)
    if RANDOM.random() < 0.2:
        text += RANDOM.choice("eE") + RANDOM.choice(SIGNS) + RANDOM.choice(DIGITS[:6])
    return text


def coerce_rows() -> Iterator[list[bytes]]:
    """Type; text; what it becomes, as Python writes it, or "error"."""
    numbers = [number() for _ in range(500)]
    words = [change(word) for word in WORDS for change in (str.lower, str.upper, str.title)]
    for kind, texts in ((int, numbers), (float, numbers), (bool, words)):
        adapter = TypeAdapter[object](kind)
        for text in texts:
            try:
                answer = repr(adapter.validate_python(text))
            except ValidationError:
                answer = "error"
            yield [kind.__name__.encode(), text.encode(), answer.encode()]


if __name__ == "__main__":
    write("percent.tsv", percent_rows())
    write("query.tsv", query_rows())
    write("cookie.tsv", cookie_rows())
    write("path.tsv", path_rows())
    write("coerce.tsv", coerce_rows())
