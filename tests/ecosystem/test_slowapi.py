"""SlowAPI: clients that ask too often are told to wait."""

import pytest
from fastapi import FastAPI, Request, Response
from slowapi import Limiter, _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded
from slowapi.middleware import SlowAPIASGIMiddleware, SlowAPIMiddleware
from slowapi.util import get_remote_address
from support.client import OpenClient


def find_key(request: Request) -> str:
    """Whom to count for: the client's key, or its address."""
    return request.headers.get("x-key") or get_remote_address(request)


def make_app(limiter: Limiter) -> FastAPI:
    """An application with the package's handler for those who are too fast."""
    app = FastAPI()
    app.state.limiter = limiter
    app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)  # type: ignore[arg-type]
    return app


def test_the_third_request_in_a_minute_is_refused(open_client: OpenClient) -> None:
    """Each operation counts for itself, each client for itself, `async def` and `def` alike."""
    limiter = Limiter(key_func=find_key)
    app = make_app(limiter)

    @app.get("/waiting/{number}")
    @limiter.limit("2/minute")
    async def waiting(request: Request, number: int) -> int:
        return number

    @app.get("/plain")
    @limiter.limit("2/minute")
    def plain(request: Request) -> str:
        return "plain"

    with open_client(app) as client:
        for path in ("/waiting/7", "/plain"):
            assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/plain").json() == {"error": "Rate limit exceeded: 2 per 1 minute"}
        other = client.get("/waiting/7", headers={"X-Key": "other"})
        assert (other.status_code, other.json()) == (200, 7)


def test_headers_tell_what_is_left(open_client: OpenClient) -> None:
    """The answer of a handler that takes the response carries its headers."""
    limiter = Limiter(key_func=find_key, headers_enabled=True)
    app = make_app(limiter)

    @app.get("/")
    @limiter.limit("2/minute")
    async def read(request: Request, response: Response) -> dict[str, bool]:
        return {"ok": True}

    with open_client(app) as client:
        answers = [client.get("/") for _ in range(3)]
    left = [answer.headers["x-ratelimit-remaining"] for answer in answers]
    assert left == ["1", "0", "0"]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60


@pytest.mark.parametrize("middleware", [SlowAPIMiddleware, SlowAPIASGIMiddleware])
def test_the_middleware_limits_all_operations(
    middleware: type[SlowAPIMiddleware], open_client: OpenClient
) -> None:
    """One limit for what has none of its own; what is exempt is not counted."""
    limiter = Limiter(key_func=find_key, default_limits=["1/minute"])
    app = make_app(limiter)
    app.add_middleware(middleware)

    @app.get("/counted")
    async def counted() -> str:
        return "counted"

    @app.get("/free")
    @limiter.exempt
    async def free() -> str:
        return "free"

    with open_client(app) as client:
        assert [client.get("/counted").status_code for _ in range(2)] == [200, 429]
        assert [client.get("/free").status_code for _ in range(3)] == [200, 200, 200]


def test_a_limit_may_be_shared(open_client: OpenClient) -> None:
    """Two operations that spend from one purse."""
    limiter = Limiter(key_func=find_key)
    app = make_app(limiter)
    purse = limiter.shared_limit("2/minute", scope="purse")

    @app.get("/one")
    @purse
    async def one(request: Request) -> int:
        return 1

    @app.get("/two")
    @purse
    async def two(request: Request) -> int:
        return 2

    with open_client(app) as client:
        statuses = [client.get(path).status_code for path in ("/one", "/two", "/one", "/two")]
    assert statuses == [200, 200, 429, 429]
