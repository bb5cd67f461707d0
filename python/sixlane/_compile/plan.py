"""What the engine is told of the routes: the one structure that goes down to native code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from starlette.convertors import PathConvertor, StringConvertor

from sixlane._engine import Routes

__all__ = [
    "JSON_HEADER",
    "NO_LIMIT",
    "TEXT_CONVERTORS",
    "ArgumentPlan",
    "CorsLayer",
    "EngineRoute",
    "FormBounds",
    "GzipLayer",
    "HttpsRedirectLayer",
    "MemberPlan",
    "MiddlewareLayer",
    "ReplyPlan",
    "RoutePlan",
    "Routes",
    "TrustedHostLayer",
]

Source = Literal["path", "query", "header", "cookie", "body", "form", "request"]
Form = Literal["text", "integer", "float", "boolean", "validated", "list", "model"]
CallKind = Literal["direct", "coroutine", "thread"]

JSON_HEADER = b"content-type: application/json\r\n"
#: The engine's own bound where a route sets none; `Limits.body_bytes` has the reason.
NO_LIMIT = 2**63 - 1
#: What leaves a path parameter as the text that stands in the path.
TEXT_CONVERTORS = (StringConvertor, PathConvertor)


class MemberPlan(NamedTuple):
    """A field of a form model.

    Attributes:
        alias: The name as validation knows it.
        name: The name on the wire.
        form: "list" where all values are wanted, else "text".
    """

    alias: str
    name: str
    form: Form


class FormBounds(NamedTuple):
    """What a form may be to be read whole; any other is parsed as it comes.

    Attributes:
        whole_bytes: The length of a urlencoded one, in bytes.
        fields: Its number of fields, beside files.
        upload_bytes: The length of one with files, in bytes.
        files: Its number of files.
        text_bytes: The length of a text in it, in bytes.
        make_file: `(content, filename, headers)`: makes an `UploadFile`.
    """

    whole_bytes: int
    fields: int
    upload_bytes: int
    files: int
    text_bytes: int
    make_file: Callable[[bytes, str, list[tuple[bytes, bytes]]], Any]


class ArgumentPlan(NamedTuple):
    """One positional argument of a planned call.

    Attributes:
        source: Where the value is read from.
        name: The name on the wire; header names in lower case.
        form: How the text becomes a value: natively, or by `validate`.
        validate: Takes the text, the list of texts, the dictionary of a form model, or the body's
            bytes, and returns the value. Whatever it raises, the solver answers for.
        position: The place among the path's parameters, in pattern order.
        required: Without a value the request is left to the solver.
        default: The value where the request has none and none is required; shared, so immutable.
        members: The fields of a form model.
        validate_large: Takes the place of `validate` for a body of more than 16 KiB, whose
            mistakes would make many errors; None where `validate` ends at the first one.
    """

    source: Source
    name: str
    form: Form
    validate: Callable[..., Any] | None
    position: int = 0
    required: bool = True
    default: object = None
    members: tuple[MemberPlan, ...] = ()
    validate_large: Callable[..., Any] | None = None


class ReplyPlan(NamedTuple):
    """How the value of a planned call becomes the answer.

    Attributes:
        status: The status code.
        headers: Complete `name: value` lines, each ended by CRLF; without content-length.
        validate: Turns the value into what is encoded; None where it is encoded as it is.
        encode: Turns the value into JSON bytes; None for the native encoder.
        refuse: `(error, value, scope)`, for a value on which `validate` has failed, or a validated
            one on which `encode` has: the exception to answer for, or the JSON bytes after all;
            None leaves the value to `render`.
        render: `(value, scope, receive, send)`: answers for what the native way declines.
        send: `(body, scope, receive, send)`: answers with the JSON where middleware changes it;
            None where the engine applies no middleware.
    """

    status: int
    headers: bytes
    validate: Callable[[Any], Any] | None
    encode: Callable[[Any], bytes] | None
    refuse: Callable[..., BaseException | bytes | None]
    render: Callable[..., Any]
    send: Callable[..., Any] | None = None


class RoutePlan(NamedTuple):
    """How one route is called and answered without the interpreter.

    Attributes:
        call: The handler, or the generated function that wires its dependencies.
        kind: "direct" provably neither waits nor reaches its task, "coroutine" may, "thread" runs
            on a worker.
        arguments: The positional arguments of `call`, in order.
        body_limit: The largest request body, in bytes.
        reply: The answer.
        overrides: The application's dependency overrides, if the call has dependencies: while
            they replace one of those, the solver serves the route.
        dependencies: What the call's dependencies call, each once.
        refuse: The values as they came, in a list in the order of `arguments`, to the body of the
            422 that refuses them, or to None, which leaves them to `solve`; None where values alone
            do not tell.
        route: The `APIRoute`.
        solve: `(scope, receive, send)`: the plain solver, for all that does not decode cleanly.
        fail: `(error, scope, receive, send)`: answers for an error that the call raised.
        form: What a form is read whole by, where the body is one.
        judge: Validates in place, in the list of all values, those that run the user's code; what
            it raises is for `fail`. None where there are none.
    """

    call: Callable[..., Any]
    kind: CallKind
    arguments: tuple[ArgumentPlan, ...]
    body_limit: int
    reply: ReplyPlan
    overrides: dict[Callable[..., Any], Callable[..., Any]] | None
    dependencies: tuple[Callable[..., Any], ...]
    refuse: Callable[[list[Any]], bytes | None] | None
    route: Any
    solve: Callable[..., Any]
    fail: Callable[..., Any]
    form: FormBounds | None = None
    judge: Callable[[list[Any]], None] | None = None


class EngineRoute(NamedTuple):
    """One entry of the engine's route table, in the order of declaration.

    Attributes:
        pattern: The path pattern, with `{name}` or `{name:convertor}` parameters.
        methods: Upper-case methods; empty for any.
        opaque: Only Python can tell whether it matches; the engine asks the application.
        plan: None where the application serves it.
        is_bounded: Whether it bounds its bodies by itself, so that the engine is not to.
    """

    pattern: str
    methods: list[str]
    opaque: bool
    plan: RoutePlan | None
    is_bounded: bool = False


class CorsLayer(NamedTuple):
    """What `CORSMiddleware` does to requests that are no preflights.

    Attributes:
        headers: Complete lines for every request with an origin.
        origins: The origins that are told their own name.
        reflects_all: Every origin is.
        has_pattern: Only Python can tell about an origin that is not among `origins`.
        kind: What the engine knows it by.
    """

    headers: bytes
    origins: set[bytes]
    reflects_all: bool
    has_pattern: bool
    kind: Literal["cors"] = "cors"


class GzipLayer(NamedTuple):
    """What `GZipMiddleware` leaves as it is.

    Attributes:
        minimum_size: Bytes from which on a body is compressed.
        kind: What the engine knows it by.
    """

    minimum_size: int
    kind: Literal["gzip"] = "gzip"


class TrustedHostLayer(NamedTuple):
    """Which hosts `TrustedHostMiddleware` lets pass.

    Attributes:
        names: Host names, in lower case.
        ends: Ends of host names, each with the dot before it.
        kind: What the engine knows it by.
    """

    names: list[str]
    ends: list[str]
    kind: Literal["trusted host"] = "trusted host"


class HttpsRedirectLayer(NamedTuple):
    """Which requests `HTTPSRedirectMiddleware` lets pass.

    Attributes:
        trusts: A client's address to whether it is a proxy whose word about the scheme is taken.
        kind: What the engine knows it by.
    """

    trusts: Callable[[str], bool]
    kind: Literal["https redirect"] = "https redirect"


MiddlewareLayer = CorsLayer | GzipLayer | TrustedHostLayer | HttpsRedirectLayer
