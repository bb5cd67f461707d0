"""Sixlane's app files: FastAPI's own, with the import lines changed."""

import re
from pathlib import Path

from bench.failure import BenchmarkError
from bench.paths import GENERATED, PEERS

SHARED_APPS = (
    "api",
    "many",
    "models",
    "middleware",
    "function",
    "cors",
    "dependencies",
    "forms",
    "streams",
)

_IMPORT = re.compile(r"from fastapi(\.\w+)* import ")


def translate_source(source: str) -> str:
    """Change `from fastapi... import` to `from sixlane... import`, and nothing else.

    Raises:
        BenchmarkError: The file imports FastAPI in another way, or not at all.
    """
    lines = source.splitlines(keepends=True)
    if any(line.startswith("import fastapi") for line in lines):
        raise BenchmarkError("An app file must import from fastapi by name.")
    importing = [index for index, line in enumerate(lines) if _IMPORT.match(line)]
    if not importing:
        raise BenchmarkError("An app file must import from fastapi.")
    for index in importing:
        lines[index] = lines[index].replace("from fastapi", "from sixlane", 1)
    return "".join(lines)


def write_sixlane_apps(source_folder: Path = PEERS, target_folder: Path = GENERATED) -> None:
    """Write sixlane_api.py and its siblings beside the rest of the generated files."""
    target_folder.mkdir(parents=True, exist_ok=True)
    for app in SHARED_APPS:
        source = (source_folder / f"fastapi_{app}.py").read_text()
        (target_folder / f"sixlane_{app}.py").write_text(translate_source(source))
