"""What plug-ins and tests read in FastAPI's private module of this name."""

from pydantic import VERSION
from pydantic_core import PydanticUndefined

from sixlane._compat.shared import (
    is_bytes_sequence_annotation,
    is_uploadfile_sequence_annotation,
)

__all__ = [
    "PYDANTIC_VERSION_MINOR_TUPLE",
    "Undefined",
    "is_bytes_sequence_annotation",
    "is_uploadfile_sequence_annotation",
]

PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in VERSION.split(".")[:2])
"""Major and minor version of Pydantic."""

Undefined = PydanticUndefined
"""What stands where nobody has given a value."""
