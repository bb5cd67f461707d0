"""Any object as what `json.dumps` takes."""

import datetime as dt
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import msgspec
import pytest
from pydantic import AnyUrl, BaseModel, Field, SecretStr

from sixlane.encoders import ENCODERS_BY_TYPE, jsonable_encoder


class Color(StrEnum):
    RED = "red"


class Item(BaseModel):
    name: str = "a"
    price: float = Field(default=1.0, alias="cost")
    when: dt.date | None = None


@dataclass
class Point:
    x: int
    tags: list[str] = field(default_factory=list)


class Struct(msgspec.Struct, rename="camel"):
    first_name: str
    price: Decimal
    inner: Any = None


class Row:
    """An object as an object-relational mapper makes them."""

    def __init__(self) -> None:
        self.name = "a"
        self._sa_instance_state = object()


class Pairs:
    """An object that `dict()` takes."""

    def __iter__(self) -> Iterator[tuple[str, int]]:
        yield ("a", 1)


class Bytes(bytes):
    """A subclass of a type that has an encoder."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Item(), {"name": "a", "cost": 1.0, "when": None}),
        ([Item(when=dt.date(2024, 2, 29))], [{"name": "a", "cost": 1.0, "when": "2024-02-29"}]),
        (Point(1, ["b"]), {"x": 1, "tags": ["b"]}),
        (
            Struct("a", Decimal("1.5"), Item()),
            {"firstName": "a", "price": "1.5", "inner": {"name": "a", "cost": 1.0, "when": None}},
        ),
        (Row(), {"name": "a"}),
        (Pairs(), {"a": 1}),
        ({"_sa_x": 1, 2: (Color.RED,), Color.RED: {3}}, {2: ["red"], "red": [3]}),
        (deque([1]), [1]),
        ((each for each in "ab"), ["a", "b"]),
        (dt.datetime(2024, 2, 29, 1, 2, tzinfo=dt.UTC), "2024-02-29T01:02:00+00:00"),
        (dt.timedelta(minutes=1.5), 90.0),
        (Decimal(3), 3),
        (Decimal("3.0"), 3.0),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("a/b"), "a/b"),
        (ip_address("::1"), "::1"),
        (re.compile("a+"), "a+"),
        (SecretStr("word"), "**********"),
        (AnyUrl("http://a.b"), "http://a.b/"),
        (Bytes(b"a"), "a"),
        (True, True),
        (None, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_becomes_plain(value: Any, expected: Any) -> None:
    """Models, rows, containers and the standard library's types."""
    result = jsonable_encoder(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"by_alias": False}, {"name": "b", "price": 1.0, "when": None}),
        ({"exclude_unset": True}, {"name": "b"}),
        ({"exclude_defaults": True}, {"name": "b"}),
        ({"exclude_none": True}, {"name": "b", "cost": 1.0}),
        ({"include": ["name"]}, {"name": "b"}),
        ({"exclude": {"price": True, "when": True}}, {"name": "b"}),
        ({"custom_encoder": {Item: lambda item: item.name}}, "b"),
        ({"custom_encoder": {BaseModel: lambda item: "any"}}, "any"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_options_apply_to_models(options: dict[str, Any], expected: Any) -> None:
    """Pydantic's options, and encoders that go before its own."""
    assert jsonable_encoder(Item(name="b"), **options) == expected


def test_include_and_exclude_apply_to_the_outermost_object() -> None:
    """Of a list, to each item; never to what is inside of a mapping."""
    nested = {"a": {"a": 1, "b": 2}, "b": 3}
    assert jsonable_encoder(nested, include={"a"}) == {"a": {"a": 1, "b": 2}}
    assert jsonable_encoder([nested], exclude={"a"}) == [{"b": 3}]


def test_keys_of_sqlalchemy_stay_where_that_is_asked_for() -> None:
    """The hiding of its internals can be turned off."""
    assert jsonable_encoder({"_sa_x": 1}, sqlalchemy_safe=False) == {"_sa_x": 1}


def test_encoder_can_be_added_for_a_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is public, and read at each call."""
    monkeypatch.setitem(ENCODERS_BY_TYPE, complex, str)
    assert jsonable_encoder([1j]) == ["1j"]


def test_object_without_attributes_is_refused() -> None:
    """The exception tells both things that were tried."""
    with pytest.raises(ValueError, match=r"\[TypeError\(.*\), TypeError\(.*\)\]"):
        jsonable_encoder(object())


def test_traceback_leads_into_the_object_that_raised() -> None:
    """What its iteration raised is in the chain that the log shows."""

    class Broken:
        __slots__ = ()

        def __iter__(self) -> None:
            raise LookupError("inside")

    with pytest.raises(ValueError, match="inside") as caught:
        jsonable_encoder(Broken())
    cause = caught.value.__cause__
    assert isinstance(cause, TypeError)
    assert isinstance(cause.__context__, LookupError)
    assert cause.__context__.__traceback__ is not None
