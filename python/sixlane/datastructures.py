"""The values handlers meet, and the marker for options nobody chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from starlette.datastructures import (
    URL,
    Address,
    FormData,
    Headers,
    QueryParams,
    State,
)
from starlette.datastructures import UploadFile as StarletteUploadFile

from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import core_schema
else:
    core_schema = lazy_module("pydantic_core.core_schema")
    __getattr__ = reexported_names(__name__)

__all__ = [
    "URL",
    "Address",
    "Default",
    "DefaultPlaceholder",
    "FormData",
    "Headers",
    "QueryParams",
    "State",
    "UploadFile",
]

T = TypeVar("T")


class UploadFile(StarletteUploadFile):
    """A file of a multipart form, spooled to disk beyond one part's memory limit.

    `read`, `write`, `seek` and `close` are coroutines; a `def` handler uses `.file` instead.
    """

    @classmethod
    def _validate(cls, value: Any, _info: Any) -> UploadFile:
        if not isinstance(value, StarletteUploadFile):
            message = f"Expected UploadFile, received: {type(value)}"
            raise ValueError(message)
        return cast("UploadFile", value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: Mapping[str, Any], handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "contentMediaType": "application/octet-stream"}

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: Callable[[Any], Mapping[str, Any]]
    ) -> Any:
        return core_schema.with_info_plain_validator_function(cls._validate)


class DefaultPlaceholder:
    """An option's default, told apart from the same value chosen by somebody."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: Any = value

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultPlaceholder) and other.value == self.value

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Default({self.value!r})"


def Default(value: T) -> T:  # noqa: N802
    """Mark a value as a default nobody chose; typed as the value so that it can stand for it."""
    return cast("T", DefaultPlaceholder(value))
