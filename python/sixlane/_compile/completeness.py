"""Types that are still not defined when everything has been declared."""

from __future__ import annotations

from collections.abc import Iterator

from sixlane._compile.checks import Site
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field
from sixlane._compile.route import CompiledRoute
from sixlane._compile.validator import PydanticValidator
from sixlane.exceptions import DeclarationError


def check_types_defined(compiled: CompiledRoute) -> None:
    """Refuse a path operation that names a type which does not exist.

    A name in an annotation may be defined below the handler, so that this is known only once the
    application has been declared as a whole. FastAPI serves such a route, wrongly.

    Raises:
        DeclarationError: A type is missing.
    """
    check_parameters_defined(compiled.dependant)
    site = Site(compiled.dependant.call, compiled.dependant.path)
    for answer in (compiled.response_field, compiled.item_field):
        if answer is not None:
            _check_defined(site, answer)


def check_parameters_defined(handler: Dependant) -> None:
    """Refuse a handler where a parameter, its own or a dependency's, names such a type.

    Raises:
        DeclarationError: A type is missing.
    """
    for dependant in walk_dependants(handler):
        for field in _parameters(dependant):
            _check_defined(Site(dependant.call, dependant.path, field.name), field)


def _parameters(dependant: Dependant) -> Iterator[Field]:
    yield from dependant.path_params
    yield from dependant.query_params
    yield from dependant.header_params
    yield from dependant.cookie_params
    yield from dependant.body_params


def _check_defined(site: Site, field: Field) -> None:
    if not isinstance(field.validator, PydanticValidator):
        return
    adapter = field.validator.adapter
    # A model whose members were defined after it is completed by this, a missing name is not.
    if adapter.pydantic_complete or adapter.rebuild(raise_errors=False):
        return
    raise site.error(
        f"the type {field.annotation!r} is not defined, or names one that is not",
        "define it above the handler, at the top level of the module, and spell it likewise",
        DeclarationError,
    )
