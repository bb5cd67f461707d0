"""The body of a request, read and decoded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.message import Message
from typing import Any

from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request

from sixlane._compile.route import CompiledRoute
from sixlane._run.exchange import FORM_SCOPE_KEY
from sixlane._run.form_limits import find_form_limits
from sixlane._run.limit_error import LIMIT_ERRORS, find_limit_error
from sixlane._run.served_request import Request as ServedRequest
from sixlane.exceptions import HTTPException, RequestValidationError

_USUAL = (ServedRequest, Request)
_PASSED_ON: tuple[type[Exception], ...] = (StarletteHTTPException, *LIMIT_ERRORS)


async def receive_body(
    route: CompiledRoute, request: Request, form_limits: Mapping[str, Any]
) -> Any:
    """Read the whole body and decode it.

    Args:
        route: What the body is for.
        request: The request.
        form_limits: The limits of the form parser that differ from its own.

    Returns:
        The form, which is closed when the request is over; the decoded JSON; the bytes where the
        content type says it is something else, or says nothing and that is not enough; undefined
        where the body is empty.

    Raises:
        RequestValidationError: The body is not JSON although it should be.
        HTTPException: 415 where it is compressed, which only a request class of the user's
            decodes; 400 where it cannot be read or decoded for any other reason.
    """
    try:
        if route.is_form:
            limits = find_form_limits(form_limits, request.scope)
            form = await request.form(**limits)
            request.scope[FORM_SCOPE_KEY] = form
            return form
        content = await request.body()
        if not content:
            return PydanticUndefined
        if not _is_json(request.headers.get("content-type"), strict=route.strict_content_type):
            return content
        return json.loads(content) if type(request) in _USUAL else await request.json()
    except json.JSONDecodeError as exc:
        _refuse_coding(request, exc)
        raise _invalid_json(route, request, exc) from exc
    except _PASSED_ON:
        raise
    except Exception as exc:
        answered = find_limit_error(exc)
        if answered is not None:
            raise answered from exc
        _refuse_coding(request, exc)
        raise HTTPException(400, "There was an error parsing the body") from exc


def _refuse_coding(request: Request, failure: Exception) -> None:
    """Tell the client of a body that does not decode what is wrong, where it has compressed it.

    Raises:
        HTTPException: 415, with the codings that are taken (RFC 9110 section 15.5.16).
    """
    coding = request.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        message = "The body has a content-encoding, and is only read without any"
        raise HTTPException(415, message, {"accept-encoding": "identity"}) from failure


def _is_json(content_type: str | None, *, strict: bool) -> bool:
    if not content_type:
        return not strict
    if content_type == "application/json":
        return True
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    is_application = message.get_content_maintype() == "application"
    return is_application and (subtype == "json" or subtype.endswith("+json"))


def _invalid_json(
    route: CompiledRoute, request: Request, exc: json.JSONDecodeError
) -> RequestValidationError:
    error = {
        "type": "json_invalid",
        "loc": ("body", exc.pos),
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": exc.msg},
    }
    context = route.endpoint_context(request)
    return RequestValidationError([error], body=exc.doc, endpoint_ctx=context)
