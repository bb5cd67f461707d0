"""The names of character sets that forms may be in."""

import codecs
import encodings
import pkgutil

import pytest

from sixlane._run.charset import find_charset

NO_TEXT = {"idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
NO_CHARSET = {"aliases", "charmap"}


@pytest.mark.parametrize("name", [each.name for each in pkgutil.iter_modules(encodings.__path__)])
def test_each_text_encoding_of_python_is_known(name: str) -> None:
    """All others would be codecs of another kind, or take a client's time."""
    if name in NO_CHARSET or name in NO_TEXT or name.endswith("_codec") or name == "rot_13":
        assert find_charset(name) == "latin-1"
    else:
        assert find_charset(name) == codecs.lookup(name).name
        assert find_charset(name.upper().replace("_", "-")) == codecs.lookup(name).name


@pytest.mark.parametrize("name", ["", "x", "../utf_8", "utf_8.x", "aliases", "os"])
def test_what_is_no_encoding_is_latin_1(name: str) -> None:
    """Nothing is imported by a name that a client sends."""
    assert find_charset(name) == "latin-1"
