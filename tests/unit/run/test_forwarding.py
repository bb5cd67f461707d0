"""What is believed of `X-Forwarded-For` and `X-Forwarded-Proto`: what uvicorn believes."""

import itertools
from typing import Any

import anyio
import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from sixlane._run.forwarding import TrustedProxies

FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"

TRUSTED = ["127.0.0.1", "*", "10.0.0.0/8, 127.0.0.1", "", "unix, weird", "192.0.2.1", "10.0.0.1/8"]
CLIENTS = [("127.0.0.1", 5), ("10.1.2.3", 7), ("::1", 9), ("weird", 0), None]
HEADERS = {
    "an address": [(FOR, b"1.2.3.4")],
    "an address and its port": [(FOR, b"1.2.3.4:99")],
    "an IPv6 address": [(FOR, b"2001:db8::1")],
    "an IPv6 address and its port": [(FOR, b"[2001:db8::1]:80")],
    "a chain": [(FOR, b"1.2.3.4, 10.0.0.1"), (PROTO, b"https")],
    "a chain of trusted proxies": [(FOR, b"127.0.0.1, 10.0.0.1")],
    "a chain with ports": [(FOR, b"10.0.0.5:80, 127.0.0.1:9")],
    "two headers": [(FOR, b"1.1.1.1"), (FOR, b"2.2.2.2")],
    "no address": [(FOR, b"")],
    "an empty end": [(FOR, b" 1.2.3.4 ,  ")],
    "a name": [(FOR, b"garbage, 127.0.0.1")],
    "a port that is none": [(FOR, b"1.2.3.4:x")],
    "a port of many digits": [(FOR, b"1.2.3.4:123456789")],
    "a port of more digits than Python reads": [(FOR, b"1.2.3.4:" + b"9" * 5_000)],
    "such a port of an IPv6 address": [(FOR, b"[::2]:" + b"9" * 5_000)],
    "a bracket without its pair": [(FOR, b"[::1")],
    "bytes that are no text": [(FOR, b"\xff\xfe")],
    "a scheme": [(PROTO, b"https")],
    "a scheme in capitals": [(PROTO, b"HTTPS")],
    "a scheme with blanks": [(PROTO, b" https ")],
    "a scheme of WebSockets": [(PROTO, b"wss")],
    "another scheme": [(PROTO, b"ftp")],
    "two schemes": [(PROTO, b"https,http")],
    "two headers of schemes": [(PROTO, b"https"), (PROTO, b"http")],
}
KINDS = [("http", "http"), ("http", "https"), ("websocket", "ws"), ("lifespan", "http")]


@pytest.mark.parametrize("name", HEADERS)
def test_proxies_are_believed_as_uvicorn_believes_them(name: str) -> None:
    """Client and scheme come out alike, whoever is trusted and whoever is connected."""
    for trusted, client, (kind, scheme) in itertools.product(TRUSTED, CLIENTS, KINDS):
        scope = {"type": kind, "scheme": scheme, "client": client, "headers": HEADERS[name]}
        expected = dict(scope)
        anyio.run(ProxyHeadersMiddleware(_answer_nothing, trusted), expected, None, None)
        TrustedProxies(trusted).apply(scope)
        assert scope == expected, (trusted, client, kind, scheme)


async def _answer_nothing(scope: Any, receive: Any, send: Any) -> None: ...
