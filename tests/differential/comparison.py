"""What two answers have to have in common, and the smallest request for which they do not."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .entrances import Entrance
from .exchange import Answer, Request

FRAMING = frozenset({b"date", b"server", b"connection", b"transfer-encoding", b"keep-alive"})
"""Headers of the server, not of the app."""

_TIME_OF_DAY = re.compile(rb"\d\d:\d\d:\d\d")


@dataclass(frozen=True)
class Difference:
    """One request that two entrances answer differently.

    Attributes:
        request: The smallest such request that was found.
        aspects: What differs: "status", "headers", "body", "end", "events", "raised".
        expected: The reference's answer.
        actual: The other's.
    """

    request: Request
    aspects: tuple[str, ...]
    expected: Answer
    actual: Answer

    def __str__(self) -> str:
        return (
            f"{' and '.join(self.aspects)} differ\n{self.request}\n"
            f"--- reference\n{self.expected}\n+++ sixlane\n{self.actual}"
        )


def differing_aspects(
    method: str, expected: Answer, actual: Answer, *, wire: bool
) -> tuple[str, ...]:
    """The names of what differs; `wire` says that `actual` came through HTTP/1.1."""
    if _is_answered_rightly(expected, actual):
        return ()
    if wire:
        expected = expected.on_the_wire(method)
    same = {
        "status": expected.status == actual.status,
        "headers": _meaningful(expected, expected) == _meaningful(actual, expected),
        "body": _without_clock(expected) == _without_clock(actual),
        "end": expected.complete == actual.complete,
        "events": expected.events == actual.events,
        "raised": expected.raised == actual.raised,
    }
    return tuple(aspect for aspect, is_same in same.items() if not is_same)


def _is_answered_rightly(expected: Answer, actual: Answer) -> bool:
    """The one difference by choice: an answer with what JSON cannot say.

    The reference fails with 500 where a refused input, or a handler's value, holds NaN or a lone
    surrogate; here they become null, and an escape or a question mark.
    """
    failed = expected.status == 500 and expected.raised in _UNSAYABLE
    if not failed or actual.raised:
        return False
    is_escaped = b"null" in actual.body or b"\\ud" in actual.body
    return actual.status == 422 or (actual.status == 200 and is_escaped)


_UNSAYABLE = {("ValueError",), ("UnicodeEncodeError",), ("PydanticSerializationError",)}


def find_differences(
    requests: Iterator[Request], reference: Entrance, entrance: Entrance, *, wire: bool
) -> Iterator[Difference]:
    """Ask every request of both, and yield those answered differently, made small."""

    def compare(request: Request) -> Difference | None:
        expected, actual = reference.ask(request), entrance.ask(request)
        aspects = differing_aspects(request.method, expected, actual, wire=wire)
        return Difference(request, aspects, expected, actual) if aspects else None

    for request in requests:
        difference = compare(request)
        if difference is not None:
            # What is not answered at all would cost the whole patience for each part left out.
            yield shrink(difference, compare) if difference.actual.status else difference


def shrink(difference: Difference, compare: Callable[[Request], Difference | None]) -> Difference:
    """Leave out parts of the request as long as the same aspects differ."""
    found = True
    while found:
        found = False
        for smaller in _smaller(difference.request):
            other = compare(smaller)
            if other is not None and other.aspects == difference.aspects:
                difference, found = other, True
                break
    return difference


def _meaningful(answer: Answer, reference: Answer) -> dict[bytes, list[bytes]]:
    """Values by name, in order; a length that the reference leaves to the server is framing."""
    values: dict[bytes, list[bytes]] = {}
    leave_length = all(name != b"content-length" for name, _ in reference.headers)
    for name, value in answer.headers:
        if name in FRAMING or (name == b"content-length" and leave_length):
            continue
        # A cookie that is deleted expires now, and two answers may lie on both sides of a second.
        values.setdefault(name, []).append(_TIME_OF_DAY.sub(b"time", value))
    return values


def _without_clock(answer: Answer) -> bytes:
    """The body; the four bytes of a gzip header that hold the time of day are nobody's doing."""
    if (b"content-encoding", b"gzip") not in answer.headers:
        return answer.body
    return answer.body[:4] + bytes(4) + answer.body[8:]


def _smaller(request: Request) -> Iterator[Request]:
    if request.chunked:
        yield replace(request, chunked=False)
    if request.query is not None and not request.query:
        yield replace(request, query=None)
    for index in range(len(request.query or ())):
        query = request.query or ()
        yield replace(request, query=query[:index] + query[index + 1 :])
    for index in range(len(request.headers)):
        headers = request.headers
        yield replace(request, headers=headers[:index] + headers[index + 1 :])
    step = len(request.body)
    while step >= max(1, len(request.body) // 16):
        for start in range(0, len(request.body), step):
            yield replace(request, body=request.body[:start] + request.body[start + step :])
        step //= 2
