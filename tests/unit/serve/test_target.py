"""What the words of the command line mean."""

from pathlib import Path

import pytest

from sixlane._serve.failure import ServeFailure
from sixlane._serve.target import find_target


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*names: str, text: str = "") -> None:
    """Create files, folders included."""
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


FOUND = {
    "a file": (["shop.py"], {"path": "shop.py"}, ("shop", None, ".")),
    "a file in a folder": (["src/shop.py"], {"path": "src/shop.py"}, ("shop", None, "src")),
    "a file in a package": (
        ["src/shop/__init__.py", "src/shop/api/__init__.py", "src/shop/api/v1.py"],
        {"path": "src/shop/api/v1.py"},
        ("shop.api.v1", None, "src"),
    ),
    "a package": (["shop/__init__.py"], {"path": "shop"}, ("shop", None, ".")),
    "a package's own file": (
        ["shop/__init__.py"],
        {"path": "shop/__init__.py"},
        ("shop", None, "."),
    ),
    "a plain folder": (["demo/api.py"], {"path": "demo"}, ("api", None, "demo")),
    "a file and the app's name": (
        ["shop.py"],
        {"path": "shop.py", "app": "site"},
        ("shop", "site", "."),
    ),
    "an import string": ([], {"path": "shop.main:site"}, ("shop.main", "site", ".")),
    "an import string with a dotted app": ([], {"path": "shop:a.b"}, ("shop", "a.b", ".")),
    "an entrypoint": (["main.py"], {"entrypoint": "shop:site"}, ("shop", "site", ".")),
    "nothing, with main.py and app.py": (["main.py", "app.py"], {}, ("main", None, ".")),
    "nothing, with api.py and app/main.py": (["api.py", "app/main.py"], {}, ("api", None, ".")),
    "nothing, with a folder app": (["app/api.py"], {}, ("api", None, "app")),
    "nothing, with a package app": (
        ["app/__init__.py", "app/main.py"],
        {},
        ("app.main", None, "."),
    ),
    "only the app's name": (["app.py"], {"app": "site"}, ("app", "site", ".")),
}


@pytest.mark.parametrize(("files", "words", "expected"), FOUND.values(), ids=FOUND)
def test_target_is_found(
    project: Path,
    files: list[str],
    words: dict[str, str],
    expected: tuple[str, str | None, str],
) -> None:
    """The module, the app's name and the folder to import from follow from files and words."""
    write(*files)
    target = find_target(**words)
    module, attribute, folder = expected
    assert (target.module, target.attribute) == (module, attribute)
    assert target.search_path == (project / folder).resolve()


REFUSED = {
    "an entrypoint and a path": ({"path": "main.py", "entrypoint": "a:b"}, "--entrypoint cannot"),
    "an entrypoint and an app": ({"app": "site", "entrypoint": "a:b"}, "--entrypoint cannot"),
    "an import string and an app": ({"path": "shop:site", "app": "x"}, "--app cannot"),
    "an import string without a name": ({"path": "shop:"}, "'shop:' from the command line is not"),
    "an import string of a path": ({"path": "a/b:app"}, "is not an import string"),
    "an entrypoint without a colon": ({"entrypoint": "shop"}, "'shop' from --entrypoint is not"),
    "a missing file": ({"path": "missing.py"}, "Path does not exist missing.py"),
    "no file of the usual names": ({}, "No app found: "),
    "a file that is not Python": ({"path": "notes.txt"}, "notes.txt is not a Python file"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_wrong_words_are_refused(words: dict[str, str], message: str) -> None:
    """Words that contradict each other or name nothing get a message that says which."""
    write("notes.txt")
    with pytest.raises(ServeFailure, match=message):
        find_target(**words)


def test_a_forgotten_ending_is_guessed() -> None:
    """`sixlane run shop` beside shop.py is answered with the name that was meant."""
    write("shop.py")
    with pytest.raises(ServeFailure) as failure:
        find_target("shop")
    assert failure.value.hint == "Did you mean shop.py?"


CONFIGURED = {
    "our table": ('[tool.sixlane]\nentrypoint = "shop:site"', "shop"),
    "FastAPI's table": ('[tool.fastapi]\nentrypoint = "store:site"', "store"),
    "both tables": (
        '[tool.fastapi]\nentrypoint = "store:site"\n[tool.sixlane]\nentrypoint = "shop:site"',
        "shop",
    ),
    "neither table": ('[project]\nname = "x"', "main"),
}


@pytest.mark.parametrize(("text", "module"), CONFIGURED.values(), ids=CONFIGURED)
def test_pyproject_names_the_entrypoint(text: str, module: str) -> None:
    """Without words, pyproject.toml wins over the usual file names."""
    write("main.py")
    write("pyproject.toml", text=text)
    assert find_target().module == module


MISCONFIGURED = {
    "broken TOML": ("[tool", "pyproject.toml cannot be read"),
    "a number": ("[tool.sixlane]\nentrypoint = 1", r"\[tool.sixlane\] in pyproject.toml is not a"),
    "no colon": ('[tool.fastapi]\nentrypoint = "a"', r"'a' from \[tool.fastapi\]"),
}


@pytest.mark.parametrize(("text", "message"), MISCONFIGURED.values(), ids=MISCONFIGURED)
def test_wrong_configuration_is_refused(text: str, message: str) -> None:
    """A mistake in pyproject.toml is named, not skipped."""
    write("main.py")
    write("pyproject.toml", text=text)
    with pytest.raises(ServeFailure, match=message):
        find_target()
