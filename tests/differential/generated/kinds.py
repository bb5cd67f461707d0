"""Types that parameters and members of bodies have, each with values that fit it."""

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from .building_blocks import Color, Level

Json = Any


@dataclass(frozen=True)
class Kind:
    """A type as it is declared, and what is sent for it.

    Attributes:
        annotation: The annotation's source text.
        texts: Fit the type as a parameter.
        values: Fit the type inside a JSON body.
        constraints: Keyword arguments of a declaration that most of the values fulfil.
        default: Source text of a default that fits.
        is_repeated: Whether a parameter takes all values of its name.
        declarations: Source texts of the classes that the annotation names, inner ones first.
        members: Names that a body of this type has on the outermost level, if it is an object.
    """

    annotation: str
    texts: st.SearchStrategy[str]
    values: st.SearchStrategy[Json]
    constraints: tuple[str, ...] = ()
    default: str = "None"
    is_repeated: bool = False
    declarations: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def _scalar(
    annotation: str, texts: str, values: tuple[Json, ...], default: str, *constraints: str
) -> Kind:
    return Kind(
        annotation,
        st.sampled_from(texts.split("|")),
        st.sampled_from(values),
        constraints,
        default,
    )


_DAYS = ("2024-02-29", "1999-12-31")
_TIMES = ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00.5+02:00", 1_700_000_000)
_UUIDS = ("12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678")
_CONSTRAINED_INTEGER = ("gt=0", "ge=1, le=100", "lt=1000", "multiple_of=1", "strict=True")

TEXT = _scalar(
    "str", "abc|red|a|x y|caf\u00e9|\U0001f600|1|a/b", ("abc", "a", "caf\u00e9", "\x7f\n\""),
    "'x'", "min_length=1", "max_length=20", "pattern='^.'", "strict=True",
)  # fmt: skip
INTEGER = _scalar(
    "int", "1|5|42|+7|007|99|100", (1, 5, 42, 99, 7.0), "3", *_CONSTRAINED_INTEGER
)  # fmt: skip
FLOAT = _scalar(
    "float", "1|1.5|.5|5.|1e2|42|0.1|99.99", (1, 1.5, 0.1, 1e2, 99.99), "2.5",
    "gt=0", "ge=0.1, le=100", "lt=1000", "allow_inf_nan=False", "strict=True",
)  # fmt: skip
BOOLEAN = _scalar("bool", "true|false|1|0|on|No|T", (True, False, 1, "off"), "True")
LEVEL = _scalar("Level", "1|10", tuple(level.value for level in Level), "Level.LOW")
UNIQUE = _scalar("UUID", "|".join(_UUIDS), _UUIDS, "UUID(int=5)")
_OTHERS = (
    LEVEL,
    UNIQUE,
    _scalar("date", "|".join(_DAYS), _DAYS, "date(2020, 1, 1)", "gt=date(1990, 1, 1)"),
    _scalar(
        "datetime", "2024-02-29T12:30:00Z|2024-02-29 12:30|1700000000", _TIMES,
        "datetime(2020, 1, 1)",
    ),
    _scalar("time", "12:30|12:30:59.5|12:30Z", ("12:30", "00:00:00.25"), "time(1, 2)"),
    _scalar("timedelta", "P1DT2H|PT1.5S|90", ("P1D", 90, 1.5), "timedelta(1)"),
    _scalar(
        "Decimal", "1.50|2|1e1|0.1", ("1.50", 2, 0.1, 12.25), "Decimal('1.0')", "gt=0",
        "max_digits=6", "decimal_places=2", "strict=True",
    ),
    _scalar("Color", "|".join(Color), tuple(color.value for color in Color), "Color.RED"),
    _scalar("Literal['a', 'b']", "a|b", ("a", "b"), "'b'"),
    _scalar("Literal['a', 1]", "a", ("a", 1), "1"),
    _scalar("int | str", "1|x|5.0", (1, "x", "1", 5.0), "'y'"),
    _scalar("bytes", "abc|\u00e9", ("abc", "\u00e9"), "b'x'", "max_length=9"),
    _scalar("StrictInt | float", "1|2.5", (1, 2.5, "3"), "1"),
)  # fmt: skip
PLAIN = (TEXT, INTEGER, FLOAT, BOOLEAN)

scalars = st.one_of(st.sampled_from(PLAIN), st.sampled_from(_OTHERS))
"""Kinds of one value, half of them those that decode natively."""


def one_in(count: int) -> st.SearchStrategy[bool]:
    """True about once in `count`; a failing example is made small with False."""
    # Hypothesis prefers the ends of a range.
    return st.integers(0, count - 1).map(lambda number: number == count // 2)


def optional(kind: Kind) -> Kind:
    """The kind or None."""
    return replace(
        kind,
        annotation=f"{kind.annotation} | None",
        values=st.one_of(kind.values, st.none()) if not kind.is_repeated else kind.values,
        default="None",
    )


@st.composite
def containers(draw: st.DrawFn, inner: st.SearchStrategy[Kind]) -> Kind:
    """Kinds of several values of one kind, or of two."""
    kind = draw(inner)
    several = st.lists(kind.values, min_size=1, max_size=3)
    template = draw(st.sampled_from(_CONTAINERS if not kind.declarations else _CONTAINERS[:2]))
    if "pair" in template:
        other = draw(scalars)
        annotation = f"tuple[{kind.annotation}, {other.annotation}]"
        values: st.SearchStrategy[Json] = st.tuples(kind.values, other.values).map(list)
    else:
        annotation, values = template.format(kind.annotation), several
    return Kind(
        annotation,
        kind.texts,
        values,
        () if "pair" in template else ("min_length=1", "max_length=3"),
        "None" if "pair" in template else _EMPTY[template],
        is_repeated=True,
        declarations=kind.declarations,
    )


_CONTAINERS = ("list[{}]", "tuple[{}, ...]", "set[{}]", "frozenset[{}]", "pair")
_EMPTY = {
    "list[{}]": "[]", "tuple[{}, ...]": "()", "set[{}]": "set()", "frozenset[{}]": "frozenset()",
}  # fmt: skip


def mapped(kind: Kind) -> Kind:
    """Objects with any keys and values of this kind."""
    return Kind(
        f"dict[str, {kind.annotation}]",
        st.nothing(),
        st.dictionaries(st.sampled_from(("a", "", "\u00e9", "1")), kind.values, max_size=2),
        default="{}",
        declarations=kind.declarations,
    )
