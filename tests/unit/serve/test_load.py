"""From a module to an app, or to one message."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sixlane._serve.failure import ServeFailure
from sixlane._serve.load import load_app
from sixlane._serve.settings import LoadedApp
from sixlane._serve.target import find_target
from sixlane.applications import Sixlane

Load = Callable[..., LoadedApp]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Write kiosk.py, load the app from it, and forget it afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load_from(text: str, **words: str) -> LoadedApp:
        Path("kiosk.py").write_text(text, encoding="utf-8")
        return load_app(find_target(**(words or {"path": "kiosk.py"})))

    yield load_from
    for name in ("kiosk", "store"):
        sys.modules.pop(name, None)


CHOSEN = {
    "app before api": ("api = Sixlane()\napp = Sixlane()", "kiosk:app"),
    "api before others": ("a = Sixlane()\napi = Sixlane()", "kiosk:api"),
    "the first by name": ("b = Sixlane()\na = Sixlane()", "kiosk:a"),
    "app only if it is one": ("app = 1\nsite = Sixlane()", "kiosk:site"),
    "a subclass": ("class Own(Sixlane): ...\nsite = Own()", "kiosk:site"),
}


@pytest.mark.parametrize(("text", "name"), CHOSEN.values(), ids=CHOSEN)
def test_the_app_is_found(load: Load, text: str, name: str) -> None:
    """`app` and `api` come first, then any other Sixlane app in the order of names."""
    assert load(f"from sixlane import Sixlane\n{text}\n").name == name


def test_a_named_asgi_app_is_served_as_it_is(load: Load) -> None:
    """Any callable of scope, receive and send is an app when it is named."""
    loaded = load("async def site(scope, receive, send): ...", path="kiosk:site")
    assert loaded.name == "kiosk:site"


def test_a_named_factory_is_called(load: Load) -> None:
    """A function that needs no arguments makes the app, as `uvicorn` finds out by itself."""
    text = "from sixlane import Sixlane\ndef make(title='A'):\n    return Sixlane(title=title)\n"
    loaded = load(text, path="kiosk:make")
    assert loaded.name == "kiosk:make()"
    assert isinstance(loaded.app, Sixlane)


REFUSED = {
    "a syntax error": (
        "x = 1\ny = (\n",
        {},
        "Syntax error in kiosk.py, line 2: '(' was never closed\n    y = (\n        ^",
    ),
    "an indented syntax error": (
        "if True:\n    y = = 1\n",
        {},
        "Syntax error in kiosk.py, line 2: invalid syntax\n    y = = 1\n        ^",
    ),
    "a missing import": (
        "import numpyy\n",
        {},
        "Importing 'kiosk' failed: ModuleNotFoundError: No module named 'numpyy'\n  at kiosk.py",
    ),
    "an exception": (
        "def f():\n    return {}['x']\nf()\n",
        {},
        "Importing 'kiosk' failed: KeyError: 'x'\n  at kiosk.py, line 2\n    return {}['x']",
    ),
    "no app": ("x = 1", {}, "No app found in the module 'kiosk'."),
    "an app of another framework": (
        "from starlette.applications import Starlette\napp = Starlette()",
        {},
        "kiosk:app is an instance of starlette.applications.Starlette, not a Sixlane app.",
    ),
    "a name that is missing": ("x = 1", {"path": "kiosk:app"}, "The module 'kiosk' has no 'app'."),
    "a number": ("app = 1", {"path": "kiosk:app"}, "kiosk:app is an instance of builtins.int"),
    "a class": ("class App: ...", {"path": "kiosk:App"}, "kiosk:App is the class App, not an app."),
    "a function with parameters": (
        "def make(settings): ...",
        {"path": "kiosk:make"},
        "kiosk:make is a function, not an app, and cannot be called without arguments.",
    ),
    "a factory that makes no app": (
        "def make(): ...",
        {"path": "kiosk:make"},
        "kiosk:make() is an instance of builtins.NoneType, not an app.",
    ),
    "a factory to be awaited": (
        "async def make(): ...",
        {"path": "kiosk:make"},
        "kiosk:make() is an instance of builtins.coroutine, not an app.",
    ),
    "a factory that raises": (
        "def make():\n    return {}['x']\n",
        {"path": "kiosk:make"},
        "Calling kiosk:make failed: KeyError: 'x'\n  at kiosk.py, line 2\n    return {}['x']",
    ),
    "no module": ("", {"path": "store:app"}, "No module named 'store' in "),
    "no package": ("", {"path": "kiosk.main:app"}, "No module named 'kiosk.main' in "),
}


@pytest.mark.parametrize(("text", "words", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_app_is_explained(
    load: Load, text: str, words: dict[str, str], message: str
) -> None:
    """One message says what was found instead, and in which line."""
    with pytest.raises(ServeFailure) as failure:
        load(text, **words)
    assert failure.value.message.startswith(message)


HINTS = {
    "a class": ("class App: ...", {"path": "kiosk:App"}, "app = App()"),
    "parameters": ("def make(a): ...", {"path": "kiosk:make"}, "makes the app takes none"),
    "another name": (
        "from sixlane import Sixlane\nsite = Sixlane()",
        {"path": "kiosk:app"},
        "It holds these apps: site.",
    ),
    "another framework": (
        "from starlette.applications import Starlette\napp = Starlette()",
        {},
        "sixlane run kiosk:app",
    ),
}


@pytest.mark.parametrize(("text", "words", "hint"), HINTS.values(), ids=HINTS)
def test_a_mistake_comes_with_its_fix(
    load: Load, text: str, words: dict[str, str], hint: str
) -> None:
    """Where the fix can be guessed it is told."""
    with pytest.raises(ServeFailure) as failure:
        load(text, **words)
    assert hint in (failure.value.hint or "")


def test_an_empty_package_points_to_its_main_file(load: Load) -> None:
    """A package without an app of its own is answered with the file that may hold it."""
    Path("store").mkdir()
    for name in ("__init__.py", "main.py"):
        Path("store", name).touch()
    with pytest.raises(ServeFailure) as failure:
        load("", path="store")
    assert failure.value.hint == "Did you mean store/main.py?"


def test_serving_while_importing_is_refused(load: Load) -> None:
    """A module that calls `sixlane.run()` unguarded is told about the guard."""
    text = "import sixlane\napp = sixlane.Sixlane()\nsixlane.run(app)"
    with pytest.raises(ServeFailure, match="while the app's module was being imported") as failure:
        load(text)
    assert '__name__ == "__main__"' in (failure.value.hint or "")
