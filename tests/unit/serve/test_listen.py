"""Sockets, and ports that cannot be had."""

import socket

import pytest

from sixlane._serve.failure import ServeFailure
from sixlane._serve.listen import bind_sockets, close_sockets, listen


def test_port_zero_takes_one_free_port_for_all_addresses() -> None:
    """A name with several addresses listens on the same port on each."""
    sockets = bind_sockets("localhost", 0)
    try:
        ports = {each.getsockname()[1] for each in sockets}
        assert len(ports) == 1
        assert ports != {0}
    finally:
        close_sockets(sockets)


def test_nobody_can_connect_before_the_server_listens() -> None:
    """A bound port refuses connections until the app is ready, so that health checks are honest."""
    sockets = bind_sockets("127.0.0.1", 0)
    try:
        address = sockets[0].getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5)
        listen(sockets, 16)
        socket.create_connection(address, timeout=5).close()
    finally:
        close_sockets(sockets)


def test_a_port_in_use_is_named() -> None:
    """The message has the port, the hint the option."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServeFailure) as failure:
            bind_sockets("127.0.0.1", port)
    assert failure.value.message == f"Port {port} on 127.0.0.1 is already in use."
    assert "--port" in (failure.value.hint or "")


def test_a_port_taken_between_binding_and_listening_is_named() -> None:
    """Two servers that start at once: the second to listen says why it cannot."""
    sockets = bind_sockets("127.0.0.1", 0)
    try:
        port = sockets[0].getsockname()[1]
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", port))
            other.listen()
            with pytest.raises(ServeFailure, match=f"Port {port} on 127.0.0.1 is already in use"):
                listen(sockets, 16)
    finally:
        close_sockets(sockets)


HOSTS = {
    "an unknown name": ("no-such-host.invalid", "The host 'no-such-host.invalid' is not known"),
    "an address of another machine": ("192.0.2.1", "192.0.2.1 is not an address of this machine"),
    "a name that cannot be one": ("a" * 70, "is not known here"),
}


@pytest.mark.parametrize(("host", "message"), HOSTS.values(), ids=HOSTS)
def test_a_wrong_host_is_named(host: str, message: str) -> None:
    """A host that is not here is told apart from a port that is taken."""
    with pytest.raises(ServeFailure, match=message):
        bind_sockets(host, 0)
