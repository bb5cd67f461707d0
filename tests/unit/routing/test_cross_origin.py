"""Origins that must not have the user's credentials."""

from typing import Any

import pytest
from support.client import OpenClient

from sixlane import FastAPI
from sixlane.exceptions import DeclarationError
from sixlane.middleware import Middleware
from sixlane.middleware.cors import CORSMiddleware

REFUSED: dict[str, dict[str, Any]] = {
    "any origin": {"allow_origins": ["*"]},
    "any origin, beside a name": {"allow_origins": ("https://a.example", "*")},
    "the origin null": {"allow_origins": ["null"]},
    "a pattern that takes null": {"allow_origin_regex": ".*"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_credentials_for_any_page_are_refused_at_start_up(name: str) -> None:
    """Both ways of declaring middleware name the mistake and its place."""
    with pytest.raises(DeclarationError, match=r"credentials[\s\S]*where: .*test_cross_origin"):
        FastAPI().add_middleware(CORSMiddleware, allow_credentials=True, **REFUSED[name])
    with pytest.raises(DeclarationError, match="credentials"):
        FastAPI(middleware=[Middleware(CORSMiddleware, allow_credentials=True, **REFUSED[name])])


@pytest.mark.parametrize("name", REFUSED)
def test_the_same_origins_are_allowed_without_credentials(name: str) -> None:
    """What is public may be read by every page."""
    FastAPI().add_middleware(CORSMiddleware, **REFUSED[name])


def test_null_is_never_told_its_own_name(open_client: OpenClient) -> None:
    """Neither by a list of origins nor by a pattern of secure ones."""
    app = FastAPI()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://a.example"],
        allow_origin_regex=r"https://.*\.example",
        allow_credentials=True,
    )

    @app.get("/")
    async def read() -> int:
        return 1

    client = open_client(app)
    assert "access-control-allow-origin" not in client.get("/", headers={"origin": "null"}).headers
    answer = client.get("/", headers={"origin": "https://b.example"})
    assert answer.headers["access-control-allow-origin"] == "https://b.example"
