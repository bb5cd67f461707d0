"""Dependencies and handlers: what they take, and their source texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from .kinds import one_in
from .parameters import Parameter, bodies, parameters

_FLAVOURS = (
    *("async def",) * 6, *("awaiting",) * 3, *("def",) * 4, *("class",) * 3, *("instance",) * 3,
    "generator",
)  # fmt: skip
_REFUSALS = ("web.HTTPException(403, 'no')", "web.HTTPException(418)", "ValueError(1)")


@dataclass(frozen=True)
class Dependency:
    """A dependency, which others may share.

    Attributes:
        name: What is given to `Depends`.
        text: Its source text.
        parameters: All that it takes from a request, with what it needs itself.
        declarations: Source texts of the classes it refers to.
    """

    name: str
    text: str
    parameters: tuple[Parameter, ...]
    declarations: tuple[str, ...]


@dataclass(frozen=True)
class Takes:
    """What a function takes.

    Attributes:
        texts: Its parameters' source texts.
        names: Their names in Python.
        by_keyword: Whether all are given by keyword only.
        parameters: All that it takes from a request, with what its dependencies need.
        declarations: Source texts of the classes it refers to.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]
    by_keyword: bool
    parameters: tuple[Parameter, ...]
    declarations: tuple[str, ...]


@st.composite
def takes(
    draw: st.DrawFn, serial: Iterator[int], own: Sequence[Parameter], known: Sequence[Dependency]
) -> Takes:
    """These parameters, some of the known dependencies, and now and then the request itself."""
    texts = [parameter.text for parameter in own]
    names = [parameter.name for parameter in own]
    used = draw(st.lists(st.sampled_from(known), max_size=3)) if known else []
    for dependency in used:
        name = f"result_{next(serial)}"
        cached = draw(st.sampled_from(("", "", "", ", use_cache=False")))
        depends = f"web.Depends({dependency.name}{cached})"
        texts.append(
            draw(
                st.sampled_from((f"{name}: Annotated[Any, {depends}]", f"{name}: Any = {depends}"))
            )
        )
        names.append(name)
    if draw(one_in(8)):
        texts.append("request: web.Request")
    inner = [parameter for dependency in used for parameter in dependency.parameters]
    classes = [text for parameter in own for text in parameter.kind.declarations]
    classes += [text for dependency in used for text in dependency.declarations]
    return Takes(
        tuple(texts),
        tuple(names),
        draw(one_in(4)),
        tuple(dict.fromkeys((*own, *inner))),
        tuple(dict.fromkeys(classes)),
    )


@st.composite
def dependencies(draw: st.DrawFn, serial: Iterator[int], known: Sequence[Dependency]) -> Dependency:
    """A dependency of any flavour, which may need the known ones, and may refuse a request."""
    number = next(serial)
    own = draw(st.lists(parameters(serial), max_size=2))
    if draw(one_in(16)):
        own.append(draw(bodies(serial)))
    taken = draw(takes(serial, own, known))
    name = f"dependency_{number}"
    flavour = draw(st.sampled_from(_FLAVOURS))
    lines = list(write_record(name, taken))
    refused = draw(st.sampled_from((None, None, None, *_REFUSALS)))
    if refused:
        lines += [f"if len(describe([{', '.join(taken.names)}])) % 3 == 0:", f"    raise {refused}"]
    # The number tells the results of several calls in one request apart.
    given = draw(st.sampled_from(("number", *taken.names)))
    return Dependency(
        name,
        _write_dependency(name, flavour, taken, lines, given),
        taken.parameters,
        taken.declarations,
    )


def write_record(name: str, taken: Takes) -> Iterator[str]:
    """Lines that record a call with its arguments, and take its number in this request."""
    shown = ", ".join(f"{each!r}: {each}" for each in taken.names)
    yield f"number = record({name!r}, {{{shown}}})"
    if "request: web.Request" in taken.texts:
        yield "record('path', request.url.path, request.path_params, request.query_params)"


def write_function(head: str, taken: Takes, lines: Sequence[str], first: str = "") -> str:
    """A function with this body; `first` is its own first parameter, if it has one.

    Parameters without a default go first, or all are given by keyword only.
    """
    texts = [first] * bool(first)
    if taken.by_keyword and taken.texts:
        texts += ["*", *taken.texts]
    else:
        texts += sorted(taken.texts, key=lambda text: " = " in text)
    return "\n    ".join((f"{head}({', '.join(texts)}):", *lines))


def _write_dependency(
    name: str, flavour: str, taken: Takes, lines: Sequence[str], given: str
) -> str:
    if flavour == "class":
        body = [*lines, f"self.given = {given}"]
        return f"class {name}:\n" + _indent(write_function("def __init__", taken, body, "self"))
    if flavour == "instance":
        body = [*lines, f"return {given}"]
        method = _indent(write_function("async def __call__", taken, body, "self"))
        return f"class {name.title()}:\n{method}\n{name} = {name.title()}()"
    if flavour == "generator":
        return write_function(f"async def {name}", taken, [*lines, f"yield {given}"])
    if flavour == "awaiting":
        return write_function(
            f"async def {name}", taken, ["await Turn()", *lines, f"return {given}"]
        )
    return write_function(f"{flavour} {name}", taken, [*lines, f"return {given}"])


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
