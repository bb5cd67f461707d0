"""The requests: made from the reference app's own OpenAPI document, then bent in many ways."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus

from .apps import Theme
from .exchange import Header, Request
from .json_texts import bend_text
from .values import choose_text, disturb, make_value, resolve, to_text

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW")
CONTENT_TYPES = (
    b"application/json; charset=utf-8", b"application/vnd.api+json", b"APPLICATION/JSON",
    b"text/plain", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x",
    b"application/jsonp", b"application/json, text/plain", b"json", b"", b";", b"text/json",
    b"application/geo+json-seq", b"application/json;", b"application/xml+json", b"caf\xe9",
)  # fmt: skip
QUERY_ODDITIES = (
    "", "=", "a", "=b", "&", "a=b=c", "%zz=1", "x=%", "x=%e9", "x=%ff%fe", "a;b=1", "q=1;number=2",
    "+=+", "%00=%00", "number", "number=", "a[]=1", "q=%2B+%20", "x=%F0%9F%98%80", "x=%ED%A0%80",
)  # fmt: skip
COOKIE_ODDITIES = (
    b"a=b", b"session=", b"session", b"=session", b"session=a=b", b'session="quoted \\073"',
    b"session=a;session=b", b"session=a;  visits=3;", b";;", b"session=\xe9", b"visits=1, 2",
    b"$Version=1; session=x", b"SESSION=x", b'key="a', b"key=a%20b", b"key = spaced ",
)  # fmt: skip
PATH_ODDITIES = (
    "/", "//", "/nowhere", "/many", "/openapi.json/", "/docs/nothing", "/%2e%2e/", "/users//me",

    "/users/me/", "/users/%6de", "/users/a%2Fb", "/caf%C3%A9", "/%ff", "/special/caf%C3%A9",
    "/with", "/without/", "/without//", "/with/x", "/middle/leaf/", "/tenants/a/middle/leaf/1",
    "/mounted", "/mounted/", "/mounted/child/1", "/mounted/child/x", "/mounted/nothing",
    "/mounted-plain/x", "/static/a/b", "/static", "/files/errors.py", "/files/nothing",
    "/files/../errors.py", "/files/%2e%2e/x", "/plain/x", "/hex/FF", "/hex/ff/a/b", "/by/a/b",
    "/by/1.5", "/by/12345678-1234-5678-1234-567812345678", "/reports/a.b.json", "/ranges/1-2",
    "/ranges/1--2", "/deep/a/b/end", "/deep//end", "/special/a+b(c)", "/special/a%2Bb(c)",
    "/front", "/front/", "/front/errors.py", "/front/errors.py/", "/front/nothing", "/frontal",
    "/front/generated", "/front/generated/errors.py", "/front/generated/ways.py",
    "/front/%2e%2e/corpus.py", "/front/generated/../errors.py",
)  # fmt: skip

LONGEST_TARGET = 8000
"""Longer ones HTTP servers refuse themselves, each at its own limit."""


@dataclass(frozen=True)
class Operation:
    """One path operation as the document describes it.

    Attributes:
        prefix: Where the app it belongs to is mounted.
        path: Its path in OpenAPI's form.
        method: Upper case.
        description: The operation object.
        document: What its references lead into.
    """

    prefix: str
    path: str
    method: str
    description: dict[str, Any]
    document: dict[str, Any]


def generate(theme: Theme, app: Any, random: Random, each: int) -> Iterator[Request]:
    """Yield `each` requests for every path operation of the app, and those the theme adds."""
    for operation in find_operations(app):
        yield _plain_request(operation)
        for _ in range(each):
            request = _bend(_build_request(operation, random), theme, random)
            if len(request.target) < LONGEST_TARGET:
                yield request
    yield from theme.always()


def find_operations(app: Any, prefix: str = "") -> Iterator[Operation]:
    """Yield the path operations of the app and of the apps mounted in it."""
    document = app.openapi()
    for path, methods in document["paths"].items():
        for method, description in methods.items():
            yield Operation(prefix, path, method.upper(), description, document)
    for route in app.routes:
        inner = getattr(route, "app", None)
        if hasattr(inner, "openapi"):
            yield from find_operations(inner, prefix + route.path)


def _plain_request(operation: Operation) -> Request:
    return Request(
        operation.method,
        quote(operation.prefix + operation.path.replace("{", "").replace("}", ""), safe="/+()"),
    )


def _build_request(operation: Operation, random: Random) -> Request:
    path = quote(operation.prefix + operation.path, safe="/{}+()")
    query: list[str] = []
    headers: list[Header] = []
    cookies: list[str] = []
    for parameter in operation.description.get("parameters", ()):
        name, place = parameter["name"], parameter["in"]
        for text in _texts_of(parameter, operation, random):
            if place == "path":
                path = path.replace(f"{{{name}}}", encode_path(text, random))
            elif place == "query":
                query.append(f"{quote(name)}={encode_query(text, random)}")
            elif place == "header":
                headers.append((name.lower(), encode_header(text)))
            else:
                cookies.append(f"{name}={encode_cookie(text)}")
    random.shuffle(query)
    if cookies:
        headers.append(("cookie", "; ".join(cookies).encode()))
    request = Request(operation.method, path, tuple(query) or None, tuple(headers))
    return _with_credentials(_with_body(request, operation, random), operation, random)


def _texts_of(parameter: dict[str, Any], operation: Operation, random: Random) -> list[str]:
    """The values sent for one parameter: usually one; none, or several, now and then."""
    schema, document = parameter.get("schema", {}), operation.document
    if parameter["in"] == "path":
        return [choose_text(schema, document, random)]
    if random.random() < (0.08 if parameter.get("required") else 0.4):
        return []
    resolved = resolve(schema, document)
    items = resolved.get("items", resolved)
    count = random.choice((1, 2, 3)) if items is not resolved or random.random() < 0.08 else 1
    return [choose_text(items, document, random) for _ in range(count)]


def _with_body(request: Request, operation: Operation, random: Random) -> Request:
    content = operation.description.get("requestBody", {}).get("content", {})
    if not content or random.random() < 0.05:
        return request
    media_type, described = next(iter(content.items()))
    value = make_value(described.get("schema", {}), operation.document, random)
    if random.random() < 0.5:
        value = disturb(value, random)
    text = to_text(value, random)
    body = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.25:
        body = bend_text(text, random)
    kind = media_type.encode() if random.random() < 0.85 else random.choice(CONTENT_TYPES)
    headers = (("content-type", kind),) if random.random() < 0.95 else ()
    return replace(
        request,
        headers=request.headers + headers,
        body=body,
        chunked=random.random() < 0.15,
    )


def _with_credentials(request: Request, operation: Operation, random: Random) -> Request:
    schemes = operation.document.get("components", {}).get("securitySchemes", {})
    for requirement in operation.description.get("security", ()):
        for name in requirement:
            scheme = schemes[name]
            if scheme["type"] != "apiKey" or random.random() < 0.2:
                continue
            value = random.choice(("secret", "", "caf%C3%A9", "a b".replace(" ", "+")))
            if scheme["in"] == "query":
                request = replace(
                    request, query=(*(request.query or ()), f"{scheme['name']}={value}")
                )
            else:
                header = "cookie" if scheme["in"] == "cookie" else scheme["name"].lower()
                sent = f"{scheme['name']}={value}" if header == "cookie" else value
                request = replace(request, headers=(*request.headers, (header, sent.encode())))
    return request


def _bend(request: Request, theme: Theme, random: Random) -> Request:
    """Change what has little to do with the operation: path, method, odd queries, more headers."""
    if random.randrange(100) < theme.strange_paths:
        request = _bend_path(request, random)
    if random.random() < 0.12:
        pieces = [*(request.query or ()), random.choice(QUERY_ODDITIES)]
        random.shuffle(pieces)
        request = replace(request, query=tuple(pieces))
    if random.random() < 0.08:
        cookie = ("cookie", random.choice(COOKIE_ODDITIES))
        request = replace(request, headers=(*request.headers, cookie))
    for name, values in theme.headers.items():
        if random.random() < 0.6:
            header = (name, random.choice(values))
            request = replace(request, headers=(*request.headers, header))
    return request


def _bend_path(request: Request, random: Random) -> Request:
    kind = random.randrange(6)
    if kind <= 1:
        return replace(request, method=random.choice(METHODS))
    if kind == 2:
        return replace(request, path=request.path + "/")
    if kind == 3:
        return replace(request, path=random.choice(PATH_ODDITIES))
    if kind == 4:
        return replace(request, path=request.path.rsplit("/", 1)[0] or "/")
    letters = [index for index, letter in enumerate(request.path) if letter.isalpha()]
    if not letters or "%" in request.path:
        return replace(request, path=request.path + "/" + random.choice(("", "x", "%2F")))
    index = random.choice(letters)
    escaped = f"%{ord(request.path[index]):02X}"
    return replace(request, path=request.path[:index] + escaped + request.path[index + 1 :])


def encode_path(text: str, random: Random) -> str:
    """The text as one segment of a path."""
    safe = random.choice(("", "/", "+&=@:"))
    # HTTP/1 refuses an escaped NUL in a path; queries may hold one.
    return quote(text[:2000].replace("\x00", ""), safe=safe) or "%20"


def encode_query(text: str, random: Random) -> str:
    """The text as a name or a value of a query."""
    return random.choice((quote, quote_plus))(text, safe="")


def encode_header(text: str) -> bytes:
    """Header values cannot hold controls, and lose white space around them."""
    visible = "".join(character for character in text if character.isprintable())
    return visible.encode().strip()[:1000]


def encode_cookie(text: str) -> str:
    """The text without what would end a cookie's value."""
    return "".join(char for char in text if char.isprintable() and char not in ";, ")[:1000]
