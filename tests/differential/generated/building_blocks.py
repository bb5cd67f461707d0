"""What the source text of a generated application refers to."""

import asyncio
import dataclasses
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from starlette.responses import JSONResponse, PlainTextResponse
from typing_extensions import TypedDict


class Color(StrEnum):
    """Choices by text."""

    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    """Choices by number."""

    LOW = 1
    HIGH = 10


class Count(int):
    """A number that is not exactly an `int`."""


class Turn:
    """Awaitable that lets the loop turn once."""

    def __await__(self) -> Any:
        yield


def describe(value: Any) -> str:
    """The value with the types of all its parts; sets in a fixed order, no addresses."""
    name = type(value).__name__
    if isinstance(value, dict):
        return f"{name}{{{', '.join(f'{describe(k)}: {describe(v)}' for k, v in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"{name}[{', '.join(map(describe, value))}]"
    if isinstance(value, set | frozenset):
        return f"{name}[{', '.join(sorted(map(describe, value)))}]"
    if isinstance(value, BaseModel):
        parts = {**vars(value), **(value.model_extra or {})}
        return f"{name}({describe(parts)}, set {sorted(value.model_fields_set)})"
    if isinstance(value, msgspec.Struct):
        return f"{name}({describe(msgspec.structs.asdict(value))})"
    if dataclasses.is_dataclass(value) or name.lower().startswith("dependency"):
        return f"{name}({describe(vars(value))})"
    return f"{name} {value!r}"


def nest(depth: int) -> Any:
    """A list in a list, so many times."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


NAMESPACE: dict[str, Any] = {
    block.__name__: block
    for block in (
        BaseModel, Color, Count, Decimal, JSONResponse, Level, PlainTextResponse, Turn, UUID,
        asyncio, date, datetime, describe, msgspec, nest, time, timedelta,
    )
} | {
    "Annotated": Annotated,
    "Any": Any,
    "ConfigDict": ConfigDict,
    "Field": Field,
    "Literal": Literal,
    "NotRequired": NotRequired,
    "StrictInt": StrictInt,
    "TypedDict": TypedDict,
    "dataclass": dataclasses.dataclass,
    "field": dataclasses.field,
    "inf": float("inf"),
    "nan": float("nan"),
}  # fmt: skip
"""Names by which source texts know them."""
