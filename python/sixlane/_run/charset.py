"""The character sets that a client may say its form is in."""

from __future__ import annotations

import codecs
from encodings.aliases import aliases

_OTHERWISE = "latin-1"

_REFUSED = frozenset(
    # Codecs for something else than text of clients: one takes quadratic time, one always fails.
    {"idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
    # Codecs from bytes to bytes, or from text to text.
    | {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
)
_WITHOUT_ALIAS = (
    "cp1006", "cp720", "cp737", "cp856", "cp874", "cp875", "koi8_t", "koi8_u", "mac_arabic",
    "mac_croatian", "mac_farsi", "mac_romanian", "palmos", "utf_8_sig",
)  # fmt: skip
"""Codecs that Python finds by their file alone."""

_KNOWN = {**aliases, **{name: name for name in (*aliases.values(), *_WITHOUT_ALIAS)}}


def find_charset(name: str) -> str:
    """Find a codec by the name of a character set; Latin 1 where there is none.

    Only names that Python knows are looked up: it keeps every other one it is asked for.
    """
    codec = _KNOWN.get(name.lower().replace("-", "_").replace(" ", "_"))
    return _OTHERWISE if codec is None or codec in _REFUSED else codecs.lookup(codec).name
