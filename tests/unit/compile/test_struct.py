"""Types of msgspec: values, and errors in the form of a 422 answer."""

import datetime as dt
import enum
from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from annotated_types import MinLen
from pydantic import Strict

from sixlane._compile.struct import StructValidator


class Color(enum.Enum):
    RED = "red"


class Point(msgspec.Struct):
    x: int
    y: int = 0


class Circle(msgspec.Struct, tag=True):
    radius: float


class Square(msgspec.Struct, tag=True):
    side: float


class Exact(msgspec.Struct, forbid_unknown_fields=True):
    x: int = 0


class Positive(msgspec.Struct):
    x: int

    def __post_init__(self) -> None:
        if self.x < 0:
            message = "x is negative"
            raise ValueError(message)


class Renamed(msgspec.Struct, rename="camel"):
    first_name: str


class Shape(msgspec.Struct):
    points: list[Point]
    named: dict[str, Point] = {}
    form: Circle | Square | None = None


class Attributes:
    """An object with a struct's attributes, as an object-relational mapper makes them."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


def check(annotation: Any, value: Any) -> dict[str, Any]:
    """Validate a body that is wrong; return its one error."""
    validated, errors = StructValidator(annotation, []).validate(value, ("body",))
    assert validated is None
    (error,) = errors
    return error


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Point, {"x": 1, "other": 2}, Point(1)),
        (list[Point], [{"x": 1}, {"x": 2, "y": 3}], [Point(1), Point(2, 3)]),
        (dict[int, Point], {"7": {"x": 1}}, {7: Point(1)}),
        (Point | None, None, None),
        (Circle | Square, {"type": "Square", "side": 2}, Square(2.0)),
        (Renamed, {"firstName": "a"}, Renamed("a")),
        (Point, Point(3), Point(3)),
        (Point, Attributes(x=4), Point(4)),
    ],
)
def test_valid_value_becomes_the_type(annotation: Any, value: Any, expected: Any) -> None:
    """JSON, an instance and an object with the attributes are all taken."""
    assert StructValidator(annotation, []).validate(value, ("body",)) == (expected, [])


@pytest.mark.parametrize(
    ("annotation", "value", "kind", "location", "shown"),
    [
        (Point, {"y": 1}, "missing", ("x",), {"y": 1}),
        (Point, {"x": "1"}, "int_type", ("x",), "1"),
        (Point, [], "model_attributes_type", (), []),
        (Point, b"raw", "model_attributes_type", (), b"raw"),
        (Exact, {"z": 5}, "extra_forbidden", ("z",), 5),
        (Positive, {"x": -1}, "value_error", (), {"x": -1}),
        (list[Point], [{"x": 1}, {"x": None}], "int_type", (1, "x"), None),
        (Shape, {"points": [{"x": 1.5}]}, "int_type", ("points", 0, "x"), 1.5),
        (Shape, {"points": [], "named": {"a": {}}}, "missing", ("named", "a", "x"), {}),
        (Shape, {"points": [], "form": {}}, "missing", ("form", "type"), {}),
        (
            Shape,
            {"points": [], "form": {"type": "Star"}},
            "union_tag_invalid",
            ("form", "type"),
            "Star",
        ),
        (dict[int, Point], {"1": {"x": 1}, "one": {"x": 1}}, "int_type", ("one", "[key]"), "one"),
        (dict[str, list[Point]], {"a": [], "b": [{}]}, "missing", ("b", 0, "x"), {}),
        (Annotated[Point, ...] | int, "a", "int_type", (), "a"),
    ],
)
def test_error_has_type_place_and_input(
    annotation: Any, value: Any, kind: str, location: tuple[Any, ...], shown: Any
) -> None:
    """The place and the input are those of the innermost wrong part."""
    error = check(annotation, value)
    assert (error["type"], error["loc"]) == (kind, ("body", *location))
    assert error["input"] == shown
    assert error["msg"]


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        (bool, 1, "bool_type"),
        (float, "1", "float_type"),
        (str, 1, "string_type"),
        (bytes, 1, "bytes_type"),
        (bytes, "*", "bytes_invalid_encoding"),
        (dt.datetime, "x", "datetime_parsing"),
        (dt.date, "x", "date_parsing"),
        (dt.time, "x", "time_parsing"),
        (dt.timedelta, "x", "time_delta_parsing"),
        (UUID, "x", "uuid_parsing"),
        (Color, "blue", "enum"),
        (Literal["a"], "b", "enum"),
        (Annotated[int, msgspec.Meta(ge=3)], 2, "greater_than_equal"),
        (Annotated[float, msgspec.Meta(gt=3)], 3.0, "greater_than"),
        (Annotated[int, msgspec.Meta(le=3)], 4, "less_than_equal"),
        (Annotated[float, msgspec.Meta(lt=3)], 3.0, "less_than"),
        (Annotated[int, msgspec.Meta(multiple_of=3)], 4, "multiple_of"),
        (Annotated[str, msgspec.Meta(min_length=3)], "ab", "string_too_short"),
        (Annotated[str, msgspec.Meta(max_length=3)], "abcd", "string_too_long"),
        (Annotated[str, msgspec.Meta(pattern="^a")], "b", "string_pattern_mismatch"),
        (Annotated[list[int], msgspec.Meta(min_length=1)], [], "too_short"),
        (Annotated[list[int], msgspec.Meta(max_length=1)], [1, 2], "too_long"),
    ],
)
def test_error_type_is_the_one_of_pydantic(field: Any, value: Any, kind: str) -> None:
    """A client tells errors apart without knowing which library found them."""
    struct = msgspec.defstruct("Made", [("field", field)])
    error = check(struct, {"field": value})
    assert (error["type"], error["loc"]) == (kind, ("body", "field"))


def test_wrong_item_of_a_large_mapping_is_found() -> None:
    """Msgspec does not tell the key, so that it is searched for."""
    body = {f"key{index}": {"x": index} for index in range(1000)}
    body["key731"] = {"x": "wrong"}  # type: ignore[dict-item]
    error = check(dict[str, Point], body)
    assert error["loc"] == ("body", "key731", "x")


def test_wrong_item_of_a_mapping_in_an_object_stays_unknown() -> None:
    """An object cannot be copied with other attributes; the error is told all the same."""
    holder = Attributes(points=[], named={"a": {"x": 1}, "b": {"x": "wrong"}})
    error = check(Shape, holder)
    assert error["loc"] == ("body", "named", "[...]", "x")


@pytest.mark.parametrize("bound", [msgspec.Meta(min_length=1), MinLen(1)], ids=["meta", "body"])
def test_constraints_beside_the_type_apply(bound: Any) -> None:
    """`Annotated[list[Struct], Meta(...)]` checks the list, and so does `Body(min_length=1)`."""
    validator = StructValidator(list[Point], [bound])
    assert validator.validate([], ("body",))[1][0]["type"] == "too_short"


def test_constraint_that_msgspec_does_not_have_is_refused() -> None:
    """It could not be checked, so that it must not be declared."""
    with pytest.raises(TypeError, match=r"the constraint .* is not supported by msgspec"):
        StructValidator(Point, [Strict()])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, b'{"points":[{"x":1,"y":0}],"named":{},"form":null}'),
        ({"exclude_none": True}, b'{"points":[{"x":1,"y":0}],"named":{}}'),
        ({"include": {"points"}}, b'{"points":[{"x":1,"y":0}]}'),
        ({"exclude": {"points"}}, b'{"named":{},"form":null}'),
    ],
    ids=["all", "exclude none", "include", "exclude"],
)
def test_struct_is_written_with_what_was_asked_for(options: Any, expected: bytes) -> None:
    """Names to include and exclude are those on the wire."""
    validator = StructValidator(Shape, [])
    shape = Shape([Point(1)])
    assert validator.dump_json(shape, options) == expected
    assert msgspec.json.encode(validator.dump_python(shape, options)) == expected


@pytest.mark.parametrize("make", [lambda: complex, lambda: Attributes], ids=["complex", "object"])
def test_type_that_msgspec_does_not_know_is_refused(make: Callable[[], Any]) -> None:
    """The mistake shows when the validator is made, not with the first request."""
    struct = msgspec.defstruct("Made", [("field", make())])
    with pytest.raises(TypeError, match="not supported"):
        StructValidator(struct, [])
