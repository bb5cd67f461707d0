"""The names under which the document keeps the schemas of models."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

from pydantic import json_schema
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import DefsRef, GenerateJsonSchema, JsonRef

_ROUNDS = 100
"""More than any nesting of models needs; Pydantic stops there too."""

# Neither has a public name; another version of Pydantic chooses by itself.
_Remapping: Any = getattr(json_schema, "_DefinitionsRemapping", None)
_CHOICES = "_prioritized_defsref_choices"

Schemas = dict[DefsRef, dict[str, Any]]


class NamingGenerator(GenerateJsonSchema):
    """Pydantic's generator of JSON Schemas, which chooses the names of definitions faster."""

    def _build_definitions_remapping(self) -> Any:
        choices = getattr(self, _CHOICES, None)
        if _Remapping is None or choices is None:
            return super()._build_definitions_remapping()
        return choose_names(choices, self.ref_template, self.definitions)


def choose_names(
    choices: Mapping[DefsRef, list[DefsRef]], ref_template: str, definitions: Schemas
) -> Any:
    """Choose the shortest name of each definition that no other schema lays claim to.

    Does what Pydantic's generator does, which makes each schema hashable for each name that it may
    have: a third of the time of a large document. Here the few that claim a name are compared.

    Args:
        choices: What a definition may be named, the shortest first.
        ref_template: How a reference to a name is written.
        definitions: The schemas, by their longest names; they are left as they are.

    Raises:
        pydantic.errors.PydanticInvalidForJsonSchema: There is no end to it.
    """
    renamed = deepcopy(definitions)
    before: Any = {"$defs": renamed}
    for _ in range(_ROUNDS):
        remapping = _choose_once(choices, ref_template, renamed)
        # Renames within the schemas too: what refers to equal ones may be equal now.
        after = remapping.remap_json_schema({"$defs": renamed})
        if before == after:
            return remapping
        before = after
    raise PydanticInvalidForJsonSchema("the names of the definitions do not settle")


def _choose_once(
    choices: Mapping[DefsRef, list[DefsRef]], ref_template: str, definitions: Schemas
) -> Any:
    claims: dict[DefsRef, list[dict[str, Any]]] = {}
    for longest, schema in definitions.items():
        for name in choices[longest]:
            claimed = claims.setdefault(name, [])
            if schema not in claimed:
                claimed.append(schema)
    names: dict[DefsRef, DefsRef] = {}
    references: dict[JsonRef, JsonRef] = {}
    for longest in definitions:
        possible = choices[longest]
        place = next(place for place, name in enumerate(possible) if len(claims[name]) == 1)
        names[longest] = possible[place]
        reference = _refer(ref_template, possible[place])
        for longer in possible[place:]:
            references[_refer(ref_template, longer)] = reference
    return _Remapping(names, references)


def _refer(ref_template: str, name: DefsRef) -> JsonRef:
    return cast("JsonRef", ref_template.format(model=name))
