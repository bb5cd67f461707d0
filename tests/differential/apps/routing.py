"""Which route takes a request: order, convertors, prefixes, mounts, slashes, methods."""

from importlib import import_module
from pathlib import Path
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route


class HexConvertor(Convertor[int]):
    """Numbers in hexadecimal digits."""

    regex = "[0-9a-f]+"

    def convert(self, value: str) -> int:
        """Text to number."""
        return int(value, 16)

    def to_string(self, value: int) -> str:
        """Number to text."""
        return f"{value:x}"


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    register_url_convertor("hex", HexConvertor())
    app = web.FastAPI()
    _add_overlaps(app)
    _add_convertors(app)
    _add_methods(app)
    _add_slashes(app)
    _add_suffixes(app)
    _add_routers(app, web)
    _add_foreign(app, web, framework)
    _add_custom(app, web, framework, events)
    _add_reversing(app, web)
    _add_late(app, web)
    _add_frontends(app, web)
    return app


def _add_overlaps(app: Any) -> None:
    @app.get("/users/me")
    async def me() -> Any:
        return "me"

    @app.get("/users/{name}")
    async def user(name: str) -> Any:
        return ["user", name]

    @app.get("/users/you")
    async def you() -> Any:
        return "never"

    @app.post("/users/{name}")
    async def change(name: str) -> Any:
        return ["change", name]

    @app.get("/users/{name}/posts")
    async def posts(name: str) -> Any:
        return ["posts", name]

    @app.get("/{kind}/me")
    async def any_me(kind: str) -> Any:
        return ["any", kind]

    @app.put("/users/me")
    async def put_me() -> Any:
        return "put me"


def _add_convertors(app: Any) -> None:
    @app.get("/by/{value:int}")
    async def integer(value: int) -> Any:
        return ["int", value]

    @app.get("/by/{value:float}")
    async def number(value: float) -> Any:
        return ["float", value]

    @app.get("/by/{value:uuid}")
    async def identity(value: str) -> Any:
        return ["uuid", value]

    @app.get("/by/{value}")
    async def text(value: str) -> Any:
        return ["str", value]

    @app.get("/by/{value:path}")
    async def path(value: str) -> Any:
        return ["path", value]

    @app.get("/hex/{value:hex}")
    async def hexadecimal(value: int) -> Any:
        return ["hex", value]

    @app.get("/hex/{value:hex}/{rest:path}")
    async def hexadecimal_path(value: int, rest: str) -> Any:
        return ["hex", value, rest]


def _add_methods(app: Any) -> None:
    @app.api_route("/many", methods=["GET", "HEAD", "BREW"], include_in_schema=False)
    async def many() -> Any:
        return "many"

    @app.options("/many")
    async def options() -> Any:
        return "options"

    @app.head("/only-head")
    async def only_head() -> Any:
        return "head"

    @app.trace("/trace")
    async def trace() -> Any:
        return "trace"

    @app.delete("/method")
    @app.patch("/method")
    async def method() -> Any:
        return "method"


def _add_slashes(app: Any) -> None:
    @app.get("/without")
    async def without() -> Any:
        return "without"

    @app.get("/with/")
    async def with_slash() -> Any:
        return "with"

    @app.post("/with/{name}/")
    async def with_name(name: str) -> Any:
        return name

    @app.get("/")
    async def root() -> Any:
        return "root"


def _add_suffixes(app: Any) -> None:
    @app.get("/reports/{name}.json")
    async def report_json(name: str) -> Any:
        return ["json", name]

    @app.get("/reports/{name}.{kind}")
    async def report(name: str, kind: str) -> Any:
        return [name, kind]

    @app.get("/ranges/{low:int}-{high:int}")
    async def between(low: int, high: int) -> Any:
        return [low, high]

    @app.get("/deep/{path:path}/end")
    async def deep(path: str) -> Any:
        return path

    @app.get("/special/a+b(c)")
    async def special() -> Any:
        return "special"

    @app.get("/special/caf\u00e9")
    async def accent() -> Any:
        return "accent"


def _add_routers(app: Any, web: Any) -> None:
    leaf = web.APIRouter()

    @leaf.get("")
    async def leaf_root() -> Any:
        return "leaf root"

    @leaf.get("/{number}")
    async def leaf_number(number: int, tenant: str = "none") -> Any:
        return [tenant, number]

    middle = web.APIRouter(prefix="/middle")
    middle.include_router(leaf, prefix="/leaf")
    app.include_router(middle)
    app.include_router(middle, prefix="/tenants/{tenant}")
    app.include_router(leaf, prefix="/again", tags=["again"])


def _add_foreign(app: Any, web: Any, framework: str) -> None:
    async def plain(request: Any) -> Any:
        return PlainTextResponse(f"{request.method} {request.url.path} {request.path_params}")

    child = web.FastAPI()

    @child.get("/child/{number}")
    async def child_route(number: int, request: web.Request) -> Any:
        return [number, request.scope["root_path"], request.url.path]

    app.add_route("/plain/{name}", plain, methods=["GET", "POST"])
    app.mount("/mounted", child)
    app.mount("/mounted-plain", PlainTextResponse("mounted"))
    app.router.routes.append(Mount("/static", routes=[Route("/{name:path}", plain)]))
    static = import_module(f"{framework}.staticfiles")
    app.mount("/files", static.StaticFiles(directory=Path(__file__).parent), name="files")
    app.host("other.example", PlainTextResponse("host"))


def _add_custom(app: Any, web: Any, framework: str, events: list[str]) -> None:
    routing = import_module(f"{framework}.routing")

    class Timed(routing.APIRoute):  # type: ignore[misc]
        def get_route_handler(self) -> Any:
            handle = super().get_route_handler()

            async def timed(request: Any) -> Any:
                events.append("before")
                response = await handle(request)
                events.append("after")
                response.headers["x-timed"] = "yes"
                return response

            return timed

    router = web.APIRouter(route_class=Timed, prefix="/timed")

    @router.get("/{number}")
    async def timed(number: int) -> Any:
        events.append("endpoint")
        return number

    app.include_router(router)


def _add_reversing(app: Any, web: Any) -> None:
    @app.get("/links/{number}", name="the link")
    async def link(number: int, request: web.Request) -> Any:
        return [
            str(request.url_for("the link", number=number + 1)),
            str(request.url_for("user", name="a b")),
            app.url_path_for("hexadecimal", value=255),
            str(request.base_url),
            request.url.path,
        ]


def _add_late(app: Any, web: Any) -> None:
    router = web.APIRouter()
    app.include_router(router, prefix="/late")

    @router.get("/route")
    async def late() -> Any:
        return "late"


def _add_frontends(app: Any, web: Any) -> None:
    router = web.APIRouter()
    router.frontend("/", directory=Path(__file__).parent)
    app.include_router(router, prefix="/front")
    app.frontend("/front/generated", directory=Path(__file__).parent.parent / "generated")
