"""Bind the listening sockets, and say plainly why a port cannot be had."""

import errno
import socket
from contextlib import suppress

from sixlane._serve.failure import ServeFailure


def bind_sockets(host: str, port: int) -> list[socket.socket]:
    """Bind every address that the host name stands for; nobody can connect before `listen`.

    Args:
        host: A name or an address; "localhost" is bound for IPv4 and IPv6 where both exist.
        port: 0 takes a free port, the same one for every address.

    Returns:
        At least one bound socket.

    Raises:
        ServeFailure: The host is unknown, or the port is taken or not allowed.
    """
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, UnicodeError) as error:
        raise ServeFailure(
            f"The host {host!r} is not known here: {error}.",
            hint="Use an address of this machine, 127.0.0.1, or 0.0.0.0 for all of them.",
        ) from error
    sockets: list[socket.socket] = []
    for family, address in dict.fromkeys((entry[0], entry[4]) for entry in found):
        bound_port = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bind(family, (str(address[0]), bound_port, *address[2:])))
        except OSError as error:
            if sockets and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                continue  # a machine without IPv6 still resolves localhost to ::1
            close_sockets(sockets)
            raise _explained(error, host, bound_port) from error
    return sockets


def listen(sockets: list[socket.socket], backlog: int) -> None:
    """Begin to queue connections, at most `backlog` of them; harmless when repeated.

    Raises:
        ServeFailure: Another process began to listen on the port since it was bound.
    """
    for listener in sockets:
        try:
            listener.listen(backlog)
        except OSError as error:
            host, port = listener.getsockname()[:2]
            raise _explained(error, host, port) from error


def close_sockets(sockets: list[socket.socket]) -> None:
    """Close them all; an error of one does not keep the rest open."""
    for listener in sockets:
        with suppress(OSError):
            listener.close()


def _bind(family: int, address: tuple[str | int, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _explained(error: OSError, host: str, port: int) -> ServeFailure:
    where = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return ServeFailure(
            f"Port {port} on {host} is already in use.",
            hint="Stop the other program, or choose another port with --port.",
        )
    if error.errno == errno.EACCES:
        return ServeFailure(
            f"Not allowed to listen on {where}.",
            hint="Ports below 1024 need special rights; choose a higher one with --port.",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return ServeFailure(
            f"{host} is not an address of this machine.",
            hint="Use 127.0.0.1, or 0.0.0.0 for all addresses.",
        )
    return ServeFailure(f"Cannot listen on {where}: {error.strerror}.")
