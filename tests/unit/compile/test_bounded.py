"""Validation that ends early takes and refuses what the usual one does."""

import inspect
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    TypeAdapter,
    ValidationError,
    WrapValidator,
)
from pydantic_core import SchemaValidator
from typing_extensions import TypedDict

from sixlane._compile.bounded import bound, has_room, is_harmless
from sixlane._engine import may_make_errors


class Leaf(BaseModel):
    a: int
    b: list[int] = []


class Tree(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: "list[Tree] | None" = None
    b: dict[str, Leaf] = {}
    c: "Tree | Leaf | None" = None


class Cat(BaseModel):
    kind: Literal["cat"]
    a: set[int]


class Dog(BaseModel):
    kind: Literal["dog"]
    b: tuple[int, str] | None = None


@dataclass
class Point:
    a: int
    b: list["Point"] | None = None


class Pair(NamedTuple):
    a: int
    b: list[str] | None = None


class Options(TypedDict, total=False):
    a: list[int]
    b: "Options"


class Numbers(RootModel[list[int]]):
    pass


class Deep(BaseModel):
    a: int
    b: int
    c: int
    deep: "Deep | None" = None


TYPES: list[Any] = [
    list[int],
    dict[str, list[int]],
    dict[int, tuple[int, ...]],
    list[Leaf],
    Tree,
    list[Leaf | Tree | int],
    list[Annotated[Cat | Dog, Field(discriminator="kind")]],
    list[Point],
    list[Pair],
    Options,
    list[Numbers],
    Annotated[list[frozenset[int]], Field(min_length=1, max_length=3)],
    list[tuple[int, str, Leaf]],
    list[Deep],
    deque[int],
    OrderedDict[str, list[int]],
    Counter[str],
]

KEYS = st.sampled_from(["a", "b", "c", "kind", "1"])
SCALARS = st.sampled_from([None, True, 0, 1, -2, 1.5, "", "x", "1", "cat", "dog"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


def validate(validator: Any, value: Any) -> tuple[Any, list[Any]]:
    """Return the result, or the errors."""
    try:
        return validator.validate_python(value, from_attributes=True), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def count(value: Any, per_item: int, per_entry: int) -> int:
    """Count what the parts of a value may make."""
    if isinstance(value, list):
        return sum(per_item + count(each, per_item, per_entry) for each in value)
    if isinstance(value, dict):
        return sum(
            (per_item if isinstance(each, (list, dict)) else per_entry)
            + count(each, per_item, per_entry)
            for each in value.values()
        )
    return 0


@pytest.mark.parametrize("annotation", TYPES, ids=str)
@given(value=VALUES | st.lists(VALUES, max_size=4))
def test_results_are_the_same_and_errors_are_among_the_usual_ones(
    annotation: Any, value: Any
) -> None:
    """It differs from the usual validator by errors that it does not tell.

    Of a list that is too long and has a mistake, Pydantic tells the former, unless it ends early.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    bounded = bound(adapter)
    assert bounded is not None
    usual = validate(adapter.validator, value)
    early = validate(bounded.validator, value)
    assert early[0] == usual[0]
    assert bool(early[1]) == bool(usual[1])
    is_too_long = any(error["type"] == "too_long" for error in usual[1])
    assert is_too_long or all(error in usual[1] for error in early[1])


@pytest.mark.parametrize("annotation", TYPES, ids=str)
@given(value=st.lists(VALUES, max_size=4))
def test_no_value_makes_more_errors_than_are_reckoned_with(annotation: Any, value: Any) -> None:
    """Not by deep values either: what lies in a value counts by itself."""
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    bounded = bound(adapter)
    assert bounded is not None
    _, per_item, per_entry = bounded
    errors = validate(adapter.validator, value)[1]
    # In a list, so that what the value itself makes counts too.
    assert len(errors) <= count([value], per_item, per_entry)


@pytest.mark.parametrize(
    ("annotation", "per_item", "per_entry"),
    [
        (list[int], 1, 1),
        (dict[str, int], 1, 1),
        (list[Leaf], 2, 1),
        (dict[str, Leaf], 2, 2),
        (list[Leaf | Cat | int], 5, 1),
        (deque[Leaf], 2, 1),
        (OrderedDict[str, Leaf], 2, 2),
        (Deep, 4, 1),
        (list[Annotated[Cat | Dog, Field(discriminator="kind")]], 3, 1),
    ],
    ids=str,
)
def test_errors_of_an_item(annotation: Any, per_item: int, per_entry: int) -> None:
    """A field of a model makes one; the members of a union make theirs, unless one is chosen."""
    bounded = bound(TypeAdapter(annotation))
    assert bounded is not None
    assert bounded[1:] == (per_item, per_entry)


def test_a_validator_of_a_tool_is_left_to_it() -> None:
    """Pydantic's plug-ins see each validation."""

    class Adapter:
        validator = object()

    assert bound(Adapter()) is None  # type: ignore[arg-type]
    assert type(TypeAdapter(int).validator) is SchemaValidator


@given(value=VALUES, most=st.integers(0, 40))
def test_room_is_that_of_all_items_with_the_names_on_the_way(value: Any, most: int) -> None:
    """The native count ends early and follows no order."""

    def room(value: Any, way: int) -> int:
        if isinstance(value, list):
            return sum(2 * (256 + way + 48) + room(each, way + 48) for each in value)
        if isinstance(value, dict):
            return sum(
                (2 if isinstance(each, (list, dict)) else 3) * (256 + way + 48 + len(name))
                + room(each, way + 48 + len(name))
                for name, each in value.items()
            )
        return 0

    bytes_most = most * 256
    assert may_make_errors(value, 2, 3, bytes_most) == (room(value, 0) > bytes_most)


def test_scalars_and_small_values_are_harmless() -> None:
    """Nobody asks for the type's schema then."""
    assert is_harmless("x" * 10_000_000)
    assert is_harmless({"a": [1, 2, 3]})
    assert not is_harmless([0] * 1025)
    bounded = bound(TypeAdapter(list[int]))
    assert bounded is not None
    assert has_room([0] * 1025, bounded)


def pass_on(value: Any, validate: Callable[[Any], list[int]]) -> list[int]:
    """Validate; what the errors are used for does not show before."""
    return validate(value)


def test_a_function_that_sees_the_errors_sees_all() -> None:
    """Its type is validated as usual, however large the value."""
    assert bound(TypeAdapter(Annotated[list[int], WrapValidator(pass_on)])) is None


def test_a_schema_that_is_nested_too_deep_is_left_alone() -> None:
    """It may still be one that Pydantic takes."""
    annotation: Any = int
    for _ in range(150):
        annotation = list[annotation]
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        bounded = bound(adapter)
    finally:
        sys.setrecursionlimit(limit)
    assert bounded is None
