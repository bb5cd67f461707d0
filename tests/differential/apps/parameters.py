"""Path, query, header and cookie parameters of every type."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from importlib import import_module
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
)


class Color(StrEnum):
    """Choices by text."""

    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    """Choices by number."""

    LOW = 1
    HIGH = 10


class Paging(BaseModel):
    """Several parameters at once."""

    limit: int = Field(10, gt=0, le=100)
    offset: int = 0
    tags: list[str] = []
    order_by: Literal["name", "age"] = "name"


class StrictPaging(BaseModel):
    """Several parameters and no others."""

    model_config = ConfigDict(extra="forbid")

    page: int
    size: int | None = None
    label: str = Field("none", alias="lab-el")


class OpenPaging(BaseModel):
    """Several parameters and all others."""

    model_config = ConfigDict(extra="allow")

    start: date | None = None


class Agent(BaseModel):
    """Several headers at once."""

    user_agent: str | None = None
    x_count: int = 0
    x_tags: list[str] = []


class Crumbs(BaseModel):
    """Several cookies at once."""

    model_config = ConfigDict(extra="forbid")

    session: str
    visits: int = 0


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


def _small(value: int) -> int:
    assert value < 1000, "must be small"
    return value


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    _add_scalars(app, web)
    _add_constraints(app, web)
    _add_types(app, web)
    _add_lists(app, web)
    _add_paths(app, web)
    _add_headers(app, web)
    _add_cookies(app, web)
    _add_models(app, web)
    _add_special(app, web, events)
    return app


def _add_scalars(app: Any, web: Any) -> None:
    @app.get("/scalars")
    async def scalars(number: int, ratio: float, flag: bool, text: str) -> Any:
        return {"number": number, "ratio": ratio, "flag": flag, "text": text}

    @app.get("/defaults")
    async def defaults(
        number: int = 7,
        ratio: float = 0.5,
        flag: bool = True,
        text: str = "none",
        maybe: int | None = None,
        both: int | str = 0,
    ) -> Any:
        return [number, ratio, flag, text, maybe, both]

    @app.get("/in-thread")
    def in_thread(number: int, maybe: str | None = None) -> Any:
        return {"number": number, "maybe": maybe}

    @app.get("/one")
    async def one(number: int) -> Any:
        return number

    @app.get("/ratio")
    async def ratio(value: float) -> Any:
        return value

    @app.get("/flag")
    async def flag(value: bool) -> Any:
        return value

    @app.get("/text")
    async def text(value: str = "") -> Any:
        return value


def _add_constraints(app: Any, web: Any) -> None:
    @app.get("/constraints")
    async def constraints(
        low: Annotated[int, web.Query(ge=1, lt=10)] = 1,
        step: Annotated[int, web.Query(multiple_of=5)] = 5,
        finite: Annotated[float, web.Query(allow_inf_nan=False, gt=0.0)] = 1.0,
        code: Annotated[str, web.Query(pattern="^[a-z]{2,4}$")] = "ab",
        name: Annotated[str | None, web.Query(min_length=2, max_length=5)] = None,
    ) -> Any:
        return [low, step, finite, code, name]

    @app.get("/strict")
    async def strict(text: Annotated[str, web.Query(strict=True, max_length=3)]) -> Any:
        return text

    @app.get("/exact")
    async def exact(
        amount: Annotated[Decimal, web.Query(max_digits=5, decimal_places=2)],
        rate: Decimal = Decimal(1),
    ) -> Any:
        return [amount, rate]

    @app.get("/checked")
    async def checked(
        even: Annotated[int, AfterValidator(_even), AfterValidator(_small)],
        lower: Annotated[str, BeforeValidator(str.lower)] = "a",
    ) -> Any:
        return [even, lower]

    @app.get("/fresh")
    async def fresh(values: Annotated[list[int], web.Query(default_factory=lambda: [1, 2])]) -> Any:
        values.append(3)
        return values

    @app.get("/checked-default")
    async def checked_default(
        number: Annotated[int, web.Query(gt=5, validate_default=True)] = 1,
    ) -> Any:
        return number


def _add_types(app: Any, web: Any) -> None:
    @app.get("/times")
    async def times(
        moment: datetime | None = None,
        day: date | None = None,
        clock: time | None = None,
        span: timedelta | None = None,
    ) -> Any:
        return {"moment": moment, "day": day, "clock": clock, "span": span}

    @app.get("/choices")
    async def choices(
        color: Color = Color.RED, level: Level = Level.LOW, word: Literal["a", "b", 3] = "a"
    ) -> Any:
        return [color, level, word]

    @app.get("/identity")
    async def identity(key: UUID) -> Any:
        return {"key": key, "version": key.version}

    @app.get("/json")
    async def json(data: Annotated[Json[list[int]], web.Query()]) -> Any:
        return data

    @app.get("/bytes")
    async def raw(data: bytes = b"none") -> Any:
        return data

    @app.get("/unions")
    async def unions(
        first: float | bool | str = 1,
        second: Annotated[int | str, web.Query(union_mode="left_to_right")] = 1,
        third: date | int | None = None,
    ) -> Any:
        return [first, second, third]


def _add_lists(app: Any, web: Any) -> None:
    @app.get("/lists")
    async def lists(
        numbers: Annotated[list[int], web.Query()],
        words: Annotated[list[str], web.Query()] = ["one"],  # noqa: B006
        maybe: Annotated[list[float] | None, web.Query()] = None,
    ) -> Any:
        return {"numbers": numbers, "words": words, "maybe": maybe}

    @app.get("/collections")
    async def collections(
        unique: Annotated[set[int], web.Query()] = {1},  # noqa: B006
        pair: Annotated[tuple[int, str], web.Query()] = (1, "a"),
        many: Annotated[tuple[int, ...], web.Query()] = (),
        frozen: Annotated[frozenset[str], web.Query()] = frozenset(),
    ) -> Any:
        return [sorted(unique), pair, many, sorted(frozen)]

    @app.get("/lengths")
    async def lengths(
        few: Annotated[list[int], web.Query(min_length=1, max_length=2)] = [1],  # noqa: B006
    ) -> Any:
        return few

    @app.get("/bare-list")
    async def bare_list(values: Annotated[list, web.Query()] = []) -> Any:  # noqa: B006
        return values


def _add_paths(app: Any, web: Any) -> None:
    @app.get("/items/{item_id}")
    async def item(item_id: int, q: str | None = None) -> Any:
        return {"item_id": item_id, "q": q}

    @app.get("/ratios/{ratio}/of/{whole}")
    async def ratio_of(ratio: float, whole: Annotated[int, web.Path(ge=1, le=1000)]) -> Any:
        return [ratio, whole]

    @app.get("/colors/{color}")
    async def color(color: Color) -> Any:
        return color

    @app.get("/flags/{flag}")
    def flag(flag: bool) -> Any:
        return flag

    @app.get("/words/{word}")
    async def word(word: Annotated[str, web.Path(min_length=2, max_length=8)]) -> Any:
        return {"word": word, "length": len(word)}

    @app.get("/keys/{key}")
    async def key(key: UUID) -> Any:
        return key

    @app.get("/days/{day}")
    async def day(day: date) -> Any:
        return day

    @app.get("/files/{name:path}")
    async def file(name: str) -> Any:
        return name

    @app.get("/typed/{number:int}/{ratio:float}/{key:uuid}")
    async def typed(number: int, ratio: float, key: UUID) -> Any:
        return [number, ratio, key]


def _add_headers(app: Any, web: Any) -> None:
    @app.get("/headers")
    async def headers(
        x_token: Annotated[str, web.Header()],
        x_number: Annotated[int, web.Header()] = 1,
        user_agent: Annotated[str | None, web.Header()] = None,
        plain_name: Annotated[str | None, web.Header(convert_underscores=False)] = None,
        other: Annotated[str | None, web.Header(alias="X-Renamed")] = None,
    ) -> Any:
        return [x_token, x_number, user_agent, plain_name, other]

    @app.get("/header-lists")
    async def header_lists(
        x_values: Annotated[list[int] | None, web.Header()] = None,
        x_words: Annotated[list[str], web.Header()] = [],  # noqa: B006
    ) -> Any:
        return {"values": x_values, "words": x_words}

    @app.get("/header-types")
    def header_types(
        x_day: Annotated[date | None, web.Header()] = None,
        x_flag: Annotated[bool, web.Header()] = False,
        x_ratio: Annotated[float, web.Header()] = 0,
    ) -> Any:
        return [x_day, x_flag, x_ratio]


def _add_cookies(app: Any, web: Any) -> None:
    @app.get("/cookies")
    async def cookies(
        session: Annotated[str, web.Cookie()],
        visits: Annotated[int, web.Cookie(ge=0)] = 0,
        theme: Annotated[str | None, web.Cookie(alias="the-me")] = None,
    ) -> Any:
        return [session, visits, theme]

    @app.get("/optional-cookie")
    async def optional_cookie(flavour: Annotated[str | None, web.Cookie()] = None) -> Any:
        return flavour


def _add_models(app: Any, web: Any) -> None:
    @app.get("/paging")
    async def paging(paging: Annotated[Paging, web.Query()]) -> Any:
        return paging

    @app.get("/strict-paging")
    async def strict_paging(paging: Annotated[StrictPaging, web.Query()]) -> Any:
        return paging

    @app.get("/open-paging")
    async def open_paging(paging: Annotated[OpenPaging, web.Query()]) -> Any:
        return paging

    @app.get("/paging-and-more")
    async def paging_and_more(
        paging: Annotated[Paging, web.Query()],
        extra: int,
        other: Annotated[OpenPaging, web.Query()],
    ) -> Any:
        return [paging, extra, other]

    @app.get("/optional-paging")
    async def optional_paging(paging: Annotated[StrictPaging | None, web.Query()] = None) -> Any:
        return paging

    @app.get("/agent")
    async def agent(agent: Annotated[Agent, web.Header()]) -> Any:
        return agent

    @app.get("/crumbs")
    async def crumbs(crumbs: Annotated[Crumbs, web.Cookie()]) -> Any:
        return crumbs


def _add_special(app: Any, web: Any, events: list[str]) -> None:
    @app.get("/raw/{name}")
    async def raw(request: web.Request, name: str, number: int = 1) -> Any:
        events.append(f"raw {name}")
        return {
            "path": request.url.path,
            "query": request.url.query,
            "params": request.path_params,
            "pairs": request.query_params.multi_items(),
            "cookies": request.cookies,
            "headers": [[name, value] for name, value in request.headers.items()],
            "number": number,
        }

    @app.get("/aliases")
    async def aliases(
        first: Annotated[int, web.Query(alias="the-first")],
        second: Annotated[int | None, web.Query(validation_alias="second.name")] = None,
        third: Annotated[int | None, web.Query(validation_alias=AliasChoices("third", "3"))] = None,
    ) -> Any:
        return [first, second, third]

    @app.get("/hidden")
    async def hidden(
        shown: int, secret: Annotated[int | None, web.Query(include_in_schema=False)] = None
    ) -> Any:
        return [shown, secret]

    @app.get("/old-style")
    async def old_style(
        number: int = web.Query(3, gt=2), token: str = web.Header("none"), page: int = web.Query()
    ) -> Any:
        return [number, token, page]
