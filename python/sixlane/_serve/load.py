"""Import the app's module and pick the app out of it, or say in one message why that failed."""

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from sixlane._serve.failure import ServeFailure
from sixlane._serve.settings import LoadedApp
from sixlane._serve.target import DEFAULT_PATHS, AppTarget
from sixlane.applications import Sixlane

PREFERRED_NAMES = ("app", "api")
"""Object names tried before any other. Source: `fastapi run`."""

_loading: list[str] = []


def is_loading() -> bool:
    """Tell whether an app module is being imported right now, by `load_app`."""
    return bool(_loading)


def load_app(target: AppTarget) -> LoadedApp:
    """Import the target's module and find the app in it.

    Args:
        target: Its `search_path` is put at the front of `sys.path`.

    Returns:
        A Sixlane app, or any ASGI callable where the target names one or a function that makes it.

    Raises:
        ServeFailure: The module is missing or does not import, or it holds no app.
    """
    search_path = str(target.search_path)
    if search_path not in sys.path[:1]:
        sys.path.insert(0, search_path)
    with _noted(target.module):
        module = _import_target(target)
        if target.attribute is None:
            return _find_app(module)
        return _named_app(module, target.attribute, target)


@contextmanager
def _noted(module: str) -> Iterator[None]:
    _loading.append(module)
    try:
        yield
    finally:
        _loading.pop()


def _import_target(target: AppTarget) -> ModuleType:
    attempt = f"Importing {target.module!r}"
    try:
        return importlib.import_module(target.module)
    except ServeFailure:
        raise
    except SyntaxError as error:
        raise ServeFailure(_describe_syntax_error(error)) from error
    except ModuleNotFoundError as error:
        if error.name and f"{target.module}.".startswith(f"{error.name}."):
            raise ServeFailure(
                f"No module named {error.name!r} in {target.search_path} or on Python's path.",
                hint="Start it from the folder that holds the module; a package needs __init__.py.",
            ) from error
        if error.name and error.name.startswith("sixlane."):
            raise ServeFailure(
                _describe_exception(attempt, error, target),
                hint="This version of Sixlane has no such module.",
            ) from error
        raise ServeFailure(
            _describe_exception(attempt, error, target),
            hint=f"Install the package that provides {error.name!r} into this Python:"
            f" {sys.executable}.",
        ) from error
    except Exception as error:
        raise ServeFailure(_describe_exception(attempt, error, target)) from error


def _find_app(module: ModuleType) -> LoadedApp:
    for name in (*PREFERRED_NAMES, *dir(module)):
        candidate = getattr(module, name, None)
        if isinstance(candidate, Sixlane):
            return LoadedApp(candidate, f"{module.__name__}:{name}")
    for name in PREFERRED_NAMES:
        candidate = getattr(module, name, None)
        if candidate is not None:
            raise ServeFailure(
                f"{module.__name__}:{name} is {_kind(candidate)}, not a Sixlane app.",
                hint=f"To serve it as any ASGI app, name it: sixlane run {module.__name__}:{name}"
                if _is_asgi(candidate)
                else "Create one: app = Sixlane().",
            )
    raise ServeFailure(
        f"No app found in the module {module.__name__!r}.", hint=_hint_inside(module)
    )


def _named_app(module: ModuleType, attribute: str, target: AppTarget) -> LoadedApp:
    found: object = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise ServeFailure(
                f"The module {module.__name__!r} has no {attribute!r}.", hint=_hint_other(module)
            )
        found = getattr(found, part)
    name = f"{module.__name__}:{attribute}"
    if inspect.isroutine(found) and not _is_asgi(found):
        found = _make_app(found, name, target)
        name += "()"
    if isinstance(found, Sixlane):
        return LoadedApp(found, name)
    if _is_asgi(found):
        return LoadedApp(found, name)  # type: ignore[arg-type]  # three parameters: ASGI by shape
    raise ServeFailure(
        f"{name} is {_kind(found)}, not an app.",
        hint=f"Call it in the module, app = {attribute}(), and run {module.__name__}:app."
        if inspect.isclass(found)
        else _hint_other(module),
    )


def _make_app(factory: Callable[..., object], name: str, target: AppTarget) -> object:
    """Call a function that makes the app, as `uvicorn` does without being told to."""
    try:
        inspect.signature(factory).bind()
    except (TypeError, ValueError) as error:
        raise ServeFailure(
            f"{name} is a function, not an app, and cannot be called without arguments.",
            hint="A function that makes the app takes none.",
        ) from error
    try:
        made = factory()
    except Exception as error:
        raise ServeFailure(_describe_exception(f"Calling {name}", error, target)) from error
    if inspect.iscoroutine(made):
        made.close()
    return made


def _hint_other(module: ModuleType) -> str | None:
    names = [name for name, value in vars(module).items() if isinstance(value, Sixlane)]
    return f"It holds these apps: {', '.join(names)}." if names else None


def _hint_inside(module: ModuleType) -> str:
    for folder in getattr(module, "__path__", ()):
        for name in DEFAULT_PATHS:
            if (Path(folder) / name).is_file():
                return f"Did you mean {_shown(str(Path(folder) / name))}?"
    return "Create one, app = Sixlane(), or name the file that does."


def _is_asgi(candidate: object) -> bool:
    if not callable(candidate) or inspect.isclass(candidate):
        return False
    try:
        inspect.signature(candidate).bind({}, None, None)
    except (TypeError, ValueError):
        return False
    return True


def _kind(candidate: object) -> str:
    if inspect.isclass(candidate):
        return f"the class {candidate.__qualname__}"
    if inspect.isroutine(candidate):
        return "a function"
    return f"an instance of {type(candidate).__module__}.{type(candidate).__qualname__}"


def _describe_syntax_error(error: SyntaxError) -> str:
    place = f"{_shown(error.filename or '?')}, line {error.lineno}"
    lines = [f"Syntax error in {place}: {error.msg}"]
    if error.text is not None:
        text = error.text.rstrip("\n")
        stripped = text.lstrip()
        lines.append(f"    {stripped}")
        column = (error.offset or 0) - 1 - (len(text) - len(stripped))
        if column >= 0:
            lines.append(f"    {' ' * column}^")
    return "\n".join(lines)


def _describe_exception(attempt: str, error: BaseException, target: AppTarget) -> str:
    reason = "".join(traceback.format_exception_only(error)).strip()
    lines = [f"{attempt} failed: {reason}"]
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(target.search_path)
        and "site-packages" not in Path(frame.filename).parts
    ]
    if frames:
        lines.append(f"  at {_shown(frames[-1].filename)}, line {frames[-1].lineno}")
        if frames[-1].line:
            lines.append(f"    {frames[-1].line}")
    return "\n".join(lines)


def _shown(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename
