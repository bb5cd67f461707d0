"""The parameters and the return annotation of a callable, with annotations evaluated."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, ForwardRef

EMPTY = inspect.Parameter.empty


def read_signature(call: Callable[..., Any]) -> inspect.Signature:
    """Read what a callable takes and returns; a name that nobody defines stays a `ForwardRef`.

    Raises:
        ValueError: It has no signature that can be read, as some builtins.
        TypeError: It is not callable.
    """
    try:
        signature = inspect.signature(call, eval_str=True)
    except NameError:
        # A name that is imported for type checkers alone; the other annotations still count.
        signature = _read_unevaluated(call)
    else:
        # A `__signature__` of the callable's own comes as it is.
        if not _has_texts(signature):
            return signature
    namespace: dict[str, Any] = getattr(inspect.unwrap(call), "__globals__", {})
    parameters = [
        parameter.replace(annotation=evaluate_annotation(parameter.annotation, namespace))
        for parameter in signature.parameters.values()
    ]
    returned = evaluate_annotation(signature.return_annotation, namespace)
    return signature.replace(parameters=parameters, return_annotation=returned)


def _has_texts(signature: inspect.Signature) -> bool:
    return isinstance(signature.return_annotation, str) or any(
        isinstance(parameter.annotation, str) for parameter in signature.parameters.values()
    )


def _read_unevaluated(call: Callable[..., Any]) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        from annotationlib import Format  # noqa: PLC0415 - exists from 3.14 on

        return inspect.signature(call, annotation_format=Format.FORWARDREF)
    return inspect.signature(call)


def evaluate_annotation(annotation: Any, namespace: dict[str, Any]) -> Any:
    """Evaluate an annotation that is text; a name that nobody defines stays a `ForwardRef`."""
    if not isinstance(annotation, str):
        return annotation
    try:
        value = eval(annotation, namespace)
    except NameError:
        return ForwardRef(annotation)
    return None if value is type(None) else value
