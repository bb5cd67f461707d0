"""Values worth sending: right, nearly right, and wrong in the ways that clients are."""

import json
from random import Random
from typing import Any

Schema = dict[str, Any]

INTEGERS = (
    "0", "1", "-1", "7", "5", "10", "42", "100", "+5", "007", " 5 ", "1.0", "1.5", "1e3", "1_000",
    "0x10", "9" * 30, "-" + "9" * 30, "9" * 4301, "\u0663", "\uff15", "--1", "5\u00a0", "5\x00",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.", ".0", "- 1", "1,0",
)  # fmt: skip
NUMBERS = (
    "0", "1.5", "-0.0", "1e10", "1E-3", ".5", "5.", "1e400", "-1e400", "NaN", "nan", "Infinity",
    "-inf", "+inf", "1_0.5", "0x1p3", "1,5", " 2.5 ", "1e", "9" * 400, "4.9e-324", "0.1",
    "\u0661.5",
)  # fmt: skip
BOOLEANS = (
    "true", "false", "1", "0", "yes", "no", "on", "off", "t", "F", "True", "FALSE", "y", "N",
    "2", "01", "null", " true", "tru\u00e9",
)  # fmt: skip
TEXTS = (
    "a", "abc", "red", "", " ", "two words", "caf\u00e9", "\u65e5\u672c", "\U0001f600", "a\x00b",
    "a\nb", "%", "%41", "+", "a+b", "a&b", "a=b", "#", "null", "x" * 300, "<b>", "a/b", "\u0130",
    "\\", '"', "'", "me", "name", "ab", "[1]", "{}",
)  # fmt: skip
FORMATS = {
    "date": ("2024-02-29", "2023-02-29", "2024-1-1", "1700000000", "2024-02-29T00:00:00", "today"),
    "date-time": (
        "2024-02-29T12:30:00Z", "2024-02-29 12:30", "2024-02-29T12:30:00.123456+02:00",
        "2024-02-29", "1700000000", "-1", "2024-13-01T00:00:00Z", "1e20", "now",
    ),
    "time": ("12:30", "12:30:59.5", "24:00", "12:30+01:00", "3600", "noon"),
    "duration": ("P1DT2H", "PT1.5S", "90", "1 day, 2:00:00", "-P1D", "1:2", "long"),
    "uuid": (
        "12345678-1234-5678-1234-567812345678", "12345678123456781234567812345678",
        "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
        "12345678-1234-5678-1234-56781234567", "12345678-1234-5678-1234-56781234567G",
    ),
    "binary": ("plain", "caf\u00e9", "AAAA", ""),
    "base64": ("aGVsbG8=", "aGVsbG8", "!!!!", ""),
    "json-string": ("[1, 2]", '["x"]', "{}", "[", "null", "[1e500]", ""),
}  # fmt: skip
JSON_ODDITIES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 5.0, 10**30, 10**309, 1e300, "", "1", "1.5", "true", "a",
    "\ud800", "\x00", [], [1], ["a"], {}, {"a": 1}, {"": None}, [[]], "2024-01-01", float("nan"),
    float("inf"), 0.1, "x" * 50,
)  # fmt: skip


def resolve(schema: Schema, document: dict[str, Any]) -> Schema:
    """Follow the schema's reference, if it is one."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def choose_text(schema: Schema, document: dict[str, Any], random: Random) -> str:
    """A text for a parameter of this schema: often right, sometimes not."""
    if random.random() < 0.12:
        return random.choice(random.choice((INTEGERS, NUMBERS, BOOLEANS, TEXTS)))
    schema = _one_of(schema, document, random, leave_out="null")
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return str(random.choice(choices)) if random.random() < 0.9 else random.choice(TEXTS)
    spelling = schema.get("contentMediaType", schema.get("format", ""))
    if schema.get("type") == "string":
        pool = FORMATS["json-string"] if spelling == "application/json" else FORMATS.get(spelling)
        return random.choice(pool or TEXTS)
    pool = {"integer": INTEGERS, "number": NUMBERS, "boolean": BOOLEANS}.get(schema.get("type", ""))
    # The first few of each pool are the usual spellings.
    return random.choice((pool or TEXTS)[:5] if random.random() < 0.5 else pool or TEXTS)


def make_value(schema: Schema, document: dict[str, Any], random: Random, depth: int = 0) -> Any:
    """A JSON value that fits the schema, as far as its type says."""
    schema = _one_of(schema, document, random)
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        return _make_object(schema, document, random, depth)
    if kind == "array":
        return _make_array(schema, document, random, depth)
    return _make_scalar(schema, random)


def disturb(value: Any, random: Random) -> Any:
    """The value with one thing in it made different."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        key = random.choice(list(value))
        kind = random.randrange(4)
        if kind == 0:
            return {name: inner for name, inner in value.items() if name != key}
        if kind == 1:
            return {**value, random.choice(("extra", "", key.upper() or "x")): 1}
        return {**value, key: disturb(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.7:
        index = random.randrange(len(value))
        return [*value[:index], disturb(value[index], random), *value[index + 1 :]]
    return [value] if random.random() < 0.1 else random.choice(JSON_ODDITIES)


def _one_of(
    schema: Schema, document: dict[str, Any], random: Random, *, leave_out: str = ""
) -> Schema:
    schema = resolve(schema, document)
    while "anyOf" in schema or "oneOf" in schema:
        choices = schema.get("anyOf") or schema["oneOf"]
        kept = [choice for choice in choices if choice.get("type") != leave_out]
        schema = resolve(random.choice(kept), document)
    return schema


def _make_object(
    schema: Schema, document: dict[str, Any], random: Random, depth: int
) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {
        name: make_value(inner, document, random, depth + 1)
        for name, inner in schema.get("properties", {}).items()
        if name in required or random.random() < 0.6
    }
    others = schema.get("additionalProperties")
    if isinstance(others, dict) and depth < 4:
        for key in random.sample(("a", "1", "2.5", "key"), random.randrange(3)):
            made[key] = make_value(others, document, random, depth + 1)
    return made


def _make_array(schema: Schema, document: dict[str, Any], random: Random, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [make_value(item, document, random, depth + 1) for item in schema["prefixItems"]]
    count = random.randrange(3) if depth < 4 else 0
    items = schema.get("items", {})
    return [make_value(items, document, random, depth + 1) for _ in range(count)]


def _make_scalar(schema: Schema, random: Random) -> Any:
    kind = schema.get("type")
    if kind == "string":
        pool = FORMATS.get(schema.get("format", ""), TEXTS[:8])
        return random.choice(pool)
    simple: dict[Any, tuple[Any, ...]] = {
        "integer": (1, 2, 5, 42, 0, -3, 10**20),
        "number": (1, 1.5, 0.1, 20.0, -2.5, 1e100),
        "boolean": (True, False),
        "null": (None,),
    }
    return random.choice(simple.get(kind, JSON_ODDITIES))


def to_text(value: Any, random: Random) -> str:
    """The JSON text of a value, in one of the styles that clients use."""
    return json.dumps(
        value,
        ensure_ascii=random.random() < 0.7,
        separators=random.choice(((",", ":"), (", ", ": "))),
        indent=random.choice((None, None, None, 1)),
    )
