"""Parameters of handlers and dependencies, declared in every style."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from .kinds import PLAIN, Kind, containers, one_in, optional, scalars
from .structures import holders, structures

Source = Literal["path", "query", "header", "cookie", "body"]

_CLASSES = {source: source.capitalize() for source in ("path", "query", "header", "cookie", "body")}
_QUERY_ALIASES = ("a b", "item[]", "\u00e9", "A", "x-y")
_TOKEN_ALIASES = ("x-token", "Content", "x")


@dataclass(frozen=True)
class Parameter:
    """One parameter that takes a value from the request.

    Attributes:
        name: Its name in Python.
        source: Where its value comes from.
        wire: Its name in the request.
        kind: Its type.
        required: Whether a request without it is refused.
        text: Its source text in the signature.
        embed: Whether it is a body that asks to be a member of an object.
    """

    name: str
    source: Source
    wire: str
    kind: Kind
    required: bool
    text: str
    embed: bool = False


def parameters(serial: Iterator[int]) -> st.SearchStrategy[Parameter]:
    """Parameters of all sources but the path."""
    return st.one_of(
        _from("query", serial),
        _from("query", serial),
        _from("header", serial),
        _from("cookie", serial),
    )


@st.composite
def path_parameters(draw: st.DrawFn, name: str, kinds: st.SearchStrategy[Kind]) -> Parameter:
    """A parameter whose name stands in the path."""
    kind = draw(kinds)
    constraint = draw(_constraints(kind))
    text = draw(
        st.sampled_from(
            (
                f"{name}: Annotated[{kind.annotation}, web.Path({constraint})]",
                f"{name}: {kind.annotation} = web.Path({constraint})",
                *([] if constraint else [f"{name}: {kind.annotation}"]),
            )
        )
    )
    return Parameter(name, "path", name, kind, required=True, text=text)


@st.composite
def bodies(draw: st.DrawFn, serial: Iterator[int]) -> Parameter:
    """A parameter that is the body, or a part of it."""
    name = f"body_{next(serial)}"
    kind = draw(
        st.one_of(
            structures(serial), structures(serial), holders(serial), containers(scalars), scalars
        )
    )
    if draw(one_in(5)):
        kind = optional(kind)
    embed = draw(one_in(12))
    bare = bool(kind.declarations) and not kind.is_repeated and not embed
    if bare and draw(st.booleans()):
        return Parameter(name, "body", name, kind, required=True, text=f"{name}: {kind.annotation}")
    options = [draw(_constraints(kind))] if "None" not in kind.annotation else []
    options += ["embed=True"] if embed else []
    return replace(draw(_declared("body", name, name, kind, options)), embed=embed)


@st.composite
def _from(draw: st.DrawFn, source: Source, serial: Iterator[int]) -> Parameter:
    name = f"{source}_{next(serial)}"
    choices = [scalars, scalars, st.sampled_from(PLAIN)]
    if source != "cookie":
        choices.append(containers(scalars))
    kind = draw(st.one_of(choices))
    if draw(one_in(4)):
        kind = optional(kind)
    constraint = draw(_constraints(kind))
    if source == "query" and not kind.is_repeated and not constraint and draw(st.booleans()):
        if draw(_requirements(kind)):
            text = f"{name}: {kind.annotation}"
            return Parameter(name, source, name, kind, required=True, text=text)
        text = f"{name}: {kind.annotation} = {kind.default}"
        return Parameter(name, source, name, kind, required=False, text=text)
    wire, options = name.replace("_", "-") if source == "header" else name, [constraint]
    if draw(one_in(5)):
        aliases = _QUERY_ALIASES if source == "query" else _TOKEN_ALIASES
        wire = draw(st.sampled_from(aliases)) + name[-2:].strip("_")
        options.append(f"alias={wire!r}")
    elif source == "header" and draw(one_in(5)):
        wire = name
        options.append("convert_underscores=False")
    return draw(_declared(source, name, wire, kind, options))


@st.composite
def _declared(
    draw: st.DrawFn, source: Source, name: str, wire: str, kind: Kind, options: list[str]
) -> Parameter:
    """The parameter with `Query()` or the like, in `Annotated` or as the default."""
    marker = f"web.{_CLASSES[source]}"
    given = [option for option in options if option]
    style = draw(st.integers(1, 6))
    required = draw(_requirements(kind))
    if draw(one_in(16)):
        given.append(f"default_factory=lambda: {kind.default}")
        text = f"{name}: Annotated[{kind.annotation}, {marker}({', '.join(given)})]"
        return Parameter(name, source, wire, kind, required=False, text=text)
    if style <= 2:
        given = given if required else [kind.default, *given]
        text = f"{name}: {kind.annotation} = {marker}({', '.join(given)})"
    else:
        default = "" if required else f" = {kind.default}"
        text = f"{name}: Annotated[{kind.annotation}, {marker}({', '.join(given)})]{default}"
    return Parameter(name, source, wire, kind, required=required, text=text)


def _requirements(kind: Kind) -> st.SearchStrategy[bool]:
    """Whether there is no default: one that is copied for each request keeps from planning."""
    is_shared = kind.default in _SHARED_DEFAULTS
    return st.booleans() if is_shared else one_in(5).map(lambda has_default: not has_default)


_SHARED_DEFAULTS = {"None", "()", *(kind.default for kind in PLAIN)}


def _constraints(kind: Kind) -> st.SearchStrategy[str]:
    if not kind.constraints:
        return st.just("")
    return st.one_of(st.just(""), st.just(""), st.sampled_from(kind.constraints))
