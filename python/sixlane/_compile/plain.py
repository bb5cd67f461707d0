"""Handlers of plain parameters: texts, numbers and truth values by their bare names.

Nothing can be wrong about such a declaration, and the engine decodes the values by itself. So no
field, no validator and not even Pydantic is needed before the document, or a request that the
engine does not decide, asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from inspect import CO_ASYNC_GENERATOR, CO_GENERATOR, CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType, NoneType
from typing import Any, Literal, NamedTuple

PlainForm = Literal["text", "integer", "float", "boolean"]

_UNUSUAL = CO_GENERATOR | CO_ASYNC_GENERATOR | CO_VARARGS | CO_VARKEYWORDS
_FORMS: dict[Any, PlainForm] = {
    str: "text",
    int: "integer",
    float: "float",
    bool: "boolean",
    str | None: "text",
    int | None: "integer",
    float | None: "float",
    bool | None: "boolean",
}
_DEFAULTS = (NoneType, str, int, float, bool)


class PlainParameter(NamedTuple):
    """A parameter of a handler, in the order of its signature.

    Attributes:
        name: Name in Python and on the wire.
        location: Where the value comes from.
        annotation: The type, or its union with None.
        form: How the engine reads the type.
        required: Whether a request without it is refused.
        default: The value where the request has none; None if required.
    """

    name: str
    location: Literal["path", "query"]
    annotation: Any
    form: PlainForm
    required: bool
    default: str | float | None


def read_plain_parameters(
    handler: Callable[..., Any], path_names: Container[str]
) -> tuple[PlainParameter, ...] | None:
    """List a handler's parameters; None where anything about it needs a closer look.

    Args:
        handler: The handler, of any callable kind.
        path_names: Names of the parameters in the route's path.
    """
    # What a decorator has left on a function may change its signature or its kind.
    if type(handler) is not FunctionType or handler.__dict__:
        return None
    code = handler.__code__
    if code.co_flags & _UNUSUAL or code.co_posonlyargcount or code.co_kwonlyargcount:
        return None
    names = code.co_varnames[: code.co_argcount]
    annotations = _read_annotations(handler)
    if annotations.get("return") is not None:
        return None
    defaults = handler.__defaults__ or ()
    required_count = len(names) - len(defaults)
    parameters = []
    for index, name in enumerate(names):
        form = _find_form(annotations.get(name))
        default = None if index < required_count else defaults[index - required_count]
        if form is None or type(default) not in _DEFAULTS:
            return None
        in_path = name in path_names
        required = in_path or index < required_count
        location: Literal["path", "query"] = "path" if in_path else "query"
        parameters.append(
            PlainParameter(
                name, location, annotations[name], form, required, None if required else default
            )
        )
    return tuple(parameters)


def _read_annotations(function: FunctionType) -> dict[str, Any]:
    try:
        return function.__annotations__
    except NameError:  # evaluated on demand from Python 3.14 on
        return {}


def _find_form(annotation: Any) -> PlainForm | None:
    try:
        return _FORMS.get(annotation)
    except TypeError:  # an annotation that cannot be hashed is none of these
        return None
