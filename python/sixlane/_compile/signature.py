"""The parameters and the return annotation of a callable, with annotations evaluated."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, ForwardRef

EMPTY = inspect.Parameter.empty


def read_parameters(call: Callable[..., Any]) -> list[inspect.Parameter]:
    """List a callable's parameters; a name that cannot be resolved stays a `ForwardRef`."""
    signature, namespace = _read_signature(call)
    return [
        parameter.replace(annotation=_evaluate(parameter.annotation, namespace))
        for parameter in signature.parameters.values()
    ]


def read_return_annotation(call: Callable[..., Any]) -> Any:
    """Return what a callable says it returns; None where it says nothing."""
    signature, namespace = _read_signature(call)
    annotation = signature.return_annotation
    return None if annotation is EMPTY else _evaluate(annotation, namespace)


def _read_signature(call: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    namespace: dict[str, Any] = getattr(inspect.unwrap(call), "__globals__", {})
    try:
        return inspect.signature(call, eval_str=True), namespace
    except NameError:
        # A name that is imported for type checkers alone; the other annotations still count.
        return _read_unevaluated(call), namespace


def _read_unevaluated(call: Callable[..., Any]) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        from annotationlib import Format  # noqa: PLC0415 - exists from 3.14 on

        return inspect.signature(call, annotation_format=Format.FORWARDREF)
    return inspect.signature(call)


def _evaluate(annotation: Any, namespace: dict[str, Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        value = eval(annotation, namespace)
    except NameError:
        return ForwardRef(annotation)
    return None if value is type(None) else value
