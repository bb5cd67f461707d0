"""One request to a front end: its dependencies, then a file, or what stands in for it."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic_core import PydanticUndefined
from starlette._utils import get_route_path
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL, Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from sixlane._compile.body import embeds, list_body_fields
from sixlane._compile.dependant import compile_handler
from sixlane._run.exchange import exchange_application
from sixlane._run.solve import SolveState, solve
from sixlane.exceptions import EndpointContext, FastAPIError, RequestValidationError
from sixlane.params import Depends

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_QUOTED = re.compile(r'"([^"]*)"')
_SEPARATORS = re.compile(r"[,;=]")


class ServedFrontend(Protocol):
    """What is needed of a declared front end."""

    path: str
    directory: str | os.PathLike[str]
    dependencies: list[Depends]
    dependency_overrides_provider: Any
    max_body_size: int | None

    @property
    def fallback(self) -> str | None: ...


class FoundFile(NamedTuple):
    """A file that answers a path.

    Attributes:
        path: Where it is.
        stat_result: What the file system says of it.
        is_index: Whether the path is that of the directory the file lies in.
    """

    path: str
    stat_result: os.stat_result
    is_index: bool


def frontend_application(frontend: ServedFrontend) -> ASGIApp:
    """Make the ASGI application that serves a front end.

    Raises:
        DeclarationError: A dependency is declared wrongly.
    """
    files = FrontendFiles(frontend.directory, frontend.fallback)
    # The prefix is taken literally: dependencies get no parameters out of it.
    dependant = compile_handler(_handle_nothing, "", frontend.dependencies)
    embed_body = embeds(list_body_fields(dependant))

    async def run_frontend(request: Request) -> Response:
        path = get_route_path(request.scope)[len(frontend.path) :]
        if request.method not in ("GET", "HEAD"):
            raise await files.refuse(path)
        # A body is not read: requests for files have none. A file would be sent beside a look for
        # the client's leaving, which meets the limit too late.
        _check_length(request, frontend.max_body_size)
        provider = frontend.dependency_overrides_provider
        state = SolveState(request, PydanticUndefined, embed_body, provider)
        _, errors = await solve(state, dependant)
        if errors:
            context: EndpointContext = {"path": f"{request.method} {frontend.path}"}
            raise RequestValidationError(errors, endpoint_ctx=context)
        response = await files.answer(path, request.scope)
        if state.response is not None:
            response.raw_headers.extend(state.response.raw_headers)
        response.background = state.background_tasks
        return response

    application = exchange_application(run_frontend)
    if frontend.max_body_size is None:
        return application
    return RequestBodyLimitMiddleware(application, max_body_size=frontend.max_body_size)


def _check_length(request: Request, most: int | None) -> None:
    length = request.headers.get("content-length", "")
    if most is not None and length.isdecimal() and int(length) > most:
        raise HTTPException(413, "Content Too Large")


def _handle_nothing() -> None:
    """Stand for the handler, of which only the dependencies are needed."""


class FrontendFiles(StaticFiles):
    """The files of a front end, and what answers where there is none.

    Args:
        directory: The directory.
        fallback: See `APIRouter.frontend`.
    """

    def __init__(self, directory: str | os.PathLike[str], fallback: str | None) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._name = os.fspath(directory)
        self._fallback = fallback

    async def answer(self, path: str, scope: Scope) -> Response:
        """Make the answer for a path below the front end's.

        Raises:
            HTTPException: 404 where there is neither a file nor a fallback; 401 where the file may
                not be looked at.
            RuntimeError: The directory or the fallback file is not there.
        """
        found = await self._find_checked(path)
        if found is None:
            return await self._fall_back(scope)
        if found.is_index and not scope["path"].endswith("/"):
            url = URL(scope=scope)
            return RedirectResponse(url.replace(path=url.path + "/"))
        return self.file_response(found.path, found.stat_result, scope)

    async def refuse(self, path: str) -> HTTPException:
        """Make the answer for any other method than GET and HEAD: 405 where there is a file."""
        found = await self._find_checked(path)
        return HTTPException(404 if found is None else 405)

    async def _find_checked(self, path: str) -> FoundFile | None:
        if not self.config_checked:
            await self.check_config()
            self.config_checked = True
        try:
            return await run_in_threadpool(self._find, path.lstrip("/"))
        except PermissionError:
            raise HTTPException(401) from None
        except ValueError:
            raise HTTPException(404) from None  # a null byte, or what is no text
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise HTTPException(404) from None
            raise

    def _find(self, path: str) -> FoundFile | None:
        """Find the file of a path, or the index of a directory."""
        path = os.path.normpath(path)
        full_path, stat_result = self.lookup_path(path)
        if stat_result is None:
            return None
        if stat.S_ISREG(stat_result.st_mode):
            return FoundFile(full_path, stat_result, is_index=False)
        if stat.S_ISDIR(stat_result.st_mode):
            full_path, stat_result = self.lookup_path(f"{path}/index.html")
            if stat_result is not None and stat.S_ISREG(stat_result.st_mode):
                return FoundFile(full_path, stat_result, is_index=True)
        return None

    async def _fall_back(self, scope: Scope) -> Response:
        for name, status_code in (("404.html", 404), ("index.html", 200)):
            if self._fallback not in ("auto", name):
                continue
            if name == "index.html" and not accepts_html(Headers(scope=scope).get("accept", "")):
                continue
            found = await run_in_threadpool(self._find, name)
            if found is not None:
                return self.file_response(found.path, found.stat_result, scope, status_code)
            if self._fallback == name:
                raise FastAPIError(missing_fallback(self._name, name))
        raise HTTPException(404)


def missing_fallback(directory: str, fallback: str) -> str:
    """Say that the fallback file is not there."""
    return (
        f"frontend fallback {fallback!r} does not exist in directory {directory!r}: looked for in "
        f"{Path(directory).absolute()}"
    )


def accepts_html(accept: str) -> bool:
    """Tell whether an `Accept` header names HTML or XHTML, as those of browsers do for pages.

    Wildcards do not count: scripts and images are asked for with them too.
    """
    # Separators inside quotes separate nothing.
    accept = _QUOTED.sub(lambda quoted: _SEPARATORS.sub("_", quoted[1]), accept)
    for item in accept.split(","):
        media_type, *parameters = (part.strip() for part in item.split(";"))
        if media_type.lower() in _HTML_TYPES and not any(map(_is_refusal, parameters)):
            return True
    return False


def _is_refusal(parameter: str) -> bool:
    """Tell whether a parameter is a quality of 0."""
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return False
    try:
        return float(value) == 0
    except ValueError:
        return False
