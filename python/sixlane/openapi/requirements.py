"""What a handler and its dependencies need of a request, in one list each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sixlane._compile.dependant import Dependant
from sixlane._compile.field import Field
from sixlane.types import DependencyCacheKey


@dataclass(frozen=True)
class ShownParameter:
    """A parameter of the document: a declared one, or a field of a parameter model.

    Attributes:
        field: The field whose schema is shown.
        location: "path", "query", "header" or "cookie".
        name: Name on the wire.
        alias: Name that validation knows, which the title is made of.
        required: Whether a request must have it.
    """

    field: Field
    location: str
    name: str
    alias: str
    required: bool


@dataclass
class Requirements:
    """Everything a path operation shows of its handler and its dependencies.

    Attributes:
        parameters: By location (path, query, header, cookie), then as declared, outer first. All
            those that are validated are here.
        hidden: Those of them that the document leaves out.
        security_schemes: Name of a security scheme to its description.
        security: Name of a security scheme to the scopes needed.
    """

    parameters: list[ShownParameter] = field(default_factory=list)
    hidden: list[ShownParameter] = field(default_factory=list)
    security_schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    security: dict[str, list[str]] = field(default_factory=dict)


def collect_requirements(handler: Dependant) -> Requirements:
    """Go through a handler's dependencies, each use that shares a result once."""
    requirements = Requirements()
    dependants = _distinct_dependants(handler)
    declared = [
        *(each for dependant in dependants for each in dependant.path_params),
        *(each for dependant in dependants for each in dependant.query_params),
        *(each for dependant in dependants for each in dependant.header_params),
        *(each for dependant in dependants for each in dependant.cookie_params),
    ]
    for parameter in declared:
        shown = _shown_parameters(parameter)
        visible = getattr(parameter.info, "include_in_schema", True)
        (requirements.parameters if visible else requirements.hidden).extend(shown)
    for dependant in dependants[1:]:
        _add_security(requirements, dependant)
    return requirements


def _distinct_dependants(handler: Dependant) -> list[Dependant]:
    distinct: dict[DependencyCacheKey, Dependant] = {}
    waiting = [handler]
    while waiting:
        dependant = waiting.pop()
        if dependant.cache_key not in distinct:
            distinct[dependant.cache_key] = dependant
            waiting.extend(reversed(dependant.dependencies))
    return list(distinct.values())


def _shown_parameters(parameter: Field) -> list[ShownParameter]:
    group = parameter.group
    if group is None:
        alias, name = parameter.aliases[0]
        return [ShownParameter(parameter, parameter.location, name, alias, parameter.required)]
    always_needed = parameter.required or not group.optional
    shown = []
    for member, compiled in zip(parameter.members, group.members, strict=True):
        alias, name = compiled.aliases[0]
        required = member.required and always_needed
        shown.append(ShownParameter(member, parameter.location, name, alias, required))
    return shown


def _add_security(requirements: Requirements, dependant: Dependant) -> None:
    scheme = dependant.security_scheme
    if scheme is None:
        return
    requirements.security_schemes[scheme.scheme_name] = scheme.definition()
    scopes = requirements.security.setdefault(scheme.scheme_name, [])
    scopes.extend(scope for scope in dependant.security_scopes if scope not in scopes)
