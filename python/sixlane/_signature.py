"""The signatures that functions show whose options are keywords typed by a `TypedDict`.

The options are written once, as a typed dictionary; `inspect.signature`, editors and plug-ins that
filter keywords by it see each of them as a parameter. Signatures are made when they are looked at.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import Parameter
from types import FunctionType
from typing import Any, ForwardRef, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


class _LateSignature(inspect.Signature):
    """A signature whose parts are made at the first read."""

    __slots__ = ("_make",)

    _make: Callable[[], inspect.Signature]

    @classmethod
    def made_by(cls, make: Callable[[], inspect.Signature]) -> inspect.Signature:
        """Stand in for the signature that a function will make."""
        late = cls.__new__(cls)
        late._make = make
        return late

    def __getattr__(self, name: str) -> Any:
        if name not in ("_parameters", "_return_annotation"):
            raise AttributeError(name)
        made = self._make()
        self._return_annotation = made.return_annotation
        self._parameters = made.parameters
        return getattr(self, name)


def shows_options(
    options: type, defaults: Mapping[str, Any], *, otherwise: Any = None
) -> Callable[[Function], Function]:
    """Decorate a function so that its signature shows what its `**options` may be.

    Args:
        options: The typed dictionary.
        defaults: Option to default.
        otherwise: Default of the options that are not in there.
    """

    def decorate(function: Function) -> Function:
        make = partial(
            _make_signature, cast("FunctionType", function), options, defaults, otherwise
        )
        vars(function)["__signature__"] = _LateSignature.made_by(make)
        return function

    return decorate


def option_parameters(
    options: type, defaults: Mapping[str, Any], otherwise: Any
) -> Iterable[Parameter]:
    """Make the parameters that a typed dictionary stands for."""
    for name, annotation in options.__annotations__.items():
        yield Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=defaults.get(name, otherwise),
            annotation=annotation.__forward_arg__
            if isinstance(annotation, ForwardRef)
            else annotation,
        )


def _make_signature(
    function: FunctionType, options: type, defaults: Mapping[str, Any], otherwise: Any
) -> inspect.Signature:
    # A copy without the attribute that this is made for.
    bare = FunctionType(function.__code__, function.__globals__, closure=function.__closure__)
    bare.__defaults__ = function.__defaults__
    bare.__kwdefaults__ = function.__kwdefaults__
    bare.__annotations__ = function.__annotations__
    written = inspect.signature(bare)
    own = [each for each in written.parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
    return written.replace(parameters=[*own, *option_parameters(options, defaults, otherwise)])
