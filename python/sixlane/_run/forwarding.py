"""Who sent a request, by what the proxies before this server say: `X-Forwarded-For` and `-Proto`.

Whoever may set these headers may pretend to be anybody, so that only proxies that are named are
believed. What is believed, and how it is read, is uvicorn's `ProxyHeadersMiddleware`'s.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, MutableMapping
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

_SCHEMES = frozenset({"http", "https", "ws", "wss"})

Scope = MutableMapping[str, Any]


class TrustedProxies:
    """The proxies whose word is taken.

    Args:
        trusted: Addresses, networks, or what else stands for a client, separated by commas; "*" is
            everybody.
    """

    def __init__(self, trusted: str) -> None:
        names = [name for each in trusted.split(",") if (name := each.strip())]
        self._all = "*" in names
        self._addresses: set[IPv4Address | IPv6Address] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        self._names: set[str] = set()
        for name in names:
            self._add(name)

    def _add(self, name: str) -> None:
        try:
            if "/" in name:
                self._networks.append(ip_network(name))
            else:
                self._addresses.add(ip_address(name))
        except ValueError:
            # A Unix socket, or a name that some server gives its clients.
            self._names.add(name)

    def apply(self, scope: Scope) -> None:
        """Put the client and the scheme into the scope that a trusted proxy tells of."""
        if scope["type"] not in ("http", "websocket"):
            return
        schemes, chains = _read_headers(scope["headers"])
        # Asked last: most requests have neither, and an address costs more to parse than to ignore.
        client = scope.get("client")
        if not (schemes or chains) or not self.trusts(client and client[0]):
            return
        scheme = schemes[-1].strip() if schemes else ""
        if scheme in _SCHEMES:
            is_websocket = scope["type"] == "websocket"
            scope["scheme"] = scheme.replace("http", "ws") if is_websocket else scheme
        # Each proxy may have added a header of its own instead of a part to the one there was.
        chain = ", ".join(chains)
        if chain:
            host, port = self._find_client(chain)
            if host:
                scope["client"] = (host, port)

    def trusts(self, host: str | None) -> bool:
        """Tell whether a client's word is taken; None is a client without an address."""
        if self._all:
            return True
        if not host:
            return False
        try:
            address = ip_address(host)
        except ValueError:
            return host in self._names
        return address in self._addresses or any(address in each for each in self._networks)

    def _find_client(self, chain: str) -> tuple[str, int]:
        """Return the last sender in the chain that is no trusted proxy, the first if all are."""
        senders = [_split_port(each.strip()) for each in chain.split(",")]
        if self._all:
            return senders[0]
        for sender in reversed(senders):
            if not self.trusts(sender[0]):
                return sender
        return senders[0]


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[list[str], list[str]]:
    """Return the values of `X-Forwarded-Proto`, and those of `X-Forwarded-For`."""
    schemes: list[str] = []
    chains: list[str] = []
    for name, value in headers:
        if name == b"x-forwarded-for":
            chains.append(value.decode("latin-1"))
        elif name == b"x-forwarded-proto":
            schemes.append(value.decode("latin-1"))
    return schemes, chains


def _split_port(text: str) -> tuple[str, int]:
    """Split `1.2.3.4:80` and `[::1]:80`; without a port it is 0."""
    if text.startswith("[") and "]" in text:
        host, _, rest = text[1:].partition("]")
        return host, _port(rest.removeprefix(":"))
    host, colon, port = text.partition(":")
    if colon and _is_port(port):
        return host, int(port)
    return text, 0


def _port(text: str) -> int:
    return int(text) if _is_port(text) else 0


def _is_port(text: str) -> bool:
    """Tell whether it is a number, and one that Python reads."""
    most_digits = sys.get_int_max_str_digits() or len(text)
    return text.isdecimal() and text.isascii() and len(text) <= most_digits
