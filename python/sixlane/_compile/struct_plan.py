"""msgspec types in plans: decoded and encoded in one pass each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from sixlane._compile.struct import StructValidator


def struct_decoder(validator: StructValidator) -> Callable[[bytes], Any]:
    """The function from a body's bytes to its value; it raises whatever does not fit."""
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(validator.type).decode
    return decode


def struct_encoder(validator: StructValidator) -> Callable[[Any], bytes]:
    """The function from a handler's value to JSON; it declines values of another type."""
    return partial(_encode, validator.type, msgspec.json.Encoder().encode)


def _encode(expected: Any, encode: Callable[[Any], bytes], value: Any) -> bytes:
    if type(value) is not expected:
        raise TypeError(expected)
    return encode(value)
