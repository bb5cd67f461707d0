"""How refusals look that have a text, for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel


class Refusal(BaseModel):
    """Why a request was not served."""

    detail: str


UNREADABLE: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The body is no text"}
}
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": Refusal, "description": "There is no such item"}
}
