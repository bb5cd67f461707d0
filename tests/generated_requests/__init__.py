"""Requests that schemathesis makes of documents: the example's, and that of sixty operations."""
