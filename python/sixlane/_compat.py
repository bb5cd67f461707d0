"""What plug-ins and tests read of the version of Pydantic, under FastAPI's name for it."""

from pydantic import VERSION
from pydantic_core import PydanticUndefined

__all__ = ["PYDANTIC_VERSION_MINOR_TUPLE", "Undefined"]

PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in VERSION.split(".")[:2])
"""Major and minor version of Pydantic."""

Undefined = PydanticUndefined
"""What stands where nobody has given a value."""
