"""Compare what a server answers with what it must answer; done before anything is timed."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bench.payloads import JSON_TYPE
from bench.routes import Route
from bench.websocket import client_frame, open_websocket, receive_exactly, server_frame

_OF_THE_SERVER = frozenset({"date", "server", "connection", "keep-alive"})
"""Headers that tell of the server, not of the answer."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    keeps_alive: bool


def ask(port: int, route: Route) -> Answer:
    """Send the request of a route twice over one connection and take the second answer.

    Over a WebSocket, its message is sent twice; the answer is the handshake's, with the second echo
    as body.

    Raises:
        OSError: No connection, or it broke.
        http.client.HTTPException: What came is not HTTP.
    """
    if route.is_websocket:
        return _ask_websocket(port, route)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        for _ in range(2):
            connection.request(route.method, route.target, route.body, route.headers)
            response = connection.getresponse()
            body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body, not response.will_close)
    finally:
        connection.close()


def find_differences(route: Route, answer: Answer, *, exact: bool) -> list[str]:
    """List in what an answer falls short of a route's, in words.

    Args:
        route: What was asked.
        answer: What came.
        exact: Whether status and body must be the route's to the byte; else a refusal may have its
            framework's status and words, as long as it is JSON or text that names the parameter.
    """
    differences = []
    if not answer.keeps_alive:
        differences.append("the connection is not kept alive")
    if route.marker and answer.headers.get(route.marker[0]) != route.marker[1]:
        differences.append(f"header {route.marker[0]} is missing")
    if route.is_error and not exact:
        if not 400 <= answer.status < 500 or route.refused_name.encode() not in answer.body:
            differences.append(f"status {answer.status}, {answer.body[:80]!r} is no refusal")
        return differences
    if answer.status != route.status:
        differences.append(f"status {answer.status} instead of {route.status}")
    if answer.headers.get("content-type", "").partition(";")[0] != route.answer_type:
        differences.append(f"content-type {answer.headers.get('content-type')}")
    if answer.body != route.answer and (exact or not _is_same_json(route, answer.body)):
        differences.append(f"body {answer.body[:200]!r} instead of {route.answer[:200]!r}")
    return differences


def find_shortfalls(ours: Answer, reference: Answer) -> list[str]:
    """List what the reference answers and we do not; a benchmark must not be won that way."""
    shortfalls = []
    # RFC 9110, section 6.6.1, leaves the date to the server where the status is 1xx.
    needs_date = reference.status >= 200 and "date" in reference.headers
    if needs_date and "date" not in ours.headers:
        shortfalls.append("header date is missing")
    for name, value in reference.headers.items():
        if name not in _OF_THE_SERVER and ours.headers.get(name) != value:
            shortfalls.append(f"header {name}: {ours.headers.get(name)!r} instead of {value!r}")
    if (ours.status, ours.body) != (reference.status, reference.body):
        shortfalls.append("status or body differ")
    return shortfalls


def _ask_websocket(port: int, route: Route) -> Answer:
    connection, status, headers = open_websocket(port, route.target)
    with connection:
        if status != route.status:
            return Answer(status, headers, b"", keeps_alive=False)
        for _ in range(2):
            connection.sendall(client_frame(route.answer))
            frame = receive_exactly(connection, len(server_frame(route.answer)))
    header = server_frame(route.answer)[: -len(route.answer)]
    return Answer(status, headers, frame.removeprefix(header), keeps_alive=True)


def _is_same_json(route: Route, body: bytes) -> bool:
    if route.answer_type != JSON_TYPE:
        return False
    try:
        return bool(json.loads(body) == json.loads(route.answer))
    except ValueError:
        return False
