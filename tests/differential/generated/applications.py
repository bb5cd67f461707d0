"""Whole applications: the source text, and what their routes take."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hypothesis import strategies as st

from .answers import AnswerPlan, answers
from .building_blocks import NAMESPACE, describe
from .functions import Dependency, Takes, dependencies, takes, write_function, write_record
from .kinds import FLOAT, INTEGER, LEVEL, UNIQUE, one_in, scalars
from .parameters import Parameter, bodies, parameters, path_parameters

_METHODS = ("get", "get", "post", "put", "delete", "patch")
_LITERALS = ("", "/items", "/a", "/caf\u00e9", "/a.b")
_HANDLERS = ("async def", "async def", "awaiting", "def")
_SEGMENTS = (
    ("/{%s}", scalars), ("/{%s}", scalars), ("/{%s}", scalars), ("/x-{%s}.json", scalars),
    ("/{%s:int}", st.sampled_from((INTEGER, FLOAT, LEVEL))), ("/{%s:float}", st.just(FLOAT)),
    ("/{%s:uuid}", st.just(UNIQUE)), ("/{%s:int}", scalars),
)  # fmt: skip


@dataclass(frozen=True)
class GeneratedRoute:
    """One path operation.

    Attributes:
        method: Upper case.
        pattern: Its path.
        parameters: All that it and its dependencies take.
    """

    method: str
    pattern: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, repr=False)
class Application:
    """An application that can be built on either framework.

    Attributes:
        text: Source text of a function `build(web, record)` that returns it.
        routes: Its path operations.
    """

    text: str
    routes: tuple[GeneratedRoute, ...]

    def __repr__(self) -> str:
        return f"Application:\n{self.text}"

    def build(self, framework: str, events: list[str]) -> Any:
        """Make it on "fastapi" or "sixlane"; calls are recorded in `events`."""

        def record(name: str, *arguments: Any) -> int:
            events.append(f"{name}: {', '.join(map(describe, arguments))}")
            return len(events)

        names: dict[str, Any] = dict(NAMESPACE)
        exec(compile(self.text, "<generated application>", "exec"), names)
        build: Callable[..., Any] = names["build"]
        return build(import_module(framework), record)


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Applications of one to three routes that share their dependencies."""
    serial = itertools.count()
    known: list[Dependency] = []
    for _ in range(draw(st.integers(0, 3))):
        known.append(draw(dependencies(serial, tuple(known))))
    parts: list[str] = []
    made: list[GeneratedRoute] = []
    for _ in range(draw(st.integers(1, 3))):
        route, texts = draw(_routes(serial, known))
        made.append(route)
        parts += texts
    classes = [text for text in parts if "class Body" in text]
    classes += [text for dependency in known for text in dependency.declarations]
    body = (
        "app = web.FastAPI()",
        *dict.fromkeys(classes),
        *(dependency.text for dependency in known),
        *(text for text in parts if "class Body" not in text),
        "return app",
    )
    lines = [f"    {line}" for text in body for line in text.split("\n")]
    return Application("\n".join(("def build(web, record):", *lines)), tuple(made))


@st.composite
def _routes(
    draw: st.DrawFn, serial: Iterator[int], known: Sequence[Dependency]
) -> tuple[GeneratedRoute, list[str]]:
    name = f"route_{next(serial)}"
    pattern, own = draw(_patterns(serial))
    own += draw(st.lists(parameters(serial), max_size=3))
    method = draw(st.sampled_from(_METHODS))
    if method != "get":
        own += draw(st.lists(bodies(serial), max_size=2 if draw(one_in(8)) else 1))
    taken = draw(takes(serial, draw(st.permutations(own)), known))
    answer = draw(answers(serial, taken.names))
    options = list(answer.options)
    extra: list[Dependency] = []
    if known and draw(one_in(8)):
        extra = [draw(st.sampled_from(known))]
        options.append(f"dependencies=[web.Depends({extra[0].name})]")
    text = _write_route(f"@app.{method}", pattern, options, draw(_handlers(name, taken, answer)))
    everything = (*taken.parameters, *(each for used in extra for each in used.parameters))
    route = GeneratedRoute(method.upper(), pattern, tuple(dict.fromkeys(everything)))
    return route, [*taken.declarations, *answer.declarations, text]


@st.composite
def _patterns(draw: st.DrawFn, serial: Iterator[int]) -> tuple[str, list[Parameter]]:
    pattern = draw(st.sampled_from(_LITERALS))
    own = []
    for _ in range(draw(st.sampled_from((0, 1, 1, 2)))):
        segment, kinds = draw(st.sampled_from(_SEGMENTS))
        parameter = draw(path_parameters(f"path_{next(serial)}", kinds))
        own.append(parameter)
        pattern += segment % parameter.name
    if draw(one_in(6)):
        parameter = draw(path_parameters(f"path_{next(serial)}", scalars))
        own.append(parameter)
        pattern += f"/{{{parameter.name}:path}}"
    return pattern or "/", own


@st.composite
def _handlers(draw: st.DrawFn, name: str, taken: Takes, answer: AnswerPlan) -> str:
    flavour = draw(st.sampled_from(_HANDLERS))
    lines = [*write_record(name, taken), answer.line]
    if flavour == "awaiting":
        flavour, lines = "async def", ["await Turn()", *lines]
    return write_function(f"{flavour} {name}", taken, lines)


def _write_route(decorator: str, pattern: str, options: Sequence[str], handler: str) -> str:
    return f"{decorator}({', '.join((repr(pattern), *options))})\n{handler}"
