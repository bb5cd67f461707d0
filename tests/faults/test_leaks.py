"""A hundred thousand requests of each kind leave nothing behind in the process that served them."""

import sys
from pathlib import Path

import pytest
from support.raw_client import request

from .load import STANDING_TASKS, Load, apart, leaving, pipelined, serve

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts by /proc")

JSON = "Content-Type: application/json"
ITEM = request("/items", JSON, method="POST", body=b'{"name": "a", "sizes": [1, 2, 3]}')
MALFORMED = b"GET / HTTP/1.1\r\nno colon\r\n\r\n"

LOADS: dict[str, Load] = {
    "plain JSON": pipelined(200, request("/json")),
    "typed parameters": pipelined(200, request("/typed/a?size=3&ratio=1.5")),
    "model": pipelined(200, ITEM),
    "dependency": pipelined(200, request("/dependency")),
    "yield dependency": pipelined(200, request("/session")),
    "thread": pipelined(200, request("/thread")),
    "suspends": pipelined(200, request("/suspends")),
    "stream": pipelined(200, request("/stream")),
    "middleware": pipelined(200, request("/json")),
    "wrong parameter": pipelined(422, request("/typed/a?size=x")),
    "wrong body": pipelined(422, ITEM.replace(b"[1,", b"[x,")),
    "no route": pipelined(404, request("/nowhere")),
    "no method": pipelined(405, request("/json", method="DELETE")),
    "malformed": apart(b"HTTP/1.1 400 ", MALFORMED),
    "leaves a handler": leaving(request("/waits")),
    "leaves a stream": leaving(request("/endless"), after=b"part"),
    "raises": pipelined(500, request("/raises")),
    "raises in a thread": pipelined(500, request("/thread-raises")),
    "raises below a yield": pipelined(500, request("/session-raises")),
    "raises in a stream": apart(b"HTTP/1.1 200 ", request("/cut")),
}

WARM_UP = 5_000
REQUESTS = 100_000 if sys.version_info < (3, 12) else 20_000
"""Fewer on a second Python, which runs the same code: what stays of each would show in them too."""

MOST_THREADS = 42
"""The main one, 40 workers, and the watcher."""

SPARE_OBJECTS = 1_000
"""Caches that fill slowly; they came to 140. One object of each request would be 100,000."""

OBJECTS_OF_A_TASK = 10
"""Of one that stands by; it came to 8. How many do depends on what was at once."""

SPARE_KIB = 4 * 1024
"""The allocators' noise came to 1 MiB; this much is 42 bytes per request."""

THREAD_KIB = 128
"""Stack and allocator of a worker that was started meanwhile; it came to 110."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LOADS)
def test_nothing_stays_behind(name: str) -> None:
    """Descriptors, tasks, threads, objects and memory are after them what they were before."""
    put = LOADS[name]
    with serve("leaking:around" if name == "middleware" else "leaking:app") as server:
        put(server.port, WARM_UP)
        before = server.measure()
        count = put(server.port, REQUESTS)
        after = server.measure()
    logged = {key: after.failures[key] - before.failures[key] for key in after.failures}
    assert logged == ({"ValueError": count} if name.startswith("raises") else {})
    assert after.descriptors == before.descriptors
    assert after.streams == 0
    assert after.tasks <= before.tasks + STANDING_TASKS
    assert after.threads <= (MOST_THREADS if "thread" in name else before.threads)
    standing = max(0, after.tasks - before.tasks)
    assert after.objects <= before.objects + SPARE_OBJECTS + OBJECTS_OF_A_TASK * standing
    spare_kib = SPARE_KIB + THREAD_KIB * max(0, after.threads - before.threads)
    assert after.resident_kib <= before.resident_kib + spare_kib


def test_what_stays_behind_is_seen() -> None:
    """A handler that keeps something of each request is found out in all but threads."""
    count = 1_000
    with serve("leaking:app") as server:
        before = server.measure()
        kept = pipelined(200, request("/leaks"))(server.port, count)
        after = server.measure(patience_s=0.0)
    assert kept >= count
    assert after.descriptors - before.descriptors >= kept
    assert after.tasks - before.tasks >= kept
    assert after.objects - before.objects >= kept
    assert after.resident_kib - before.resident_kib >= kept * 10_000 // 1024
