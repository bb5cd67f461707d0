"""Chapter "JSON Compatible Encoder"."""

from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, SecretStr

from sixlane.encoders import jsonable_encoder


class Color(Enum):
    """An enum."""

    RED = "red"


class Item(BaseModel):
    """A model."""

    name: str
    size: int | None = None
    at: datetime | None = Field(None, alias="when")


@dataclass
class Point:
    """A dataclass."""

    x: int
    y: Color = Color.RED


class Attributes:
    """An object that is nothing in particular."""

    def __init__(self) -> None:
        self.a = 1


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (None, None),
        (1.5, 1.5),
        ("text", "text"),
        (Color.RED, "red"),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "2024-01-02T03:04:05+00:00"),  # noqa: UP017
        (date(2024, 1, 2), "2024-01-02"),
        (time(1, 2), "01:02:00"),
        (timedelta(minutes=1, milliseconds=500), 60.5),
        (Decimal(3), 3),
        (Decimal("1.5"), 1.5),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"bytes", "bytes"),
        (PurePosixPath("a/b"), "a/b"),
        (IPv4Address("127.0.0.1"), "127.0.0.1"),
        (SecretStr("hidden"), "**********"),
        ((1, (2,)), [1, [2]]),
        ({1}, [1]),
        (frozenset({1}), [1]),
        (deque([1, 2]), [1, 2]),
        ({1: Color.RED, "a": [date(2024, 1, 2)]}, {1: "red", "a": ["2024-01-02"]}),
        (Point(1), {"x": 1, "y": "red"}),
        (Item(name="a"), {"name": "a", "size": None, "when": None}),
        ({"items": [Item(name="a", size=1)]}, {"items": [{"name": "a", "size": 1, "when": None}]}),
        (Attributes(), {"a": 1}),
    ],
)
def test_value_becomes_what_json_can_hold(value: object, encoded: object) -> None:
    """Models, dataclasses, enums, dates and so on become dictionaries, lists and scalars."""
    assert jsonable_encoder(value) == encoded


@pytest.mark.parametrize(
    ("options", "encoded"),
    [
        ({"exclude_none": True}, {"name": "a"}),
        ({"exclude_unset": True}, {"name": "a"}),
        ({"exclude_defaults": True}, {"name": "a"}),
        ({"include": {"name"}}, {"name": "a"}),
        ({"exclude": {"name"}}, {"size": None, "when": None}),
        ({"by_alias": False}, {"name": "a", "size": None, "at": None}),
        ({"custom_encoder": {Item: str}}, "name='a' size=None at=None"),
    ],
)
def test_options_choose_what_is_kept(options: dict[str, Any], encoded: object) -> None:
    """They mean what they mean for a response model."""
    assert jsonable_encoder(Item(name="a"), **options) == encoded


def test_what_cannot_be_encoded_is_refused() -> None:
    """An object without attributes is no JSON."""
    with pytest.raises(ValueError, match="not iterable"):
        jsonable_encoder(object())
