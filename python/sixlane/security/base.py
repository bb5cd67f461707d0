"""What all security schemes have in common."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names

if TYPE_CHECKING:
    from sixlane.openapi import models
    from sixlane.openapi.models import SecurityBase as SecurityBaseModel  # noqa: F401 - handed on
else:
    models = lazy_module("sixlane.openapi.models")
    __getattr__ = reexported_names(__name__)


class SecurityBase:
    """A dependency that the OpenAPI document lists as a security scheme.

    A subclass outside this package sets `model` and `scheme_name`, and makes itself callable.

    Attributes:
        scheme_name: Key of the scheme in the document's `securitySchemes`.
    """

    scheme_name: str
    model_name: ClassVar[str] = "SecurityBase"
    declared: dict[str, Any] | None = None
    """The scheme as plain values, in the order the document shows them; None where only `model`
    says what it is."""

    @cached_property
    def model(self) -> Any:
        """The scheme as an object of `sixlane.openapi.models`; may be assigned.

        Made when it is first read: those classes cost more to import than all else an application
        declares.
        """
        if self.declared is None:
            message = f"the security scheme {type(self).__qualname__} sets no `model`"
            raise AttributeError(message)
        return getattr(models, self.model_name).model_validate(self.declared)

    def definition(self) -> dict[str, Any]:
        """Describe the scheme for the document's `securitySchemes`."""
        if self.declared is None or "model" in vars(self):
            plain: dict[str, Any] = self.model.model_dump(
                mode="json", by_alias=True, exclude_none=True
            )
            return plain
        return self.declared


def declare(**values: Any) -> dict[str, Any]:
    """Collect a scheme's values, leaving out what is None. "in_" stands for the keyword "in"."""
    return {name.rstrip("_"): value for name, value in values.items() if value is not None}
