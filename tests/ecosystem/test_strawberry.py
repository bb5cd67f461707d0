"""Strawberry: a GraphQL API with queries, mutations, and subscriptions over WebSockets."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import pytest
import strawberry
from fastapi import BackgroundTasks, FastAPI, Header, HTTPException, Request
from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_WS_PROTOCOL
from strawberry.types import Info
from support.client import OpenClient
from support.engine import RunningEngine
from websockets.sync.client import connect

from sixlane.testclient import TestClient


@strawberry.type
class Note:
    """Something somebody wrote."""

    number: int
    text: str


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def notes(self, info: Info) -> list[Note]:
        """All notes."""
        return list(info.context["notes"])

    @strawberry.field
    def reader(self, info: Info) -> str:
        """Who asks, as the dependency found out, and by which request."""
        request: Request | None = info.context["request"]
        return f"{info.context['reader']} at {request.url.path if request else 'a socket'}"

    @strawberry.field
    def broken(self) -> str:
        """Something that fails."""
        raise ValueError("it broke")


@strawberry.type
class Mutation:
    """What can be done."""

    @strawberry.mutation
    async def write(self, info: Info, text: str) -> Note:
        """Write a note; that it was written is told after the answer."""
        note = Note(number=len(info.context["notes"]) + 1, text=text)
        info.context["notes"].append(note)
        tasks: BackgroundTasks = info.context["background_tasks"]
        tasks.add_task(info.context["told"].append, note.number)
        return note


@strawberry.type
class Subscription:
    """What can be waited for."""

    @strawberry.subscription
    async def countdown(self, start: int) -> AsyncIterator[int]:
        """Count down to one."""
        for number in range(start, 0, -1):
            yield number


@pytest.fixture
def told() -> list[int]:
    """The numbers of the notes that were told of."""
    return []


@pytest.fixture
def app(told: list[int]) -> FastAPI:
    """The API at /graphql, in the context that a dependency makes."""
    notes: list[Note] = []

    async def make_context(x_reader: Annotated[str, Header()] = "nobody") -> dict[str, Any]:
        if x_reader == "banned":
            raise HTTPException(403, "go away")
        return {"reader": x_reader, "notes": notes, "told": told}

    schema = strawberry.Schema(Query, Mutation, Subscription)
    graphql = GraphQLRouter[Any, Any](schema, context_getter=make_context)
    app = FastAPI()
    app.include_router(graphql, prefix="/graphql")
    return app


def test_queries_answer_with_what_the_context_holds(app: FastAPI, open_client: OpenClient) -> None:
    """The context comes from a dependency, beside what the package puts into it."""
    with open_client(app) as client:
        asked = {"query": "{ reader notes { text } }"}
        answer = client.post("/graphql", json=asked, headers={"X-Reader": "ada"})
        assert answer.json() == {"data": {"reader": "ada at /graphql", "notes": []}}
        assert client.get("/graphql", params=asked).json()["data"]["notes"] == []


def test_mutations_take_variables_and_leave_tasks(
    app: FastAPI, told: list[int], open_client: OpenClient
) -> None:
    """A note is written, read again, and told of when the answer is out."""
    with open_client(app) as client:
        mutation = "mutation Write($text: String!) { write(text: $text) { number } }"
        written = client.post("/graphql", json={"query": mutation, "variables": {"text": "hi"}})
        assert written.json() == {"data": {"write": {"number": 1}}}
        assert told == [1]
        read = client.post("/graphql", json={"query": "{ notes { number text } }"})
        assert read.json() == {"data": {"notes": [{"number": 1, "text": "hi"}]}}


def test_errors_are_told_in_each_layers_own_way(app: FastAPI, open_client: OpenClient) -> None:
    """A resolver's error stands in the answer; a dependency's and bad JSON are HTTP answers."""
    with open_client(app) as client:
        broken = client.post("/graphql", json={"query": "{ broken }"}).json()
        assert (broken["data"], broken["errors"][0]["message"]) == (None, "it broke")
        headers = {"X-Reader": "banned"}
        assert client.post("/graphql", json={"query": "{ x }"}, headers=headers).status_code == 403
        content = {"content": b"{", "headers": {"Content-Type": "application/json"}}
        assert client.post("/graphql", **content).status_code == 400


def test_browsers_get_the_editor(app: FastAPI, open_client: OpenClient) -> None:
    """The page in which queries are tried, but not in the OpenAPI document's schema of answers."""
    with open_client(app) as client:
        page = client.get("/graphql", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "graphiql" in page.text.lower()
        assert {"get", "post"} <= client.get("/openapi.json").json()["paths"]["/graphql"].keys()


def follow(send: Callable[[str], Any], receive: Callable[[], str | bytes]) -> list[int]:
    """Subscribe in the protocol graphql-transport-ws and return what comes until the end."""
    send(json.dumps({"type": "connection_init"}))
    assert json.loads(receive())["type"] == "connection_ack"
    query = {"query": "subscription { countdown(start: 3) }"}
    send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
    numbers: list[int] = []
    while (message := json.loads(receive()))["type"] == "next":
        numbers.append(message["payload"]["data"]["countdown"])
    assert message == {"id": "1", "type": "complete"}
    return numbers


def test_subscriptions_send_as_it_happens(app: FastAPI) -> None:
    """Each value is a message, over ASGI."""
    with (
        TestClient(app) as client,
        client.websocket_connect("/graphql", [GRAPHQL_TRANSPORT_WS_PROTOCOL]) as session,
    ):
        assert session.accepted_subprotocol == GRAPHQL_TRANSPORT_WS_PROTOCOL
        assert follow(session.send_text, session.receive_text) == [3, 2, 1]


def test_subscriptions_send_as_it_happens_on_the_engine(app: FastAPI) -> None:
    """The same with a client of WebSockets that is not ours."""
    with (
        RunningEngine(app) as engine,
        connect(
            f"ws://127.0.0.1:{engine.port}/graphql",
            subprotocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],  # type: ignore[list-item]
        ) as session,
    ):
        assert session.subprotocol == GRAPHQL_TRANSPORT_WS_PROTOCOL
        assert follow(session.send, session.recv) == [3, 2, 1]
        assert engine.failures == []


def test_the_older_protocol_works_too(app: FastAPI) -> None:
    """Clients that speak graphql-ws are still served."""
    with (
        TestClient(app) as client,
        client.websocket_connect("/graphql", [GRAPHQL_WS_PROTOCOL]) as session,
    ):
        session.send_json({"type": "connection_init"})
        assert session.receive_json() == {"type": "connection_ack"}
        query = {"query": "subscription { countdown(start: 1) }"}
        session.send_json({"type": "start", "id": "1", "payload": query})
        data = session.receive_json()
        assert data == {"type": "data", "id": "1", "payload": {"data": {"countdown": 1}}}
        assert session.receive_json() == {"type": "complete", "id": "1"}
