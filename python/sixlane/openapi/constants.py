"""What the document's parts agree on."""

METHODS_WITH_BODY = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}
"""Methods whose operations show a request body."""

REF_PREFIX = "#/components/schemas/"
"""Where the document keeps its schemas."""

REF_TEMPLATE = REF_PREFIX + "{model}"
"""A reference to one of them, as Pydantic formats it."""
