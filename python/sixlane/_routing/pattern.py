"""What a path declares, without the cost of a regular expression for each."""

from typing import Any

from starlette.convertors import CONVERTOR_TYPES, Convertor
from starlette.routing import PARAM_REGEX


def parse_pattern(path: str) -> tuple[str, dict[str, Convertor[Any]]]:
    """Split a path into its format, "{name}" for each parameter, and the parameters' convertors.

    Raises:
        AssertionError: A convertor nobody has registered. The class is Starlette's.
        ValueError: A parameter named twice.
    """
    if "{" not in path:
        return path, {}
    convertors: dict[str, Convertor[Any]] = {}
    path_format, end = "", 0
    for match in PARAM_REGEX.finditer(path):
        name, kind = match.groups("str")
        kind = kind.lstrip(":")
        if kind not in CONVERTOR_TYPES:
            message = f"unknown path convertor {kind!r} at path {path}"
            raise AssertionError(message)
        if name in convertors:
            message = f"duplicated parameter name {name!r} at path {path}"
            raise ValueError(message)
        convertors[name] = CONVERTOR_TYPES[kind]
        path_format += f"{path[end : match.start()]}{{{name}}}"
        end = match.end()
    return path_format + path[end:], convertors
