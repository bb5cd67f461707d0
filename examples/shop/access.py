"""Who may do what."""

from typing import Annotated

from sixlane import Header, HTTPException


def check_key(x_key: Annotated[str, Header()]) -> None:
    """Let staff through."""
    if x_key != "let-me-in":
        raise HTTPException(403, "Wrong key")
