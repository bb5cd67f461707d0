"""JSON text that is broken, or strange, in every way a body can be."""

from collections.abc import Iterator
from random import Random

ODD_TEXTS = (
    b"", b" ", b"null", b"true", b"0", b"-0", b"1.0", b'""', b"[]", b"{}", b"NaN", b"-Infinity",
    b"Infinity", b"[NaN]", b"nul", b"tru", b"True", b"None", b"'a'", b"01", b"+1", b"1.", b".5",
    b"1e400", b"-1e400", b"1e-400", b"0x10", b"1 2", b"[1,]", b"[,1]", b'{"a":1,}', b"{a:1}",
    b'{"a" 1}', b'{"a":}', b'{"a"', b'{"number":1,"number":2}', b'"\\u12"', b'"\\ud800"',
    b'"\\ud83d\\ude00"', b'"\\udc00\\ud800"', b'"\\x41"', b'"a\nb"', b'"a\tb"', b'"\\u0000"',
    b'"\x00"', b"\x00", b"// no", b"/* no */ 1", b"\xef\xbb\xbf{}", b"\xff", b'"\xc3"', b'"\xe9"',
    b'"\xed\xa0\x80"', b"[" * 50 + b"]" * 50, b"[" * 100_000, b'{"a":' * 100_000, b"9" * 4300,
    b"9" * 4301, b"[" + b"9" * 5000 + b"]", b"1" + b"0" * 400 + b".5", b"\n\n{", b"\r\n[1,\r\n}",
    b'{"a":1}\x0c', b"\xa0{}", b'{"\\ud800":1}', '"\U0001f600"'.encode(), '{"é":}'.encode(),
    "[1]".encode("utf-16"), "[1]".encode("utf-16-le"), "[1]".encode("utf-32"), b"[1]\x00",
    b"a=1&b=2", b"--x\r\n\r\n--x--", b"\x1f\x8b\x08", b'["a", "b"', b"[1}", b"{]", b'"',
)  # fmt: skip
"""Whole bodies."""

_JUNK = (b",", b"}", b"]", b'"', b"\\", b"\x00", b"\xff", b":", b" ", b"x", b"\n", b"\xc3")


def bend_text(text: str, random: Random) -> bytes:
    """The text with one mistake in it, or quite another text."""
    body = text.encode("utf-8", "surrogatepass")
    kind = random.randrange(7)
    position = random.randrange(len(body) + 1)
    if kind == 0:
        return body[:position]
    if kind == 1:
        return body[:position] + random.choice(_JUNK) + body[position:]
    if kind == 2:
        return body[:position] + random.choice(_JUNK) + body[position + 1 :]
    if kind == 3:
        return body + random.choice((b"\n", b" x", b",", b"\x00", body))
    if kind == 4:
        encoding = random.choice(("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7"))
        return text.encode(encoding, "replace")
    if kind == 5 and body.startswith(b"{"):
        # The first key twice: the last one counts.
        return body[:-1] + b"," + body[1:] if len(body) > 2 else b'{"a":1,"a":2}'
    return random.choice(ODD_TEXTS)


def broken_texts(text: str) -> Iterator[bytes]:
    """Yield the text cut short at every position, with junk at every third, and the odd texts."""
    body = text.encode()
    for position in range(len(body)):
        yield body[:position]
    for position in range(0, len(body), 3):
        junk = _JUNK[position // 3 % len(_JUNK)]
        yield body[:position] + junk + body[position:]
        yield body[:position] + junk + body[position + 1 :]
    yield from ODD_TEXTS
