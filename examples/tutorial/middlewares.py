"""What happens around every request."""

from collections.abc import Awaitable, Callable

from sixlane import FastAPI, Request, Response
from sixlane.middleware.cors import CORSMiddleware
from sixlane.middleware.gzip import GZipMiddleware

app = FastAPI()
app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://shop.example"],
    allow_methods=["GET", "POST"],
)


@app.middleware("http")
async def add_version(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Add a header to every answer; the middleware added last is the outermost."""
    response = await call_next(request)
    response.headers["x-version"] = "7"
    return response


@app.get("/words")
async def list_words() -> list[str]:
    """Answer enough that compressing it pays."""
    return ["trowel"] * 100
