"""Requests for generated applications: most of them right, the others wrong in one or two ways."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from differential.corpus import (
    CONTENT_TYPES,
    COOKIE_ODDITIES,
    METHODS,
    QUERY_ODDITIES,
    encode_cookie,
    encode_header,
    encode_path,
    encode_query,
)
from differential.exchange import Header, Request
from differential.json_texts import bend_text
from differential.values import BOOLEANS, FORMATS, INTEGERS, NUMBERS, TEXTS, disturb, to_text

from .applications import Application, GeneratedRoute
from .kinds import one_in
from .parameters import Parameter

_SAMPLES = {":int": "10", ":float": "1.5", ":uuid": "12345678-1234-5678-1234-567812345678"}
_ODD_TEXTS = st.one_of(
    *(st.sampled_from(pool) for pool in (INTEGERS, NUMBERS, BOOLEANS, TEXTS, *FORMATS.values()))
)
_RAW_VALUES = ("%", "%zz", "%ff", "%C3%28", "%ED%A0%80", "%00", "+", "a%20b", "%2B1", "")
_PLACEHOLDER = re.compile(r"\{(\w+)(:\w+)?\}")


@dataclass
class _Draft:
    """A request in parts, still to be written down."""

    texts: dict[Parameter, list[str]]
    random: Random
    members: dict[Parameter, Any] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""


@st.composite
def requests(draw: st.DrawFn, application: Application) -> Request:
    """A request for one of the application's routes."""
    route = draw(st.sampled_from(application.routes))
    draft = _Draft({}, Random(draw(st.integers(0, 2**16))))
    for parameter in route.parameters:
        if parameter.source == "body":
            draft.members[parameter] = draw(parameter.kind.values)
        elif parameter.required or not draw(one_in(4)):
            count = draw(st.integers(1, 3)) if parameter.kind.is_repeated else 1
            draft.texts[parameter] = [draw(parameter.kind.texts) for _ in range(count)]
    bends = draw(st.lists(st.sampled_from(_BENDS), max_size=2)) if draw(one_in(3)) else []
    if draft.texts and "text" in bends:
        draft.texts[draw(st.sampled_from(list(draft.texts)))] = draw(
            st.lists(_ODD_TEXTS, max_size=2)
        )
    _write_parameters(draft)
    _write_body(draft, bends)
    _bend(draft, bends)
    method, path = route.method, _write_path(route, draft)
    if "target" in bends:
        method = draw(st.sampled_from((*METHODS, method)))
        path = draw(
            st.sampled_from((path, path + "/", path.rsplit("/", 1)[0] or "/", path + "%2F"))
        )
    chunked = bool(draft.body) and draw(one_in(10))
    return Request(
        method, path, tuple(draft.pieces) or None, tuple(draft.headers), draft.body, chunked
    )


_BENDS = (
    "text", "text", "text", "body value", "body value", "body text", "content type", "query",
    "cookie", "raw value", "target", "no body",
)  # fmt: skip


def _write_path(route: GeneratedRoute, draft: _Draft) -> str:
    texts = {parameter.name: found for parameter, found in draft.texts.items()}

    def write(match: re.Match[str]) -> str:
        convertor = match[2] or ""
        found = texts.get(match[1]) or [""]
        text = _SAMPLES.get(convertor, found[0])
        written = encode_path(text, draft.random)
        return written if convertor == ":path" else written.replace("/", "%2F")

    literal = quote(route.pattern, safe="/{}:.")
    return _PLACEHOLDER.sub(write, literal)


def _write_parameters(draft: _Draft) -> None:
    cookies = []
    for parameter, found in draft.texts.items():
        for text in found:
            if parameter.source == "query":
                name = encode_query(parameter.wire, draft.random)
                draft.pieces.append(f"{name}={encode_query(text, draft.random)}")
            elif parameter.source == "header":
                draft.headers.append((parameter.wire.lower(), encode_header(text)))
            elif parameter.source == "cookie":
                cookies.append(f"{parameter.wire}={encode_cookie(text)}")
    if cookies:
        draft.headers.append(("cookie", "; ".join(cookies).encode()))


def _write_body(draft: _Draft, bends: list[str]) -> None:
    if not draft.members or "no body" in bends:
        return
    if len(draft.members) > 1 or any(parameter.embed for parameter in draft.members):
        value: Any = {parameter.wire: inner for parameter, inner in draft.members.items()}
    else:
        (value,) = draft.members.values()
    if "body value" in bends:
        value = disturb(value, draft.random)
    text = to_text(value, draft.random)
    draft.body = text.encode("utf-8", "surrogatepass")
    if "body text" in bends:
        draft.body = bend_text(text, draft.random)
    kind = draft.random.choice(CONTENT_TYPES) if "content type" in bends else b"application/json"
    draft.headers.append(("content-type", kind))


def _bend(draft: _Draft, bends: list[str]) -> None:
    random = draft.random
    if "query" in bends:
        draft.pieces.insert(random.randint(0, len(draft.pieces)), random.choice(QUERY_ODDITIES))
    if "raw value" in bends and draft.pieces:
        index = random.randrange(len(draft.pieces))
        name = draft.pieces[index].partition("=")[0]
        draft.pieces[index] = f"{name}={random.choice(_RAW_VALUES)}"
    if "cookie" in bends:
        draft.headers.append(("cookie", random.choice(COOKIE_ODDITIES)))
