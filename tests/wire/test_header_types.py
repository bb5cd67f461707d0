"""Response headers of an application that are not exactly bytes."""

from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_header_values_are_bytes_like(kind: Any) -> None:
    """A bytearray or memoryview is sent like bytes, as uvicorn does."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", kind(b"2")), (kind(b"x-kind"), kind(b"value"))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", "Connection: close"))
        (answer,) = client.read_answers("GET")
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["x-kind"] == "value"
