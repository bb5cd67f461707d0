"""What the engine does before the event loop goes on."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from support.engine import RunningEngine, both_loops
from support.raw_client import request

from sixlane import FastAPI

CLIENTS = 300

TURN = 150
"""More requests than a turn takes that has begun with few."""


@both_loops
def test_requests_that_keep_coming_do_not_hold_up_the_loop(loop: Any) -> None:
    """Each request brings two more while it is served; what else is to run has its turn."""
    app = FastAPI(openapi_url=None)
    served = 0
    served_before_the_loop: list[int] = []
    others: Iterator[socket.socket] = iter(())

    @app.get("/")
    async def bring_more() -> None:
        nonlocal served
        served += 1
        if served == 2:
            asyncio.get_running_loop().call_soon(lambda: served_before_the_loop.append(served))
        for _ in range(2):
            if other := next(others, None):
                other.sendall(request("/"))

    with RunningEngine(app, loop=loop) as engine, ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", engine.port), timeout=10))
            for _ in range(CLIENTS)
        ]
        others = iter(clients[1:])
        clients[0].sendall(request("/"))
        for client in clients:
            assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert served == CLIENTS
    assert served_before_the_loop[0] < TURN
