"""Sixlane's app files: FastAPI's own, with the one import line changed."""

from pathlib import Path

from bench.failure import BenchmarkError
from bench.paths import GENERATED, PEERS

SHARED_APPS = ("api", "many", "middleware")


def translate_source(source: str) -> str:
    """Change `from fastapi import ...` to `from sixlane import ...`, and nothing else.

    Raises:
        BenchmarkError: The file imports FastAPI in another way, or not exactly once.
    """
    lines = source.splitlines(keepends=True)
    importing = [
        index for index, line in enumerate(lines) if line.startswith(("from fastapi", "import f"))
    ]
    if len(importing) != 1 or not lines[importing[0]].startswith("from fastapi import "):
        raise BenchmarkError("An app file must import from fastapi in exactly one line.")
    lines[importing[0]] = lines[importing[0]].replace("from fastapi ", "from sixlane ", 1)
    return "".join(lines)


def write_sixlane_apps(source_folder: Path = PEERS, target_folder: Path = GENERATED) -> None:
    """Write sixlane_api.py and its siblings beside the rest of the generated files."""
    target_folder.mkdir(parents=True, exist_ok=True)
    for app in SHARED_APPS:
        source = (source_folder / f"fastapi_{app}.py").read_text()
        (target_folder / f"sixlane_{app}.py").write_text(translate_source(source))
