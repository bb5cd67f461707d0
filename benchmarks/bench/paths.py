"""Where the benchmark reads and writes."""

from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
PEERS = BENCHMARKS / "peers"
REQUIREMENTS = BENCHMARKS / "requirements"
CACHE = BENCHMARKS / ".cache"
GENERATED = CACHE / "generated"
"""Sixlane's copies of FastAPI's app files, and nginx's rendered configuration."""
LOGS = CACHE / "logs"
NODE_MODULES = CACHE / "node_modules"
RESULTS = BENCHMARKS / "results"
README = ROOT / "README.md"
