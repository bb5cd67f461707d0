"""What a callable's parameters mean, worked out once however many routes it is used in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sixlane._compile.callable import CallKind, classify_call
from sixlane._compile.checks import Site
from sixlane._compile.parameter import ParameterMeaning, analyze_parameter
from sixlane._compile.signature import EMPTY, read_signature
from sixlane.exceptions import DeclarationError


@dataclass(frozen=True, slots=True)
class CallAnalysis:
    """A callable, taken apart.

    Attributes:
        kind: How it is called.
        returns: Its return annotation; None where it has none.
        parameters: What each parameter means, by name and in order.
    """

    kind: CallKind
    returns: Any
    parameters: tuple[tuple[str, ParameterMeaning], ...]


@dataclass(slots=True)
class _Known:
    """The analyses of one callable, good as long as nobody changes its signature.

    Attributes:
        parts: What the signature was made of when they were made.
        identities: Which objects those are.
        by_path_names: Analyses by the parameters that were in the path.
    """

    parts: list[Any]
    identities: list[int]
    by_path_names: dict[frozenset[str], CallAnalysis]


def analyze_call(call: Callable[..., Any], path: str) -> CallAnalysis:
    """Find out what the parameters of a handler or a dependency mean on a path.

    Raises:
        DeclarationError: A parameter is declared wrongly, or the callable cannot be used.
    """
    known = _find_known(call, path)
    parts = _signature_parts(call)
    identities = list(map(id, parts))
    if known.identities != identities:
        # The parts are kept so that no other object can take over the identity of one.
        known.parts, known.identities = parts, identities
        known.by_path_names.clear()
    path_names = find_path_names(path)
    analysis = known.by_path_names.get(path_names)
    if analysis is None:
        analysis = known.by_path_names[path_names] = _analyze(call, path, path_names)
    return analysis


def find_path_names(path: str) -> frozenset[str]:
    """List what stands in the braces of a path."""
    return frozenset(re.findall("{(.*?)}", path))


@lru_cache(maxsize=1024)
def _known(call: Callable[..., Any]) -> _Known:
    return _Known([], [], {})


def _find_known(call: Callable[..., Any], path: str) -> _Known:
    try:
        return _known(call)
    except TypeError:
        raise Site(call, path).error(
            f"the dependency {call!r} is not hashable, so that its result cannot be shared",
            "give its class a __hash__, or wrap it in a function",
            DeclarationError,
        ) from None


def _signature_parts(call: Any) -> list[Any]:
    """Collect what decides a callable's signature; libraries set these to change it."""
    attributes: dict[str, Any] = getattr(call, "__dict__", {})
    return [
        attributes.get("__signature__"),
        attributes.get("__wrapped__"),
        getattr(call, "__defaults__", None),
        *(getattr(call, "__kwdefaults__", None) or {}).values(),
        *getattr(call, "__annotations__", {}).values(),
    ]


def _analyze(call: Callable[..., Any], path: str, path_names: frozenset[str]) -> CallAnalysis:
    try:
        signature = read_signature(call)
    except (ValueError, TypeError) as exc:
        raise Site(call, path).error(
            f"the parameters of {call!r} cannot be read: {exc}",
            "wrap it in a function with annotated parameters",
            DeclarationError,
        ) from None
    meanings = tuple(
        (parameter.name, analyze_parameter(Site(call, path, parameter.name), parameter, path_names))
        for parameter in signature.parameters.values()
    )
    returned = signature.return_annotation
    return CallAnalysis(classify_call(call), None if returned is EMPTY else returned, meanings)
