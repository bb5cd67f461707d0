"""An application as its users type it; both checkers accept all of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypedDict, assert_type

from pydantic import BaseModel

from sixlane import (
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
    UploadFile,
    WebSocket,
    WebSocketDisconnect,
    status,
)
from sixlane.exceptions import RequestValidationError
from sixlane.middleware.cors import CORSMiddleware
from sixlane.responses import HTMLResponse, JSONResponse, StreamingResponse
from sixlane.routing import APIRoute
from sixlane.security import (
    APIKeyHeader,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)
from sixlane.testclient import TestClient


class Item(BaseModel):
    name: str
    price: float = 0


class State(TypedDict):
    names: list[str]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[State]:
    yield {"names": [app.title]}


app = FastAPI(title="Typed", lifespan=lifespan, responses={404: {"model": Item}})
router = APIRouter(prefix="/items", tags=["items"])
app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"])


# Dependencies


def open_session() -> Iterator[list[str]]:
    yield []


async def find_name(session: Annotated[list[str], Depends(open_session)]) -> str:
    return session[0]


class Page:
    def __init__(self, skip: int = 0) -> None:
        self.skip = skip


# Parameters


@router.get("/{number}", response_model=Item, status_code=status.HTTP_200_OK)
async def read_item(
    number: Annotated[int, Path(ge=1)],
    q: Annotated[str | None, Query(max_length=3)] = None,
    token: Annotated[str, Header()] = "",
    session: Annotated[str | None, Cookie()] = None,
    page: Page = Depends(),
    name: str = Depends(find_name),
    limit: int = Query(default=10, ge=1),
) -> Item:
    return Item(name=name, price=number + page.skip + limit)


@router.post("/", status_code=201)
def create_item(
    item: Item, tasks: BackgroundTasks, response: Response, note: Annotated[str, Body()] = ""
) -> dict[str, str]:
    tasks.add_task(print, item.name, end=note)
    response.headers["x-name"] = item.name
    return {"name": item.name}


assert_type(create_item(Item(name="a"), BackgroundTasks(), Response()), dict[str, str])


@app.post("/files")
async def upload(
    file: UploadFile, data: Annotated[bytes, File()], title: str = Form("")
) -> tuple[str | None, int]:
    assert_type(await file.read(), bytes)
    return file.filename, len(data) + len(title)


app.include_router(router, dependencies=[Depends(find_name)])


# Answers


@app.get("/page", response_class=HTMLResponse)
def read_page(request: Request) -> HTMLResponse:
    return HTMLResponse(f"<h1>{request.url.path}</h1>")


@app.get("/lines")
async def stream() -> AsyncIterator[Item]:
    yield Item(name="a")


@app.get("/bytes", response_class=StreamingResponse)
def stream_bytes() -> Iterator[bytes]:
    yield b"a"


@app.websocket("/chat/{room}")
async def chat(websocket: WebSocket, room: str) -> None:
    await websocket.accept()
    try:
        assert_type(await websocket.receive_text(), str)
    except WebSocketDisconnect as gone:
        assert_type(gone.code, int)


# Around requests


@app.exception_handler(RequestValidationError)
async def answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse({"path": request.url.path, "errors": len(error.errors())}, 422)


@app.middleware("http")
async def add_header(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers["x-a"] = "b"
    return response


# Security

basic, bearer, key = HTTPBasic(), HTTPBearer(auto_error=False), APIKeyHeader(name="x-key")
oauth = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "Read"})


def current_user(scopes: SecurityScopes, token: Annotated[str, Depends(oauth)]) -> str:
    if not scopes.scopes:
        raise HTTPException(403, detail={"why": "no scope"}, headers={"www-authenticate": "Bearer"})
    return token


@app.post("/token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> list[str]:
    assert_type(form.scopes, list[str])
    return [form.username, form.password]


@app.get("/me")
def read_me(
    user: Annotated[str, Security(current_user, scopes=["read"])],
    password: Annotated[HTTPBasicCredentials, Depends(basic)],
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    api_key: Annotated[str, Depends(key)],
) -> str:
    return user + password.username + (token.credentials if token else "") + api_key


# Tests


class TimedRoute(APIRoute):
    """Look at each answer on its way."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put a function around the route's own."""
        original = super().get_route_handler()

        async def answer(request: Request) -> Response:
            response = await original(request)
            response.headers["x-status"] = str(response.status_code)
            return response

        return answer


timed = APIRouter(route_class=TimedRoute)


def use_client() -> None:
    app.dependency_overrides[find_name] = lambda: "a"
    with TestClient(app, transport="engine") as client:
        answer = client.get("/items/1", params={"q": "a"})
        assert_type(answer.status_code, int)
        assert_type(answer.text, str)
