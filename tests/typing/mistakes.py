"""Mistakes that both checkers find: each line below that is marked fails to check."""

from typing import Annotated, assert_type

from sixlane import APIRouter, Depends, FastAPI, HTTPException, Request, WebSocket
from sixlane.middleware.cors import CORSMiddleware
from sixlane.responses import JSONResponse
from sixlane.testclient import TestClient

app = FastAPI()
router = APIRouter()


@app.get("/")
async def read() -> int:
    return 1


@router.post("/")
def create(number: int) -> str:
    return str(number)


@app.websocket("/chat")
async def chat(websocket: WebSocket) -> None:
    await websocket.send_text(1)  # type: ignore[arg-type]


app.add_api_route(1, read)  # type: ignore[arg-type]
create("1")  # type: ignore[arg-type]
assert_type(create(1), int)  # type: ignore[assert-type]
FastAPI(title=1)  # type: ignore[arg-type]
FastAPI(titel="x")  # type: ignore[call-arg]
APIRouter(prefix=1)  # type: ignore[arg-type]
app.get(1)  # type: ignore[arg-type]
app.get("/", status=201)  # type: ignore[call-arg]
app.post("/", status_code="201")  # type: ignore[arg-type]
app.include_router(app)  # type: ignore[arg-type]
app.add_middleware(CORSMiddleware, allow_origin="*")  # type: ignore[call-arg]
raise_status = HTTPException("404")  # type: ignore[arg-type]
TestClient(app, transport="http")  # type: ignore[arg-type]
Depends(read, use_cache="no")  # type: ignore[arg-type]
JSONResponse({}, status_code="200")  # type: ignore[arg-type]


def path_of(request: Request) -> int:
    return request.url.path  # type: ignore[return-value]


def find(name: Annotated[str, Depends(path_of)]) -> str:
    return name.missing  # type: ignore[attr-defined, no-any-return]
