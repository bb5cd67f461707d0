"""Packages written for FastAPI, unmodified, on Sixlane under FastAPI's name.

They are collected only where `fastapi` is Sixlane and the packages are: `make ecosystem`.
"""

import sys

collect_ignore_glob = [] if "sixlane.alias" in sys.modules else ["test_*.py"]
