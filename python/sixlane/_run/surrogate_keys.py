"""Keys that Pydantic does not write, since UTF-8 has no form for them."""

from __future__ import annotations

import copy
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel


class SurrogateKeys:
    """Gives keys with a lone surrogate names for as long as Pydantic serializes a value.

    Leaving them out, or calling on another encoder, would pass by the serializers of the value's
    models, which may be there to hide something. The names cannot be foreseen, so that no key of
    a client's is taken for one of them.
    """

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(16)
        self._keys: dict[str, str] = {}

    def rename(self, value: Any) -> Any:
        """Copy a value that Pydantic has validated, with names in the place of such keys."""
        if isinstance(value, BaseModel):
            return self._rename_in_model(value)
        if isinstance(value, Mapping):
            return {self._name(key): self.rename(each) for key, each in value.items()}
        if isinstance(value, tuple):
            parts = [self.rename(each) for each in value]
            return tuple(parts) if type(value) is tuple else type(value)(*parts)
        if isinstance(value, list | deque):
            return type(value)(self.rename(each) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            copied = copy.copy(value)
            for field in fields(value):
                if hasattr(value, field.name):
                    object.__setattr__(copied, field.name, self.rename(getattr(value, field.name)))
            return copied
        return value

    def restore(self, content: Any) -> Any:
        """Put the keys back into what was made of the copy: dicts, lists and scalars."""
        if isinstance(content, dict):
            return {self._keys.get(key, key): self.restore(each) for key, each in content.items()}
        if isinstance(content, list | tuple):
            return [self.restore(each) for each in content]
        return content

    def _rename_in_model(self, model: BaseModel) -> BaseModel:
        copied = copy.copy(model)
        object.__setattr__(copied, "__dict__", self.rename(vars(model)))
        if model.__pydantic_extra__ is not None:
            object.__setattr__(copied, "__pydantic_extra__", self.rename(model.__pydantic_extra__))
        return copied

    def _name(self, key: Any) -> Any:
        if not isinstance(key, str) or not any("\ud800" <= each <= "\udfff" for each in key):
            return key
        name = f"{self._prefix}-{len(self._keys)}"
        self._keys[name] = key
        return name
