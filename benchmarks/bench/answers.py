"""Compare what a server answers with what it must answer; done before anything is timed."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bench.routes import JSON_TYPE, Route

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

    Raises:
        OSError: No connection, or it broke.
        http.client.HTTPException: What came is not HTTP.
    """
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
        if not 400 <= answer.status < 500 or b"limit" not in answer.body:
            differences.append(f"status {answer.status}, {answer.body[:80]!r} is no refusal")
        return differences
    if answer.status != route.status:
        differences.append(f"status {answer.status} instead of {route.status}")
    if answer.headers.get("content-type", "").partition(";")[0] != JSON_TYPE:
        differences.append(f"content-type {answer.headers.get('content-type')}")
    if not (answer.body == route.answer if exact else _same_json(answer.body, route.answer)):
        differences.append(f"body {answer.body[:200]!r} instead of {route.answer[:200]!r}")
    return differences


def find_shortfalls(ours: Answer, reference: Answer) -> list[str]:
    """List what the reference answers and we do not; a benchmark must not be won that way."""
    shortfalls = []
    if "date" in reference.headers and "date" not in ours.headers:
        shortfalls.append("header date is missing")
    for name, value in reference.headers.items():
        if name not in _OF_THE_SERVER and ours.headers.get(name) != value:
            shortfalls.append(f"header {name}: {ours.headers.get(name)!r} instead of {value!r}")
    if (ours.status, ours.body) != (reference.status, reference.body):
        shortfalls.append("status or body differ")
    return shortfalls


def _same_json(left: bytes, right: bytes) -> bool:
    try:
        return bool(json.loads(left) == json.loads(right))
    except ValueError:
        return False
