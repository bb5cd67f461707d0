"""Chapter "Response Status Code"."""

import pytest
from support.client import OpenClient

from sixlane import FastAPI, status


@pytest.mark.parametrize("code", [200, 201, 202, 206, 299, 400, 418, 503])
def test_status_code_is_the_declared_one(open_client: OpenClient, code: int) -> None:
    """Any status code may be that of success."""
    app = FastAPI()

    @app.post("/", status_code=code)
    async def create(name: str) -> dict[str, str]:
        return {"name": name}

    answer = open_client(app).post("/?name=a")
    assert (answer.status_code, answer.json()) == (code, {"name": "a"})


def test_mistakes_keep_their_own_status_code(open_client: OpenClient) -> None:
    """The declared code is for success only."""
    app = FastAPI()

    @app.post("/", status_code=status.HTTP_201_CREATED)
    async def create(name: str) -> None: ...

    assert open_client(app).post("/").status_code == 422


@pytest.mark.parametrize("code", [204, 304])
def test_answers_without_body(open_client: OpenClient, code: int) -> None:
    """204 and 304 have neither body nor length."""
    app = FastAPI()

    @app.delete("/", status_code=code)
    async def delete() -> None: ...

    answer = open_client(app).delete("/")
    assert (answer.status_code, answer.content) == (code, b"")
    assert "content-length" not in answer.headers


def test_body_for_an_answer_without_one_is_refused() -> None:
    """A model for a 204 answer is a mistake of the declaration."""
    app = FastAPI()

    with pytest.raises(AssertionError):

        @app.delete("/", status_code=204)
        async def delete() -> dict[str, str]: ...


def test_names_of_status_codes() -> None:
    """`status` has a name for each code."""
    assert status.HTTP_201_CREATED == 201
    assert status.HTTP_404_NOT_FOUND == 404
    assert status.WS_1008_POLICY_VIOLATION == 1008
