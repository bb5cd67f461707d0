"""Sixlane: FastAPI's public API on a native engine."""
