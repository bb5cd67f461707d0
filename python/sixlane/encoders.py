"""Any object as what `json.dumps` takes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
)
from pathlib import Path, PurePath
from re import Pattern
from types import GeneratorType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel
from pydantic.networks import AnyUrl, NameEmail
from pydantic.types import SecretBytes, SecretStr
from pydantic_core import PydanticUndefinedType, Url

from sixlane._reexports import reexported_names
from sixlane.exceptions import PydanticV1NotSupportedError
from sixlane.types import IncEx

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = ["ENCODERS_BY_TYPE", "jsonable_encoder"]

Encoder = Callable[[Any], Any]


def isoformat(o: dt.date | dt.time) -> str:
    """Write a date, a time or both in ISO 8601."""
    return o.isoformat()


def decimal_encoder(dec_value: Decimal) -> int | float:
    """Turn a whole decimal into an int, any other into a float, which may lose digits."""
    exponent = dec_value.as_tuple().exponent
    return int(dec_value) if isinstance(exponent, int) and exponent >= 0 else float(dec_value)


ENCODERS_BY_TYPE: dict[type[Any], Encoder] = {
    bytes: lambda value: value.decode(),
    dt.date: isoformat,
    dt.datetime: isoformat,
    dt.time: isoformat,
    dt.timedelta: lambda value: value.total_seconds(),
    Decimal: decimal_encoder,
    Enum: lambda value: value.value,
    frozenset: list,
    deque: list,
    GeneratorType: list,
    IPv4Address: str,
    IPv4Interface: str,
    IPv4Network: str,
    IPv6Address: str,
    IPv6Interface: str,
    IPv6Network: str,
    NameEmail: str,
    Path: str,
    Pattern: lambda value: value.pattern,
    SecretBytes: str,
    SecretStr: str,
    set: list,
    UUID: str,
    Url: str,
    AnyUrl: str,
}
"""How to write a value of a type; may be added to."""

_PLAIN = (str, int, float, type(None))
_PLAIN_EXACTLY = frozenset({str, int, float, bool, type(None)})
_LISTS = (list, set, frozenset, GeneratorType, tuple, deque)


def generate_encoders_by_class_tuples(
    type_encoder_map: Mapping[Any, Encoder],
) -> dict[Encoder, tuple[Any, ...]]:
    """Turn a map of types to encoders around: encoder to all its types."""
    grouped: dict[Encoder, tuple[Any, ...]] = defaultdict(tuple)
    for encoded_type, encoder in type_encoder_map.items():
        grouped[encoder] += (encoded_type,)
    return grouped


encoders_by_class_tuples: dict[Encoder, tuple[Any, ...]] = generate_encoders_by_class_tuples(
    ENCODERS_BY_TYPE
)
"""For subclasses of the types above."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Options:
    """The options of `jsonable_encoder` that hold for nested values too."""

    by_alias: bool = True
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    custom_encoder: Mapping[Any, Encoder] = dataclasses.field(default_factory=dict)
    sqlalchemy_safe: bool = True


def jsonable_encoder(
    obj: Any,
    include: IncEx | None = None,
    exclude: IncEx | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    custom_encoder: dict[Any, Encoder] | None = None,
    sqlalchemy_safe: bool = True,
) -> Any:
    """Turn any object into dictionaries, lists, strings, numbers, booleans and None.

    Args:
        obj: A Pydantic model, a dataclass, a `msgspec.Struct`, an enum, a container of them, one of
            `ENCODERS_BY_TYPE`, or anything that `dict()` or `vars()` takes.
        include: Fields or keys of the outermost object to keep; of each item if it is a list.
        exclude: Fields or keys of it to drop.
        by_alias: Write the aliases of models' fields.
        exclude_unset: Drop models' fields that nobody set.
        exclude_defaults: Drop models' fields that equal their default.
        exclude_none: Drop what is None.
        custom_encoder: Type to encoder, going before all others.
        sqlalchemy_safe: Drop keys that begin with "_sa", which SQLAlchemy adds to its objects.

    Raises:
        ValueError: The object is nothing of all that; its arguments are what went wrong.
    """
    options = _Options(
        by_alias,
        exclude_unset,
        exclude_defaults,
        exclude_none,
        custom_encoder or {},
        sqlalchemy_safe,
    )
    return _encode(obj, options, _as_container(include), _as_container(exclude))


def _as_container(names: Any) -> Any:
    return names if names is None or isinstance(names, set | dict) else set(names)


def _encode(obj: Any, options: _Options, include: Any = None, exclude: Any = None) -> Any:
    """Encode any object; a level of nesting costs one frame, as with FastAPI.

    Hence loops and not comprehensions, which are frames of their own before Python 3.12.
    """
    encoded = _encode_single(obj, options, include, exclude)
    if encoded is not _CONTAINER:
        return encoded
    if isinstance(obj, dict):
        entries = {}
        for key, value in obj.items():
            if _is_kept(key, value, options, include, exclude):
                entries[_encode(key, options)] = _encode(value, options)
        return entries
    items = []
    for item in obj:
        items.append(_encode(item, options, include, exclude))  # noqa: PERF401
    return items


_CONTAINER = object()
"""Stands for an object that has to be encoded item by item."""


def _encode_single(obj: Any, options: _Options, include: Any, exclude: Any) -> Any:
    if options.custom_encoder:
        encoder = _find_encoder(obj, options.custom_encoder)
        if encoder is not None:
            return encoder(obj)
    if type(obj) in _PLAIN_EXACTLY:
        return obj
    if isinstance(obj, BaseModel):
        return _encode_model(obj, options, include, exclude)
    if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
        return _encode(dataclasses.asdict(obj), options, include, exclude)
    if isinstance(obj, Enum | PurePath):
        return obj.value if isinstance(obj, Enum) else str(obj)
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (dict, *_LISTS)):
        return _CONTAINER
    return _encode_other(obj, options, include, exclude)


def _find_encoder(obj: Any, encoders: Mapping[Any, Encoder]) -> Encoder | None:
    if type(obj) in encoders:
        return encoders[type(obj)]
    return next(
        (encoder for each_type, encoder in encoders.items() if isinstance(obj, each_type)), None
    )


def _encode_model(obj: BaseModel, options: _Options, include: Any, exclude: Any) -> Any:
    dumped = obj.model_dump(
        mode="json",
        include=include,
        exclude=exclude,
        by_alias=options.by_alias,
        exclude_unset=options.exclude_unset,
        exclude_none=options.exclude_none,
        exclude_defaults=options.exclude_defaults,
    )
    # What the model wrote is final: neither names nor values are encoded once more.
    inner = dataclasses.replace(options, by_alias=True, exclude_unset=False, custom_encoder={})
    return _encode(dumped, inner)


def _is_kept(key: Any, value: Any, options: _Options, include: Any, exclude: Any) -> bool:
    return (
        (include is None or key in include)
        and (exclude is None or key not in exclude)
        and (value is not None or not options.exclude_none)
        and not (options.sqlalchemy_safe and isinstance(key, str) and key.startswith("_sa"))
    )


def _encode_other(obj: Any, options: _Options, include: Any, exclude: Any) -> Any:
    """Encode what is neither a model nor a builtin: by its class, else by its attributes."""
    if isinstance(obj, PydanticUndefinedType):
        return None
    encoder = ENCODERS_BY_TYPE.get(type(obj)) or _find_inherited(obj)
    if encoder is not None:
        return encoder(obj)
    return _encode(_read_attributes(obj, options), options, include, exclude)


def _find_inherited(obj: Any) -> Encoder | None:
    for encoder, types in encoders_by_class_tuples.items():
        if isinstance(obj, types):
            return encoder
    return str if _is_color(type(obj)) else None


def _is_color(cls: type[Any]) -> bool:
    """Tell whether a class is Pydantic's color, which nobody imports without need of it."""
    modules = ("pydantic.color", "pydantic_extra_types.color")
    return any(base.__name__ == "Color" and base.__module__ in modules for base in cls.__mro__)


def _read_attributes(obj: Any, options: _Options) -> Any:
    _refuse_pydantic_v1(obj)
    msgspec = sys.modules.get("msgspec")
    if msgspec is not None and isinstance(obj, msgspec.Struct):
        return msgspec.to_builtins(obj, enc_hook=lambda inner: _encode(inner, options))
    try:
        return dict(obj)
    except Exception as first:  # noqa: BLE001 - an object may raise anything when it is iterated
        try:
            return vars(obj)
        except Exception as second:
            # Inside the first one's block, so that the traceback shows where the object raised.
            raise ValueError([first, second]) from second


def _refuse_pydantic_v1(obj: Any) -> None:
    legacy = sys.modules.get("pydantic.v1")
    if legacy is not None and isinstance(obj, legacy.BaseModel):
        message = f"pydantic.v1 models are no longer supported; please update the model {obj!r}"
        raise PydanticV1NotSupportedError(message)
