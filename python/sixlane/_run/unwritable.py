"""Parts of a value that Pydantic does not write, and JSON has a form for."""

from __future__ import annotations

import copy
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

_MOST_LEVELS = 200
"""Pydantic takes what is nested about 255 levels deep for a value that contains itself."""


class UnwritableParts:
    """Stands in for what Pydantic does not write, for as long as it serializes a value.

    That is keys with half of a surrogate pair, and plain lists and mappings that lie very deep. A
    client can send both. Leaving them out, or calling on another encoder, would pass by the
    serializers of the value's models, which may be there to hide something. What stands in cannot
    be foreseen, so that nothing of a client's is taken for it.
    """

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(16)
        self._parts: dict[str, Any] = {}

    def replace(self, value: Any, level: int = 0) -> Any:
        """Copy a value that Pydantic has validated, with names in the place of such parts."""
        if type(value) in (list, dict) and level > _MOST_LEVELS:
            return self._name(value)
        if isinstance(value, BaseModel):
            return self._replace_in_model(value, level)
        if isinstance(value, Mapping):
            pairs = value.items()
            return {self._replace_key(key): self.replace(each, level + 1) for key, each in pairs}
        if isinstance(value, tuple):
            parts = [self.replace(each, level + 1) for each in value]
            return tuple(parts) if type(value) is tuple else type(value)(*parts)
        if isinstance(value, list | deque):
            return type(value)(self.replace(each, level + 1) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            copied = copy.copy(value)
            for name in (field.name for field in fields(value) if hasattr(value, field.name)):
                object.__setattr__(copied, name, self.replace(getattr(value, name), level + 1))
            return copied
        return value

    def restore(self, content: Any) -> Any:
        """Put the parts back into what was made of the copy: dicts, lists and scalars."""
        if isinstance(content, dict):
            parts = self._parts
            return {parts.get(key, key): self.restore(each) for key, each in content.items()}
        if isinstance(content, list | tuple):
            return [self.restore(each) for each in content]
        return self._parts.get(content, content) if isinstance(content, str) else content

    def _replace_in_model(self, model: BaseModel, level: int) -> BaseModel:
        copied = copy.copy(model)
        object.__setattr__(copied, "__dict__", self.replace(vars(model), level))
        if model.__pydantic_extra__ is not None:
            extra = self.replace(model.__pydantic_extra__, level)
            object.__setattr__(copied, "__pydantic_extra__", extra)
        return copied

    def _replace_key(self, key: Any) -> Any:
        if isinstance(key, str) and any("\ud800" <= each <= "\udfff" for each in key):
            return self._name(key)
        return key

    def _name(self, part: Any) -> str:
        name = f"{self._prefix}-{len(self._parts)}"
        self._parts[name] = part
        return name
