"""What is asked of every server, and the one answer that counts as right."""

import json
from dataclasses import dataclass

JSON_TYPE = "application/json"
MESSAGE = b'{"message":"Hello, World!"}'
ITEM = (
    b'{"name":"Espresso machine","price":499.5,"tags":["kitchen","coffee"],'
    b'"maker":{"name":"Acme","country":"IT"},'
    b'"dimensions":{"width":28.5,"height":33.5,"depth":41.5},"description":null}'
)
INVALID = (
    b'{"detail":[{"type":"int_parsing","loc":["query","limit"],"msg":"Input should be a valid'
    b' integer, unable to parse string as an integer","input":"many"}]}'
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
        answer: The body that FastAPI and Sixlane answer, to the byte; the others to the JSON value.
        marker: A response header that must be there, where the route is about one.
    """

    name: str
    title: str
    target: str
    app: str = "api"
    method: str = "GET"
    body: bytes | None = None
    status: int = 200
    answer: bytes = MESSAGE
    marker: tuple[str, str] | None = None

    @property
    def is_error(self) -> bool:
        """Whether the right answer is a refusal, which every framework words in its own way."""
        return self.status >= 400

    @property
    def headers(self) -> dict[str, str]:
        """Headers that the request carries besides those of HTTP itself."""
        return {} if self.body is None else {"content-type": JSON_TYPE}


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
        answer=INVALID,
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
