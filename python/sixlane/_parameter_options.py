"""The keyword options of `Query`, `Path`, `Header`, `Cookie`, `Body`, `Form` and `File`, once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from sixlane.datastructures import Default

if TYPE_CHECKING:
    from pydantic import AliasChoices, AliasPath, Discriminator
    from typing_extensions import deprecated as deprecated_marker


class ParameterOptions(TypedDict, total=False):
    """What every parameter accepts after its default.

    Attributes:
        default_factory: Called without arguments for the default, once per request.
        alias: Name on the wire, and in the OpenAPI document, instead of the Python name.
        alias_priority: 1 or 2: whether an alias generator of a model may replace the alias.
        validation_alias: Name on the wire alone; `AliasChoices` for several, the first that is
            there counting.
        serialization_alias: Name where the value is written.
        title: Title in the document; made from the name if absent.
        description: Text in the document.
        gt: The value must be greater.
        ge: The value must be greater or equal.
        lt: The value must be less.
        le: The value must be less or equal.
        min_length: Fewest characters, bytes or items.
        max_length: Most characters, bytes or items.
        pattern: Regular expression that must be found in the text; anchor it with "^" and "$".
        regex: Deprecated name of `pattern`.
        discriminator: Field whose value tells the members of a union apart.
        strict: Refuse what would have to be converted, such as the text "1" for an integer.
        validate_default: Validate the default too.
        union_mode: "smart" picks the member of a union that fits best, "left_to_right" the first.
        fail_fast: Stop at the first wrong item of a sequence.
        multiple_of: The value must be a multiple.
        allow_inf_nan: Accept infinity and not-a-number.
        max_digits: Most digits of a decimal.
        decimal_places: Most digits of a decimal after the point.
        examples: Examples for the JSON schema.
        example: Deprecated name of a single one of `examples`.
        openapi_examples: Examples for the document, named, each with "summary", "description" and
            "value" or "externalValue".
        deprecated: Marks the parameter as deprecated in the document.
        include_in_schema: Whether the document shows the parameter.
        json_schema_extra: Merged into the JSON schema, or a function that changes it in place.
    """

    default_factory: Callable[[], Any] | None
    alias: str | None
    alias_priority: int | None
    validation_alias: str | AliasPath | AliasChoices | None
    serialization_alias: str | None
    title: str | None
    description: str | None
    gt: float | None
    ge: float | None
    lt: float | None
    le: float | None
    min_length: int | None
    max_length: int | None
    pattern: str | re.Pattern[str] | None
    regex: str | None
    discriminator: str | Discriminator | None
    strict: bool | None
    validate_default: bool | None
    union_mode: Literal["smart", "left_to_right"] | None
    fail_fast: bool | None
    multiple_of: float | None
    allow_inf_nan: bool | None
    max_digits: int | None
    decimal_places: int | None
    examples: list[Any] | None
    example: Any
    openapi_examples: dict[str, Any] | None
    deprecated: deprecated_marker | str | bool | None
    include_in_schema: bool
    json_schema_extra: dict[str, Any] | Callable[[dict[str, Any]], None] | None


PARAMETER_DEFAULTS: Final[dict[str, Any]] = {
    **dict.fromkeys(("annotation", "gt", "ge", "lt", "le", "min_length", "max_length")),
    **dict.fromkeys(("pattern", "regex", "openapi_examples", "embed")),
    "include_in_schema": True,
    "convert_underscores": True,
}
"""The options that have a default; `UNSET` stands for the others, for which None means None."""

UNSET: Final[Any] = Default(None)
"""What an option is that nobody gives."""


class HeaderOptions(ParameterOptions, total=False):
    """What `Header` accepts.

    Attributes:
        convert_underscores: Read `x_token` from the header "x-token". A header spelled with the
            underscore is then not read: proxies may let it past what they check.
    """

    convert_underscores: bool


class FormOptions(ParameterOptions, total=False):
    """What `Form` and `File` accept.

    Attributes:
        media_type: Media type of the body in the document.
    """

    media_type: str


class BodyOptions(FormOptions, total=False):
    """What `Body` accepts.

    Attributes:
        embed: Expect the value under its name in a JSON object, even if it is the only one.
    """

    embed: bool | None
