"""What plug-ins and tests read in FastAPI's private module of this name."""

from typing import TYPE_CHECKING

from pydantic import VERSION

from sixlane._compat.shared import (
    annotation_is_pydantic_v1,
    field_annotation_is_scalar,
    field_annotation_is_scalar_sequence,
    field_annotation_is_sequence,
    is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation,
    is_pydantic_v1_model_instance,
    is_uploadfile_or_nonable_uploadfile_annotation,
    is_uploadfile_sequence_annotation,
    lenient_issubclass,
    sequence_types,
    value_is_sequence,
)
from sixlane._compat.v2 import (
    ModelField,
    ModelNameMap,
    RequiredParam,
    Undefined,
    copy_field_info,
    create_body_model,
    evaluate_forwardref,
    get_cached_model_fields,
    get_flat_models_from_fields,
    get_missing_field_error,
    get_model_name_map,
    is_scalar_field,
    serialize_sequence_value,
)
from sixlane._reexports import reexported_names

__all__ = [
    "PYDANTIC_VERSION_MINOR_TUPLE",
    "ModelField",
    "ModelNameMap",
    "RequiredParam",
    "Undefined",
    "annotation_is_pydantic_v1",
    "copy_field_info",
    "create_body_model",
    "evaluate_forwardref",
    "field_annotation_is_scalar",
    "field_annotation_is_scalar_sequence",
    "field_annotation_is_sequence",
    "get_cached_model_fields",
    "get_flat_models_from_fields",
    "get_missing_field_error",
    "get_model_name_map",
    "is_bytes_or_nonable_bytes_annotation",
    "is_bytes_sequence_annotation",
    "is_pydantic_v1_model_instance",
    "is_scalar_field",
    "is_uploadfile_or_nonable_uploadfile_annotation",
    "is_uploadfile_sequence_annotation",
    "lenient_issubclass",
    "sequence_types",
    "serialize_sequence_value",
    "value_is_sequence",
]

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in VERSION.split(".")[:2])
"""Major and minor version of Pydantic."""
