"""Unions of models as forms: each branch takes its own fields out of the whole form.

Which branch applies is Pydantic's decision, and validators of the user's may come before it. So the
branches are wrapped, and see the whole form as a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, Tag
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticUndefined, core_schema
from starlette.datastructures import UploadFile

from sixlane._compile.annotation import is_subclass, is_union
from sixlane._compile.empty import drop_empty
from sixlane._compile.group import GroupMember, ParameterGroup, compile_group


@dataclass(frozen=True, slots=True)
class FormUnion:
    """A union of models that a form is validated by.

    Attributes:
        branches: The models, taken apart.
        sequence_names: Names on the wire of which a branch wants all values, since its field is a
            sequence, or since it has no such field.
        optional: Whether the whole value is left at its default where none of its names is there.
        own_names: Every name on the wire that belongs to a branch.
        takes_extra: Whether a branch does anything about names it does not know.
        annotation: The type that validates the form as a dictionary, in which a name has a list of
            values where it came several times and a branch may want all of them.
    """

    branches: tuple[ParameterGroup, ...]
    sequence_names: frozenset[str]
    optional: bool
    own_names: frozenset[str]
    takes_extra: bool
    annotation: Any


def compile_form_union(info: FieldInfo) -> FormUnion | None:
    """Take a union of models apart; None where the type is something else.

    Args:
        info: The declaration of the parameter, with its type.
    """
    annotation = info.annotation
    if not is_union(annotation):
        return None
    members = list(_flatten(annotation))
    others = [member for member in members if member is not type(None)]
    models = [_model_of(member) for member in others]
    if len(models) < 2 or not all(models):
        return None
    branches = tuple(compile_group(cast("type[BaseModel]", model), info) for model in models)
    own_names = frozenset().union(*(branch.own_names for branch in branches))
    wrapped = [_wrap(member, branch) for member, branch in zip(others, branches, strict=True)]
    union = reduce(or_, [*wrapped, *([None] if type(None) in members else [])])
    return FormUnion(
        branches=branches,
        sequence_names=frozenset(
            wire
            for branch in branches
            for member in branch.members
            if member.is_sequence and not member.is_json
            for _, wire in member.aliases
        ).union(*(own_names - branch.own_names for branch in branches)),
        optional=type(None) in members,
        own_names=own_names,
        takes_extra=any(branch.takes_extra for branch in branches),
        annotation=union,
    )


def _flatten(annotation: Any) -> Iterator[Any]:
    for member in get_args(annotation):
        if is_union(member):
            yield from _flatten(member)
        else:
            yield member


def _model_of(member: Any) -> type[BaseModel] | None:
    plain = get_args(member)[0] if get_origin(member) is Annotated else member
    return plain if is_subclass(plain, BaseModel) else None


def _wrap(member: Any, branch: ParameterGroup) -> Any:
    metadata = get_args(member)[1:] if get_origin(member) is Annotated else ()
    # Errors name a branch as they name a model that nothing was wrapped around.
    tags = [each for each in metadata if isinstance(each, Tag)] or [Tag(branch.model.__name__)]
    others = [each for each in metadata if not isinstance(each, Tag)]
    return Annotated[(branch.model, *others, _Branch(branch), *tags)]


class _Branch:
    """Has a model of a union validated by its own fields of the form."""

    def __init__(self, group: ParameterGroup) -> None:
        self._group = group

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._take, handler(source))

    def _take(self, form: Any) -> Any:
        if not isinstance(form, dict):
            return form  # a default that is validated, or what a validator has made
        taken: dict[str, Any] = {}
        names: set[str] = set()
        for member in self._group.members:
            for alias, wire in member.aliases:
                if wire not in form:
                    continue
                names.add(wire)
                value = _as_member(member, form[wire])
                if value is not PydanticUndefined:
                    taken[alias] = value
                    break
        taken.update((name, value) for name, value in form.items() if name not in names)
        return taken


def _as_member(member: GroupMember, value: Any) -> Any:
    if member.is_sequence and not member.is_json:
        return drop_empty([value] if isinstance(value, str | UploadFile) else value)
    if isinstance(value, list) and value:
        value = value[-1]
    return drop_empty(value)
