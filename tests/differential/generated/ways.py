"""The ways that one generated application is served: compiled on both entrances, and solved."""

from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

from differential.comparison import Difference, differing_aspects, shrink
from differential.entrances import ASGIEntrance, EngineEntrance, EngineThread
from differential.exchange import Answer, Request
from sixlane._compile import routes

from .applications import Application


class Ways:
    """An application, ready to be asked in every way while the context is open.

    Args:
        application: What is built.
        engines: Where its engine runs.
    """

    def __init__(self, application: Application, engines: EngineThread) -> None:
        self._application = application
        solved_events: list[str] = []
        solved = application.build("sixlane", solved_events)
        with patch.object(routes, "_plan", lambda app, route: None):
            solved.planned_routes()
        self._solved = ASGIEntrance(solved, solved_events)
        events: list[str] = []
        self._app = application.build("sixlane", events)
        self._asgi = ASGIEntrance(self._app, events)
        self._engine = EngineEntrance(engines, self._app, events)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.close()
        self._asgi.close()
        self._solved.close()

    def count_planned(self) -> int:
        """The number of path operations that have a plan."""
        # The routes of the document and its pages have no endpoint of the application's own.
        declared = [route for route in self._app.routes if hasattr(route, "plain_parameters")]
        return sum(routes._plan(self._app, route) is not None for route in declared)

    def decodes_natively(self, request: Request) -> bool:
        """Whether the compiled way calls the handler without asking the solver."""
        planned = self._app.planned_routes().select(request.to_scope())
        if planned is None:
            return False
        body = request.body if planned.reads_body else None
        return planned.arguments(body, _unused, _unused) is not None

    def compare(self, request: Request) -> Difference | None:
        """The first compiled way that does not answer as the solver does, if there is one."""
        expected = self._solved.ask(request)
        for wire, entrance in ((False, self._asgi), (True, self._engine)):
            actual = entrance.ask(request)
            aspects = differing_aspects(request.method, expected, actual, wire=wire)
            if aspects or expected.status != actual.status:
                return Difference(request, aspects or ("status",), expected, actual)
        return None

    def explain(self, difference: Difference) -> str:
        """The difference made small, with the application and what FastAPI says."""
        smallest = shrink(difference, self.compare)
        shown = str(smallest).replace("--- reference", "--- solved")
        return (
            f"{shown.replace('+++ sixlane', '+++ compiled')}\n"
            f"=== FastAPI\n{self._ask_reference(smallest.request)}\n\n{self._application.text}"
        )

    def _ask_reference(self, request: Request) -> Answer | str:
        events: list[str] = []
        try:
            app = self._application.build("fastapi", events)
        except Exception as error:  # noqa: BLE001  it knows fewer types
            return f"refuses the declaration: {error}"
        reference = ASGIEntrance(app, events)
        try:
            return reference.ask(request)
        finally:
            reference.close()


async def _unused(*_: Any) -> Any:
    """Stand where a server's `receive` and `send` do; decoding calls neither."""
