"""The search in the compiled table, against Starlette's own."""

from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Host, Match, Mount, Route, WebSocketRoute

from sixlane._compile.table import RouteTable

PATTERNS = [
    "/", "/items", "/items/", "/items/{id}", "/items/{id:int}", "/items/{id}/parts", "/items.{ext}",
    "/{name}", "/{name}/parts", "/{rest:path}", "/files/{rest:path}", "/files/{name}.txt", "/a/b/c",
]  # fmt: skip
PATHS = [
    "", "*",
    "/", "/items", "/items/", "/items/3", "/items/x", "/items/3/parts", "/items.json", "/other",
    "/other/parts", "/files/a/b", "/files/a.txt", "/files/", "/a/b/c", "/a/b", "/mounted",
    "/mounted/x", "//items", "/items//parts",
]  # fmt: skip


async def answer(request: object) -> None:
    """Stand in for a handler; never called."""


routes = st.one_of(
    st.builds(
        lambda path, methods: Route(path, answer, methods=methods),
        st.sampled_from(PATTERNS),
        st.sampled_from([["GET"], ["POST"], ["PUT", "DELETE"]]),
    ),
    st.builds(lambda path: WebSocketRoute(path, answer), st.sampled_from(PATTERNS)),
    st.just(Mount("/mounted", app=answer)),  # type: ignore[arg-type]
    st.sampled_from([Host("other.example", app=answer), Host("{any}", app=answer)]),  # type: ignore[arg-type]
)


@given(
    st.lists(routes, max_size=8),
    st.sampled_from(PATHS),
    st.sampled_from(["GET", "POST", "PUT", "HEAD", "BREW"]),
)
def test_table_selects_what_trying_every_route_would(
    declared: list[Route], path: str, method: str
) -> None:
    """First whole match, else first match by path, else nothing; with what the match adds."""
    scope = {
        "type": "http", "path": path, "method": method, "headers": [(b"host", b"some.example")],
    }  # fmt: skip
    tried = [(route, *route.matches(scope)) for route in declared]
    whole = [each for each in tried if each[1] is Match.FULL]
    partial = [each for each in tried if each[1] is Match.PARTIAL]

    selection = RouteTable(declared, 0).select(scope)

    if whole or partial:
        assert selection is not None
        expected = (whole or partial)[0]
        assert (selection.route, selection.scope) == (expected[0], expected[2])
    else:
        assert selection is None


def test_websocket_routes_stay_out_of_the_search_for_requests() -> None:
    """They hide no route from it, and are found for a WebSocket all the same."""
    websocket, later = WebSocketRoute("/{rest:path}", answer), Route("/later", answer)

    table = RouteTable([websocket, later], 0)

    assert table.routes == [later]
    assert [spec.opaque for spec in table.specs] == [False]
    selection = table.select({"type": "websocket", "path": "/later"})
    assert selection is not None
    assert selection.route is websocket
