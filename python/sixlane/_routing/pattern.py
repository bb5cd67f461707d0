"""What a path declares, without the cost of a regular expression for each."""

from collections.abc import Callable
from typing import Any

from starlette.convertors import CONVERTOR_TYPES, Convertor
from starlette.routing import PARAM_REGEX

from sixlane._compile.checks import Site
from sixlane.exceptions import DeclarationValueError


def parse_pattern(path: str, endpoint: Callable[..., Any]) -> tuple[str, dict[str, Convertor[Any]]]:
    """Split a path into its format, "{name}" for each parameter, and the parameters' convertors.

    Args:
        path: The path.
        endpoint: Its handler, for errors.

    Raises:
        DeclarationAssertionError: A convertor nobody has registered.
        DeclarationValueError: A parameter named twice.
    """
    if "{" not in path:
        return path, {}
    convertors: dict[str, Convertor[Any]] = {}
    path_format, end = "", 0
    for match in PARAM_REGEX.finditer(path):
        name, kind = match.groups("str")
        kind = kind.lstrip(":")
        if kind not in CONVERTOR_TYPES:
            raise Site(endpoint, path).error(
                f"Unknown path convertor {kind!r}",
                f"use one of {', '.join(CONVERTOR_TYPES)}, or register it before with "
                "starlette.convertors.register_url_convertor",
            )
        if name in convertors:
            raise Site(endpoint, path).error(
                f"Duplicated param name {name} at path {path}",
                "give each parameter of the path a name of its own, prefixes included",
                DeclarationValueError,
            )
        convertors[name] = CONVERTOR_TYPES[kind]
        path_format += f"{path[end : match.start()]}{{{name}}}"
        end = match.end()
    return path_format + path[end:], convertors
