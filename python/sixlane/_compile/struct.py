"""Types of msgspec: validated by it, with its errors in the form of a 422 answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from sixlane._compile.protocol import ErrorList, Location, SerializeOptions
from sixlane._compile.struct_error import Rejection, describe_error
from sixlane.encoders import jsonable_encoder


class StructValidator:
    """Validation by msgspec, for `Struct` classes and containers of them.

    Attributes:
        type: The type with its constraints, as msgspec's decoders take it.
    """

    __slots__ = ("type",)

    def __init__(self, annotation: Any, metadata: Sequence[Any]) -> None:
        constraints = [item for item in metadata if isinstance(item, msgspec.Meta)]
        self.type: Any = Annotated[(annotation, *constraints)] if constraints else annotation
        # A decoder is built for its errors alone: msgspec refuses here what it cannot decode.
        msgspec.json.Decoder(self.type)

    def validate(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        try:
            return self._convert(value), []
        except msgspec.ValidationError as exc:
            rejection = Rejection(str(exc), value, self._find_problem)
            return None, [describe_error(rejection, location)]

    def dump_python(self, value: Any, options: SerializeOptions) -> Any:
        return _filter(msgspec.to_builtins(value), options)

    def dump_json(self, value: Any, options: SerializeOptions) -> bytes:
        if _keeps_all(options):
            return msgspec.json.encode(value)
        return msgspec.json.encode(self.dump_python(value, options))

    def _convert(self, value: Any) -> Any:
        # The keys of a JSON object are texts, whatever a mapping's keys are to become.
        return msgspec.convert(value, self.type, from_attributes=True, str_keys=True)

    def _find_problem(self, value: Any) -> str | None:
        try:
            self._convert(value)
        except msgspec.ValidationError as exc:
            return str(exc)
        return None


def _keeps_all(options: SerializeOptions) -> bool:
    return (
        options.get("include") is None
        and options.get("exclude") is None
        and not options.get("exclude_none")
    )


def _filter(value: Any, options: SerializeOptions) -> Any:
    if _keeps_all(options):
        return value
    return jsonable_encoder(
        value,
        include=options.get("include"),
        exclude=options.get("exclude"),
        exclude_none=options.get("exclude_none", False),
    )
