"""Packages written for FastAPI, unmodified, each doing its real job on Sixlane."""
