"""What handlers return, with response models that it fits or does not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from differential.values import disturb

from .kinds import Kind, containers, one_in, scalars
from .structures import structures

_ODD_RESULTS = (
    "None", "{}", "[]", "'caf\u00e9'", "'\\ud800'", "'\\x00\\x7f\"\\\\\u2028'",
    "10**30", "-0.0", "1e16", "1e-7",
    "nan", "[inf]", "{1: 2}", "{None: 1, True: 2}", "{'_sa_x': 1, 'a': 2}", "(1, 2)", "{1}",
    "b'abc'",
    "b'\\xff'", "Color.RED", "{Color.RED: Level.LOW}", "Count(3)", "Decimal('1.50')", "UUID(int=1)",
    "datetime(2024, 2, 29)", "timedelta(1, 5)", "nest(10)", "nest(70)", "2**63", "-2**63",
    "object()", "iter((1, 2))", "iter((1, 'x'))", "{'a': iter(['x'])}",
    "True", "1.0",
    "{'a': [1, 'x', None, {'b': 2.5}]}", "[{'\u00e9': '\\n\\t\\b'}]",
)  # fmt: skip
_RESPONSES = ("PlainTextResponse('plain')", "JSONResponse({'a': 1}, 202, {'x-own': 'b'})")
_RAISED = ("web.HTTPException(404, {'a': [1]}, {'x-why': 'b'})", "ValueError(1)", "KeyError('x')")
_STATUSES = ("200", "201", "202", "203", "299", "404")
_BODILESS_STATUSES = ("204", "304")
_PLAIN_MODELS = ("Any", "dict[str, Any]", "dict[str, Any] | int", "list[Any]", "float | None")


@dataclass(frozen=True)
class AnswerPlan:
    """How a handler answers.

    Attributes:
        options: Source texts of the decorator's keyword arguments.
        declarations: Source texts of the classes it refers to.
        line: The handler's last line.
    """

    options: tuple[str, ...]
    declarations: tuple[str, ...]
    line: str


@st.composite
def answers(draw: st.DrawFn, serial: Iterator[int], names: Sequence[str]) -> AnswerPlan:
    """An answer made of the handler's arguments, of something odd, or of the response model."""
    options = []
    bodiless = draw(one_in(24))
    if bodiless or draw(one_in(4)):
        statuses = _BODILESS_STATUSES if bodiless else _STATUSES
        options.append(f"status_code={draw(st.sampled_from(statuses))}")
    results = [st.just(_echo(names)), st.just(_echo(names))]
    results.append(st.sampled_from(_ODD_RESULTS + _RESPONSES))
    if draw(one_in(10)):
        return AnswerPlan(tuple(options), (), f"raise {draw(st.sampled_from(_RAISED))}")
    if bodiless or draw(st.booleans()):
        return AnswerPlan(tuple(options), (), f"return {draw(st.one_of(results))}")
    if draw(one_in(8)):
        # A model that can be made of a response, which is the answer nevertheless.
        name = f"Body{next(serial)}"
        options.append(f"response_model={name}")
        model = f"class {name}(BaseModel):\n    status_code: int | None = None"
        response = draw(st.sampled_from(_RESPONSES))
        return AnswerPlan(tuple(options), (model,), f"return {response}")
    kind = draw(
        st.one_of(structures(serial), structures(serial), containers(structures(serial)), scalars)
    )
    if draw(one_in(5)):
        options.append(f"response_model={draw(st.sampled_from(_PLAIN_MODELS))}")
        return AnswerPlan(tuple(options), (), f"return {draw(st.one_of(results))}")
    options += [f"response_model={kind.annotation}", *draw(_filters(kind))]
    result = draw(st.one_of(results) if draw(one_in(5)) else _fitting(kind))
    return AnswerPlan(tuple(options), kind.declarations, f"return {result}")


def _echo(names: Sequence[str]) -> str:
    return "{" + ", ".join(f"{name!r}: {name}" for name in names) + "}"


@st.composite
def _fitting(draw: st.DrawFn, kind: Kind) -> str:
    """The source text of a value of this kind: as JSON, disturbed now and then, or as an object."""
    value = draw(kind.values)
    if draw(one_in(4)):
        return repr(disturb(value, Random(draw(st.integers(0, 999)))))
    if not kind.members or draw(st.booleans()):
        return repr(value)
    head = kind.declarations[-1]
    if f"class {kind.annotation}(BaseModel)" in head:
        return f"{kind.annotation}.model_validate({value!r})"
    return f"{kind.annotation}(**{value!r})"


@st.composite
def _filters(draw: st.DrawFn, kind: Kind) -> list[str]:
    flags = ("exclude_unset=True", "exclude_defaults=True", "exclude_none=True", "by_alias=False")
    if any("(msgspec.Struct)" in text for text in kind.declarations):
        flags = flags[2:3]
    chosen = draw(st.lists(st.sampled_from(flags), max_size=2, unique=True))
    if kind.members and draw(one_in(3)):
        some = draw(st.sets(st.sampled_from(kind.members), min_size=1))
        shown = "{" + ", ".join(map(repr, sorted(some))) + "}"
        chosen.append(f"{draw(st.sampled_from(('include', 'exclude')))}={shown}")
    return [f"response_model_{option}" for option in chosen]
