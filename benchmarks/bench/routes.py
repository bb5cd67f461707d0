"""What is asked of every server, and the one answer that counts as right."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.payloads import (
    ECHOED,
    EVENT_STREAM,
    EVENT_STREAM_TYPE,
    EVENTS,
    FORM,
    FORM_TYPE,
    INVALID_BODY,
    INVALID_QUERY,
    ITEM,
    JSON_TYPE,
    LISTING,
    MESSAGE,
    ORIGIN,
    REGISTRATION,
    UPLOAD,
    UPLOAD_TYPE,
    UPLOADED,
    WRONG_ITEM,
)

MANY = 500
"""How many routes the app "many" has."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One request and its answer.

    Attributes:
        name: What `--only` takes.
        title: What the table shows; "{python}" and "{second_python}" stand for versions.
        app: Which app of a peer serves it: those differ where one would slow another.
        target: Path and query, as sent.
        body_type: Media type of the body.
        request_headers: Further headers that the request carries.
        answer: The body that FastAPI and Sixlane answer, to the byte; the others to the JSON value.
        answer_type: Media type of the answer, without its parameters.
        marker: A response header that must be there, where the route is about one.
        refused_name: What a refusal must name, in any words.
        parts: How many parts an answer has, where CPU time is told for each of them.
        connections: How many ask at a time, where those of the settings are too many: of answers
            that take milliseconds, those under way at the end would weigh.
        is_websocket: Whether a connection is opened to `target`, and `answer` is what it echoes.
    """

    name: str
    title: str
    target: str
    app: str = "api"
    method: str = "GET"
    body: bytes | None = None
    body_type: str = JSON_TYPE
    request_headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answer: bytes = MESSAGE
    answer_type: str = JSON_TYPE
    marker: tuple[str, str] | None = None
    refused_name: str = ""
    parts: int = 1
    connections: int | None = None
    is_websocket: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the right answer is a refusal, which every framework words in its own way."""
        return self.status >= 400

    @property
    def headers(self) -> dict[str, str]:
        """Headers that the request carries besides those of HTTP itself."""
        sent = {} if self.body is None else {"content-type": self.body_type}
        return sent | dict(self.request_headers)


def _service(number: int) -> bytes:
    return json.dumps({"service": number, "item_id": 7}, separators=(",", ":")).encode()


ROUTES = (
    Route(name="json", title="GET /json", target="/json"),
    Route(name="typed", title="GET /typed, declared return type", target="/typed"),
    Route(
        name="items",
        title="GET /items/42?q=abc&limit=5",
        target="/items/42?q=abc&limit=5",
        answer=b'{"item_id":42,"q":"abc","limit":5}',
    ),
    Route(
        name="create",
        title="POST /items, Pydantic",
        target="/items",
        method="POST",
        body=ITEM,
        answer=ITEM,
    ),
    Route(
        name="structs",
        title="POST /structs, msgspec",
        target="/structs",
        app="structs",
        method="POST",
        body=ITEM,
        answer=ITEM,
    ),
    Route(
        name="deps",
        title="GET /deps, three dependencies",
        target="/deps?number=3",
        answer=b'{"viewer":"anna","size":20,"number":3}',
    ),
    Route(name="sync", title="GET /sync, a `def` handler", target="/sync"),
    Route(name="wait", title="GET /wait, sleep(0)", target="/wait"),
    Route(
        name="wait-asyncio",
        title="GET /wait, {python}, stock asyncio",
        target="/wait",
        app="api-asyncio",
    ),
    Route(
        name="wait-asyncio-second",
        title="GET /wait, {second_python}, stock asyncio",
        target="/wait",
        app="api-asyncio-second",
    ),
    Route(
        name="invalid",
        title="GET /items/42?q=abc&limit=many, refused",
        target="/items/42?q=abc&limit=many",
        status=422,
        answer=INVALID_QUERY,
        refused_name="limit",
    ),
    Route(
        name="invalid-body",
        title="POST /items with a wrong width, refused",
        target="/items",
        method="POST",
        body=WRONG_ITEM,
        status=422,
        answer=INVALID_BODY,
        refused_name="width",
    ),
    Route(
        name="first",
        title=f"route 1 of {MANY}",
        target="/services/0/7",
        app="many",
        answer=_service(0),
    ),
    Route(
        name="last",
        title=f"route {MANY} of {MANY}",
        target=f"/services/{MANY - 1}/7",
        app="many",
        answer=_service(MANY - 1),
    ),
    Route(name="asgi", title="a raw ASGI app, hosted", target="/json", app="raw"),
    Route(
        name="middleware",
        title="GET /json behind one middleware",
        target="/json",
        app="middleware",
        marker=("x-served-by", "bench"),
    ),
    Route(
        name="function",
        title='GET /json, `@app.middleware("http")`',
        target="/json",
        app="function",
        marker=("x-served-by", "bench"),
    ),
    Route(
        name="cors",
        title="GET /json, CORSMiddleware and an Origin",
        target="/json",
        app="cors",
        request_headers={"origin": ORIGIN},
        marker=("access-control-allow-origin", ORIGIN),
    ),
    Route(
        name="dependencies",
        title="GET /ten, ten dependencies",
        target="/ten?number=3",
        app="dependencies",
        answer=LISTING,
    ),
    Route(
        name="overridden",
        title="the same, another one overridden",
        target="/ten?number=3",
        app="overridden",
        answer=LISTING,
    ),
    Route(
        name="form",
        title="POST /form, urlencoded, 5 fields",
        target="/form",
        app="forms",
        method="POST",
        body=FORM,
        body_type=FORM_TYPE,
        answer=REGISTRATION,
    ),
    Route(
        name="upload",
        title="POST /upload, multipart, 1 MiB",
        target="/upload",
        app="forms",
        method="POST",
        body=UPLOAD,
        body_type=UPLOAD_TYPE,
        answer=UPLOADED,
        connections=4,
    ),
    Route(
        name="events",
        title=f"GET /events, {EVENTS} events, each event",
        target="/events",
        app="streams",
        answer=EVENT_STREAM,
        answer_type=EVENT_STREAM_TYPE,
        parts=EVENTS,
        connections=4,
    ),
    Route(
        name="echo",
        title="WebSocket echo of 64 bytes, each message",
        target="/echo",
        app="streams",
        status=101,
        answer=ECHOED,
        answer_type="",
        is_websocket=True,
    ),
    Route(
        name="echo-asgi",
        title="the same, a raw ASGI app",
        target="/echo",
        app="raw",
        status=101,
        answer=ECHOED,
        answer_type="",
        is_websocket=True,
    ),
)
BASELINE = "json"
"""The route on which nginx, the unit of the multiples, is measured."""


def find_route(name: str) -> Route:
    """Look up a route by its name.

    Raises:
        KeyError: No route has this name.
    """
    for route in ROUTES:
        if route.name == name:
            return route
    raise KeyError(name)
