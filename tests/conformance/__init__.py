"""FastAPI's own test suite, run against Sixlane under FastAPI's name."""
