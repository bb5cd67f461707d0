"""What to run: from a path, an import string, pyproject.toml or the usual file names to a module.

The order and the names are those of `fastapi run`, so that one project works with both.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sixlane._serve.failure import ServeFailure

DEFAULT_PATHS = ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py")
"""Files tried in this order when nothing is named. Source: `fastapi run`."""

_IMPORT_STRING = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class AppTarget:
    """The module that holds the app, and where to import it from.

    Attributes:
        module: Dotted name, importable once `search_path` heads `sys.path`.
        attribute: Name of the app inside the module, dots allowed; None means: look for it.
        search_path: The folder that holds the outermost package, or the file.
        source: How it was found, a phrase for people: "main.py, found by its name".
    """

    module: str
    attribute: str | None
    search_path: Path
    source: str


def find_target(
    path: str | None = None, *, app: str | None = None, entrypoint: str | None = None
) -> AppTarget:
    """Decide what to run from the words of the command line.

    Args:
        path: A file, a folder, or an import string `module:app`; None looks further.
        app: Name of the app object inside the file; only together with a file.
        entrypoint: An import string that wins over pyproject.toml.

    Returns:
        The target; the module has not been imported yet.

    Raises:
        ServeFailure: The words contradict each other or name nothing that exists.
    """
    if entrypoint is not None and (path is not None or app is not None):
        raise ServeFailure(
            "--entrypoint cannot be used together with a path or --app.",
            hint="An entrypoint names both the module and the app: --entrypoint module:app.",
        )
    if entrypoint is not None:
        return target_from_import_string(entrypoint, source="--entrypoint")
    if path is not None and not Path(path).exists() and ":" in path:
        if app is not None:
            raise ServeFailure(f"--app cannot be used together with {path}, which names an app.")
        return target_from_import_string(path, source="the command line")
    if path is not None:
        return _target_from_path(Path(path), app, source=path)
    if app is None:
        configured = _read_entrypoint(Path("pyproject.toml"))
        if configured is not None:
            return configured
    found = _find_default_file(Path())
    return _target_from_path(found, app, source=f"{found}, found by its name")


def target_from_import_string(text: str, *, source: str) -> AppTarget:
    """Read `module:app`; the module is looked for from the current folder.

    Raises:
        ServeFailure: The text has no colon, or either side is not a dotted Python name.
    """
    if not _IMPORT_STRING.fullmatch(text):
        raise ServeFailure(
            f"{text!r} from {source} is not an import string.",
            hint="Write it as module:app, for example shop.main:app.",
        )
    module, _, attribute = text.partition(":")
    return AppTarget(module, attribute, Path.cwd(), source)


def _target_from_path(path: Path, app: str | None, *, source: str) -> AppTarget:
    if not path.exists():
        raise ServeFailure(f"Path does not exist {path}", hint=_hint_for_missing(path))
    resolved = path.resolve()
    if resolved.is_dir() and not (resolved / "__init__.py").is_file():
        found = _find_default_file(path)
        return _target_from_path(found, app, source=f"{found}, found by its name")
    if resolved.is_file() and resolved.suffix != ".py":
        raise ServeFailure(f"{path} is not a Python file.")
    if resolved.name == "__init__.py":
        resolved = resolved.parent
    parts = [resolved.stem]
    folder = resolved.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return AppTarget(".".join(parts), app, folder, source)


def _find_default_file(folder: Path) -> Path:
    for name in DEFAULT_PATHS:
        if (folder / name).is_file():
            return folder / name
    raise ServeFailure(
        f"No app found: {folder.resolve()} has none of {', '.join(DEFAULT_PATHS)}.",
        hint="Name it: sixlane run path/to/file.py, or sixlane run module:app.",
    )


def _hint_for_missing(path: Path) -> str | None:
    as_file = path.with_name(f"{path.name}.py")
    if not path.suffix and as_file.is_file():
        return f"Did you mean {as_file}?"
    return None


def _read_entrypoint(pyproject: Path) -> AppTarget | None:
    if not pyproject.is_file():
        return None
    try:
        document: dict[str, Any] = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ServeFailure(f"{pyproject} cannot be read: {error}.") from error
    tools = document.get("tool")
    for tool in ("sixlane", "fastapi"):
        table = tools.get(tool) if isinstance(tools, dict) else None
        if not isinstance(table, dict) or "entrypoint" not in table:
            continue
        source = f"[tool.{tool}] in {pyproject}"
        if not isinstance(table["entrypoint"], str):
            raise ServeFailure(f"The entrypoint of {source} is not a string.")
        return target_from_import_string(table["entrypoint"], source=source)
    return None
