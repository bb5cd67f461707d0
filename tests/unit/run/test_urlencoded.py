"""Forms without files, read as they come."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request as StarletteRequest

from sixlane._run.served_request import Request

texts = st.lists(st.sampled_from([b"&", b"&&", b"=", b"a", b"%41", b"%", b"+", b";", b"\xff"]))
chunks = st.lists(texts.map(b"".join), min_size=1)


async def read(kind: type[StarletteRequest], body: Sequence[bytes], **limits: Any) -> Any:
    """The fields that a request of this kind reads, or why it reads none."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in body]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    coming = iter(messages)

    async def receive() -> Any:
        return next(coming)

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "headers": headers, "app": None}
    try:
        return (await kind(scope, receive).form(**limits)).multi_items()
    except HTTPException as error:
        return error.status_code, error.detail


@given(chunks)
def test_fields_are_those_of_starlette(body: list[bytes]) -> None:
    """However the body is cut."""
    ours, theirs = (asyncio.run(read(kind, body)) for kind in (Request, StarletteRequest))
    assert ours == theirs


@pytest.mark.parametrize("limits", [{"max_fields": 2}, {"max_part_size": 2048}, {}])
def test_limits_are_those_of_starlette(limits: dict[str, int]) -> None:
    """Also where empty fields stand between the others."""
    body = [b"&&a=1&&b=2&", b"&&c=" + b"x" * 4096]
    ours, theirs = (asyncio.run(read(kind, body, **limits)) for kind in (Request, StarletteRequest))
    assert ours == theirs


def test_empty_fields_cost_no_call_each() -> None:
    """A client would otherwise keep the event loop busy for seconds with one allowed body."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        assert asyncio.run(read(Request, [b"&" * 1_000_000])) == []
    finally:
        sys.setprofile(None)
    assert calls < 100_000
