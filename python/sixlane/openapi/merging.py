"""Merging what users write into what is generated."""

from __future__ import annotations

from typing import Any


def merge_into(target: dict[str, Any], addition: dict[str, Any]) -> None:
    """Merge deeply: objects are merged, lists are joined, anything else is replaced.

    Args:
        target: Changed in place.
        addition: Wins; not changed.
    """
    for name, value in addition.items():
        present = target.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            merge_into(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            target[name] = present + value
        else:
            target[name] = value
