"""Values of parameters, out of the raw parts of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import PydanticUndefined
from starlette.datastructures import Headers, ImmutableMultiDict

from sixlane._compile.field import Field, missing_error
from sixlane._compile.group import Alias, GroupMember, ParameterGroup
from sixlane._compile.protocol import ErrorList, Location

Values = dict[str, Any]


def read_parameters(
    fields: Iterable[Field], source: Mapping[str, Any], values: Values, errors: ErrorList
) -> None:
    """Read and validate the parameters of one location.

    Args:
        fields: The parameters.
        source: The request's path parameters, query parameters, headers or cookies.
        values: What is valid goes here, by parameter name.
        errors: What is wrong with the others goes here.
    """
    for field in fields:
        group = field.group
        if group is not None:
            value, found = _read_group(field, group, source)
        else:
            alias = choose_alias(field.aliases, source)[1]
            raw = read_one(source, alias, is_sequence=field.is_sequence, takes_all=field.takes_all)
            value, found = field.validate_at(raw, (field.location, alias))
        if found:
            errors.extend(found)
        else:
            values[field.name] = value


def read_body(
    fields: list[Field], body: Any, *, embed: bool, values: Values, errors: ErrorList
) -> None:
    """Validate the body parameters of one handler or dependency.

    Args:
        fields: The parameters, at least one.
        body: The body: decoded JSON, bytes if it was not JSON, or undefined if there is none.
        embed: Whether they are members of an object, for any parameter of the route.
        values: What is valid goes here, by parameter name.
        errors: What is wrong with the others goes here.
    """
    embed = embed or len(fields) > 1 or bool(getattr(fields[0].info, "embed", None))
    for field in fields:
        location: Location = ("body",)
        value = body
        if embed:
            location, value = _find_member(field, body)
            if value is _NO_OBJECT:
                errors.append(missing_error(location))
                continue
        result, found = field.validate_at(value, location)
        if found:
            errors.extend(found)
        if not found or not embed:
            # A whole body that is refused is None to tools that look at the values, as in FastAPI.
            values[field.name] = result


_NO_OBJECT = object()
"""What a member of a body that is no JSON object is; not even its default applies."""


def _find_member(field: Field, body: Any) -> tuple[Location, Any]:
    first: Location = ("body", field.aliases[0][0])
    if body is PydanticUndefined or isinstance(body, bytes):
        return first, PydanticUndefined
    if not isinstance(body, dict):
        return first, _NO_OBJECT
    for alias, _ in field.aliases:
        if alias in body:
            return ("body", alias), body[alias]
    return first, PydanticUndefined


def choose_alias(
    aliases: tuple[tuple[str, str], ...], source: Mapping[str, Any]
) -> tuple[str, str]:
    """Return the first name that the request has, else the preferred one."""
    if len(aliases) > 1:
        for pair in aliases:
            if pair[1] in source:
                return pair
    return aliases[0]


def _candidates(
    aliases: tuple[Alias, ...], source: Mapping[str, Any], *, first_only: bool
) -> Sequence[Alias]:
    """Return the names that the request has; the preferred one where it has none.

    Args:
        aliases: The names of a field.
        source: All values of the location.
        first_only: Whether an empty value counts, so that no other name is tried after it.
    """
    if first_only or len(aliases) == 1:
        return (choose_alias(aliases, source),)
    return [pair for pair in aliases if pair[1] in source] or aliases[:1]


def read_one(source: Mapping[str, Any], alias: str, *, is_sequence: bool, takes_all: bool) -> Any:
    """Return the value, or all values, of a name; undefined where there is none."""
    if takes_all:
        value: Any = source.getlist(alias)  # type: ignore[attr-defined]
    else:
        value = source.get(alias)
    if value is None or (is_sequence and len(value) == 0):
        return PydanticUndefined
    return value


def _read_group(
    field: Field, group: ParameterGroup, source: Mapping[str, Any]
) -> tuple[Any, ErrorList]:
    """Validate a parameter model on all values of its location."""
    value: Any
    value, renamed = collect_group(group, source)
    if group.optional and not is_supplied(group.own_names, source, group.takes_extra and value):
        value = PydanticUndefined
    result, errors = field.validate_at(value, (field.location,))
    if errors and renamed and group.names_errors_by_alias:
        _name_by_header(errors, renamed)
    return result, errors


def collect_group(
    group: ParameterGroup,
    source: Mapping[str, Any],
    clean: Callable[[Any], Any] | None = None,
) -> tuple[Values, dict[str, str]]:
    """Take what belongs to a parameter model out of its location.

    Args:
        group: The model.
        source: All values of the location.
        clean: Makes undefined of a value that counts as none; None where all count.

    Returns:
        The values by the names validation knows, those that nobody declared included; and field
        names whose name on the wire is another.
    """
    collected, seen, renamed = _collect_members(group, source, clean)
    collected.update(_collect_extra(source, seen))
    return collected, renamed


def _collect_members(
    group: ParameterGroup, source: Mapping[str, Any], clean: Callable[[Any], Any] | None
) -> tuple[Values, set[str], dict[str, str]]:
    """Read the fields of a parameter model.

    Returns:
        The values found, by the names validation knows; the names on the wire that are dealt with;
        and field names whose name on the wire is another.
    """
    is_header = isinstance(source, Headers)
    is_multiple = isinstance(source, ImmutableMultiDict | Headers)
    collected: Values = {}
    seen: set[str] = set()
    renamed: dict[str, str] = {}
    for member in group.members:
        takes_all = is_multiple and member.is_sequence and not member.is_json
        for pair in _candidates(member.aliases, source, first_only=clean is None):
            alias, wire = pair
            value = read_one(source, wire, is_sequence=member.is_sequence, takes_all=takes_all)
            value = value if clean is None else clean(value)
            seen.add(wire)
            if value is not PydanticUndefined:
                break
        if value is not PydanticUndefined:
            collected[alias] = value
        if not is_header:
            continue
        seen.update(_header_names(member, wire))
        if alias != wire:
            renamed[member.name] = wire
    return collected, seen, renamed


def _header_names(member: GroupMember, wire: str) -> Iterator[str]:
    """List the header names that a member keeps from being extra values.

    A name with underscores that is to be converted is one of them: it must not come in unconverted.
    """
    yield wire.lower()
    for alias, own_wire in member.aliases:
        if alias != own_wire:
            yield alias.lower()


def is_supplied(names: Iterable[str], source: Mapping[str, Any], takes: object) -> bool:
    """Tell whether a request has anything for an optional parameter model.

    Args:
        names: Every name that belongs to it.
        source: All values of the location.
        takes: Whether there are values that the model takes without having declared them.
    """
    return bool(takes) or any(name in source for name in names)


def _collect_extra(source: Mapping[str, Any], seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Go through the values whose names nobody declared, repeated ones as a list."""
    if not isinstance(source, ImmutableMultiDict | Headers):
        yield from ((name, source[name]) for name in source if name not in seen)
        return
    items = source.items() if isinstance(source, Headers) else source.multi_items()
    grouped: dict[str, list[Any]] = {}
    for name, value in items:
        if name not in seen:
            grouped.setdefault(name, []).append(value)
    for name, found in grouped.items():
        yield name, found[0] if len(found) == 1 else found


def _name_by_header(errors: ErrorList, renamed: dict[str, str]) -> None:
    """Name the header in errors about a field, rather than the field."""
    for error in errors:
        location = error["loc"]
        if len(location) > 1 and location[1] in renamed:
            error["loc"] = (location[0], renamed[location[1]], *location[2:])
