"""Classes that bodies have: Pydantic models, dataclasses, typed dictionaries, structs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from .kinds import Json, Kind, containers, mapped, one_in, optional, scalars

Base = str

BASES: tuple[Base, ...] = ("BaseModel", "BaseModel", "dataclass", "TypedDict", "msgspec.Struct")
_DEEPEST = 2
_UNKNOWN_TO_MSGSPEC = ("StrictInt", "Literal['a', 1]")
_CONFIGURATIONS = ("extra='forbid'", "extra='allow'", "strict=True", "populate_by_name=True")


@dataclass(frozen=True)
class _Member:
    name: str
    wire: str
    kind: Kind
    constraint: str
    required: bool


@st.composite
def structures(draw: st.DrawFn, serial: Iterator[int], base: Base | None = None) -> Kind:
    """A class with members, which may be structures of the same base themselves."""
    return draw(_structures(serial, base or draw(st.sampled_from(BASES)), 0))


def holders(serial: Iterator[int]) -> st.SearchStrategy[Kind]:
    """Structures, and containers of them."""
    return st.one_of(
        structures(serial),
        structures(serial),
        containers(structures(serial)),
        structures(serial).map(mapped),
    )


@st.composite
def _structures(draw: st.DrawFn, serial: Iterator[int], base: Base, depth: int) -> Kind:
    name = f"Body{next(serial)}"
    members = [
        draw(_members(serial, base, depth, f"m_{index}"))
        for index in range(draw(st.integers(1, 3)))
    ]
    inner = dict.fromkeys(text for member in members for text in member.kind.declarations)
    return Kind(
        name,
        st.nothing(),
        _objects(members),
        default="None",
        declarations=(*inner, _write(name, base, members, draw(_configurations(base)))),
        members=tuple(member.name for member in members),
    )


def _configurations(base: Base) -> st.SearchStrategy[str]:
    if base != "BaseModel":
        return st.just("")
    return st.one_of(st.just(""), st.just(""), st.sampled_from(_CONFIGURATIONS))


@st.composite
def _members(draw: st.DrawFn, serial: Iterator[int], base: Base, depth: int, name: str) -> _Member:
    choices = [scalars, scalars, containers(scalars), scalars.map(mapped)]
    if depth < _DEEPEST:
        nested = _structures(serial, base, depth + 1)
        choices += [nested, containers(nested), nested.map(optional)]
    kind = draw(st.one_of(choices))
    if base == "msgspec.Struct" and any(each in kind.annotation for each in _UNKNOWN_TO_MSGSPEC):
        kind = replace(kind, annotation="Any")
    if draw(one_in(4)) and "None" not in kind.annotation:
        kind = optional(kind)
    constraint = ""
    if kind.constraints and base in ("BaseModel", "dataclass") and draw(st.booleans()):
        constraint = draw(st.sampled_from(kind.constraints))
    wire = (
        draw(st.sampled_from((name, name, name, f"{name}Alias"))) if base == "BaseModel" else name
    )
    return _Member(name, wire, kind, constraint, required=not draw(one_in(3)))


def _objects(members: list[_Member]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {member.wire: member.kind.values for member in members if member.required},
        optional={member.wire: member.kind.values for member in members if not member.required},
    )


def _write(name: str, base: Base, members: list[_Member], configuration: str) -> str:
    """The source text of the class."""
    in_order = sorted(members, key=lambda member: not member.required)
    lines = [_write_member(base, member) for member in in_order]
    if configuration:
        lines.insert(0, f"model_config = ConfigDict({configuration})")
    head = f"@dataclass\nclass {name}:" if base == "dataclass" else f"class {name}({base}):"
    return "\n    ".join((head, *lines))


def _write_member(base: Base, member: _Member) -> str:
    annotation = member.kind.annotation
    options = [member.constraint] if member.constraint else []
    if member.wire != member.name:
        options.append(f"alias={member.wire!r}")
    if options:
        annotation = f"Annotated[{annotation}, Field({', '.join(options)})]"
    if member.required:
        return f"{member.name}: {annotation}"
    if base == "TypedDict":
        return f"{member.name}: NotRequired[{annotation}]"
    default = member.kind.default
    if default in ("[]", "{}", "set()"):
        factory = {"[]": "list", "{}": "dict", "set()": "set"}[default]
        owner = {"BaseModel": "Field", "dataclass": "field"}.get(base, "msgspec.field")
        default = f"{owner}(default_factory={factory})"
    return f"{member.name}: {annotation} = {default}"
