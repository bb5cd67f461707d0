"""Parameter models: a Pydantic model whose fields are parameters of one kind."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass
from typing import Any, cast

from pydantic import AliasChoices, AliasPath, BaseModel, Json
from pydantic.fields import FieldInfo

from sixlane import params
from sixlane._compile.annotation import is_sequence, is_subclass

Alias = tuple[str, str]
"""A name as validation knows it, and the same as it is on the wire."""


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One field of a parameter model.

    Attributes:
        name: Name of the field in the model.
        info: The model's field.
        config: Configuration that applies to the field; None where its type has its own.
        aliases: Its names, the preferred one first.
        is_sequence: Whether all values of its name are wanted.
        is_json: Whether the value is JSON in one text.
    """

    name: str
    info: FieldInfo
    config: Any
    aliases: tuple[Alias, ...]
    is_sequence: bool
    is_json: bool


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """A parameter model, taken apart.

    Attributes:
        model: The model.
        members: Its fields in order.
        own_names: Every name on the wire that belongs to it; lower case for headers.
        optional: Whether the whole model is left at its default where none of its names is there.
        takes_extra: Whether the model does anything about names it does not know.
        names_errors_by_alias: Whether errors name fields by alias rather than by field name.
    """

    model: type[BaseModel]
    members: tuple[GroupMember, ...]
    own_names: frozenset[str]
    optional: bool
    takes_extra: bool
    names_errors_by_alias: bool


def compile_group(model: type[BaseModel], info: FieldInfo) -> ParameterGroup:
    """Take a parameter model apart.

    Args:
        model: The model in the annotation.
        info: The declaration around it: a query, a header, a cookie or a form.
    """
    is_header = isinstance(info, params.Header)
    converts = is_header and cast("params.Header", info).convert_underscores
    members = tuple(
        _compile_member(name, field, model, is_header=is_header, converts=converts)
        for name, field in model.model_fields.items()
    )
    names = {wire for member in members for _, wire in member.aliases}
    config = model.model_config
    return ParameterGroup(
        model=model,
        members=members,
        own_names=frozenset(name.lower() for name in names) if is_header else frozenset(names),
        optional=info.annotation is not model,
        takes_extra=config.get("extra") in ("allow", "forbid"),
        names_errors_by_alias=config.get("loc_by_alias", True),
    )


def find_aliases(
    name: str, info: FieldInfo, config: Any = None, *, converts: bool = False
) -> tuple[Alias, ...]:
    """List the names under which a parameter may come, the preferred one first.

    Args:
        name: Python name.
        info: Its declaration.
        config: Configuration of the model it belongs to, if any.
        converts: Whether underscores of a name that is not an alias become hyphens.
    """
    declared = info.validation_alias
    alias = declared if isinstance(declared, str) and declared else (info.alias or name)
    single: Alias = (alias, _convert(alias) if converts and alias == name else alias)
    if isinstance(info, params.Path) or isinstance(declared, AliasPath):
        return (single,)
    aliases = [single]
    if isinstance(declared, AliasChoices):
        if any(isinstance(choice, AliasPath) for choice in declared.choices):
            return (single,)
        # Choices are literal names, so that their underscores stay in headers too.
        aliases = [(choice, choice) for choice in cast("list[str]", declared.choices)]
    return _add_field_name(aliases, name, config or {}, converts=converts)


def is_json(info: FieldInfo) -> bool:
    """Tell whether a parameter is `Json[...]`: one text with JSON in it."""
    return any(type(item) is Json for item in info.metadata)


def _add_field_name(
    aliases: list[Alias], name: str, config: dict[str, Any], *, converts: bool
) -> tuple[Alias, ...]:
    """Add the field's name where a model's configuration lets values come under it."""
    own: Alias = (name, _convert(name) if converts else name)
    if config.get("validate_by_alias") is False:
        return (own,)
    by_name = config.get("validate_by_name", config.get("populate_by_name", False))
    if by_name and all(alias != name for alias, _ in aliases):
        aliases.append(own)
    return tuple(aliases)


def _compile_member(
    name: str, info: FieldInfo, model: type[BaseModel], *, is_header: bool, converts: bool
) -> GroupMember:
    member_converts = is_header and getattr(info, "convert_underscores", converts)
    config = _member_config(model, info.annotation)
    return GroupMember(
        name=name,
        info=info,
        config=config,
        aliases=find_aliases(name, info, config, converts=member_converts),
        is_sequence=is_sequence(info.annotation),
        is_json=is_json(info),
    )


def _member_config(model: type[BaseModel], annotation: Any) -> Any:
    has_own = is_subclass(annotation, (BaseModel, dict)) or is_dataclass(annotation)
    return None if has_own else model.model_config


def _convert(name: str) -> str:
    return name.replace("_", "-")
