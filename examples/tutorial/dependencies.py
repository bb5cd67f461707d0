"""What several handlers need, asked for by their parameters."""

from collections.abc import Iterator
from typing import Annotated

from sixlane import Depends, FastAPI, HTTPException

app = FastAPI()
log: list[str] = []


class Page:
    """Which part of a list is asked for; a class is a dependency too."""

    def __init__(self, skip: int = 0, limit: int = 10) -> None:
        self.skip = skip
        self.limit = limit


def open_session() -> Iterator[list[str]]:
    """Give a session to the handler, and close it once the handler has ended."""
    log.append("open")
    try:
        yield ["Trowel", "Spade", "Rake"]
    finally:
        log.append("close")


Session = Annotated[list[str], Depends(open_session)]


def find_tool(number: int, session: Session) -> str:
    """Depend on another dependency, which runs once per request."""
    if number >= len(session):
        raise HTTPException(404, "No such tool")
    return session[number]


@app.get("/tools")
async def list_tools(page: Annotated[Page, Depends()], session: Session) -> list[str]:
    """List a page of tools."""
    return session[page.skip : page.skip + page.limit]


@app.get("/tools/{number}")
async def read_tool(tool: Annotated[str, Depends(find_tool)]) -> str:
    """Read one tool."""
    return tool
