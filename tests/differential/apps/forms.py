"""Forms: single fields, models, dependencies; urlencoded and multipart."""

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from differential.exchange import Request

URLENCODED = b"application/x-www-form-urlencoded"


class Person(BaseModel):
    """A form model with every kind of field."""

    name: str = Field(max_length=8)
    age: int = 18
    rate: float | None = None
    active: bool = Field(default=False, alias="is_active")
    tags: list[str] = []


class Extra(BaseModel):
    """A form model that keeps what it does not know."""

    model_config = ConfigDict(extra="allow")

    name: str


class Seen(BaseModel):
    """A form model that looks at the whole form first."""

    model_config = ConfigDict(extra="forbid")

    name: str

    @model_validator(mode="before")
    @classmethod
    def look(cls, values: Any) -> Any:
        """Take what an older form sent."""
        if isinstance(values, dict) and "old" in values:
            return {"name": repr(values.pop("old")), **values}
        return values


def build(framework: str, _events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    form = web.Form()

    @app.post("/fields")
    async def fields(
        name: Annotated[str, form],
        age: Annotated[int, form] = 18,
        rate: Annotated[float | None, form] = None,
        active: Annotated[bool, web.Form(alias="is_active")] = False,
        tags: Annotated[list[str] | None, form] = None,
    ) -> Any:
        return [name, age, rate, active, tags]

    @app.post("/constrained/{size}")
    def constrained(size: int, name: Annotated[str, web.Form(max_length=3)]) -> Any:
        return [size, name]

    @app.post("/caf\u00e9")
    async def beyond_ascii(name: Annotated[str, web.Form(alias="caf\u00e9")] = "none") -> Any:
        return name

    async def find_name(name: Annotated[str, form]) -> str:
        return name.upper()

    @app.post("/dependency")
    async def dependency(
        found: Annotated[str, web.Depends(find_name)], age: Annotated[int, form] = 1
    ) -> Any:
        return [found, age]

    _add_models(app, form)
    limited = web.APIRouter(form_limits={"max_fields": 2, "max_part_size": 12})

    @limited.post("/limited")
    async def read_limited(name: Annotated[str, form]) -> Any:
        return name

    app.include_router(limited)
    return app


def _add_models(app: Any, form: Any) -> None:
    @app.post("/person")
    async def person(data: Annotated[Person, form]) -> Any:
        return [data, sorted(data.model_fields_set)]

    @app.post("/extra")
    def extra(data: Annotated[Extra, form]) -> Any:
        return data

    @app.post("/seen")
    async def seen(data: Annotated[Seen, form]) -> Any:
        return data

    @app.post("/either")
    def either(
        person: Annotated[Person | None, form] = None, extra: Annotated[Extra | None, form] = None
    ) -> Any:
        return [person, extra]

    @app.post("/default")
    def default(data: Annotated[Person | Extra, form] = Extra(name="none")) -> Any:  # noqa: B008
        return [type(data).__name__, data]


_PATHS = (
    "/fields", "/constrained/3", "/dependency", "/person", "/extra", "/seen", "/limited", "/either",
    "/default",
)  # fmt: skip
_NAMES = (
    "name", "name", "age", "rate", "is_active", "tags", "old", "other", "n%61me", "", "+",
    "caf%C3%A9",
)  # fmt: skip
_VALUES = (
    "", "Ann", "1", "x", "1.5", "true", "a+b", "%41", "%", "%4", "%zz", "%C3%A9", "%ff", "a=b",
    "caf\u00e9", "a;b=1", "%00", "0", "off", " 7", "+7+", "%2B7", "a%26b", "1e3", "nan",
    "Annabella the Second",
)  # fmt: skip
_TYPES = (
    b"application/x-www-form-urlencoded; charset=utf-8", b"APPLICATION/X-WWW-FORM-URLENCODED",
    b"application/x-www-form-urlencoded ; charset=utf-8", b"text/plain",
    b"application/x-www-form-urlencoded;", b"application/x-www-form-urlencoded;boundary",
    b"application/x-www-form-urlencodedx", b"multipart/form-data", b"application/json", b"",
)  # fmt: skip


def requests() -> Iterator[Request]:
    """Make forms by chance, and those that are at a limit."""
    random = Random(7)
    for path, _ in product(_PATHS, range(60)):
        pairs = [_make_pair(random) for _ in range(random.choice((0, 1, 2, 2, 3, 5)))]
        if random.random() < 0.7:
            pairs.append(f"name={random.choice(_VALUES)}")
        yield _form(path, "&".join(pairs), chunked=random.random() < 0.1)
    yield from (_form("/fields", "name=Ann", media_type) for media_type in _TYPES)
    yield _form("/caf%C3%A9", "caf%C3%A9=x")
    yield _form("/caf%C3%A9", "caf\u00e9=x")
    for path in ("/limited", "/person"):
        yield _form(path, "name=" + "x" * 7)
        yield _form(path, "name=" + "x" * 9)
        yield _form(path, "name=x&name=y")
        yield _form(path, "name=x&&&a=y&")
        yield _form(path, "name=x&a=y&b=z")
    for count in (1000, 1001):
        yield _form("/fields", "&".join(["name=Ann"] * count))
    for size in (65_531, 65_532, 1024 * 1024, 1024 * 1024 + 1):
        yield _form("/extra", "name=" + "x" * (size - len("name")))


def _make_pair(random: Random) -> str:
    name = random.choice(_NAMES)
    return name if random.random() < 0.1 else f"{name}={random.choice(_VALUES)}"


def _form(
    path: str, text: str, media_type: bytes = URLENCODED, *, chunked: bool = False
) -> Request:
    headers = (("content-type", media_type),) if media_type else ()
    return Request("POST", path, None, headers, text.encode(), chunked)
