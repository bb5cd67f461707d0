"""The list of routes that users see and may edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, Self, SupportsIndex

from starlette.routing import BaseRoute

if TYPE_CHECKING:

    class EditableRoutes(Protocol):
        """What stands behind the list."""

        @property
        def routes(self) -> list[BaseRoute]: ...

        def replace(self, routes: Iterable[BaseRoute]) -> None: ...


class RouteList(list[BaseRoute]):
    """The flat list of a router's routes; an edit of it is an edit of the router.

    Each edit is done on a copy, which the router then takes as its declarations.
    """

    def __init__(self, source: EditableRoutes) -> None:
        super().__init__()
        self._source = source

    def show(self, routes: Iterable[BaseRoute]) -> None:
        """Show these routes, without telling the router."""
        super().__setitem__(slice(None), routes)

    def append(self, route: BaseRoute, /) -> None:
        self._edit(list.append, route)

    def extend(self, routes: Iterable[BaseRoute], /) -> None:
        self._edit(list.extend, routes)

    def insert(self, index: SupportsIndex, route: BaseRoute, /) -> None:
        self._edit(list.insert, index, route)

    def remove(self, route: BaseRoute, /) -> None:
        self._edit(list.remove, route)

    def pop(self, index: SupportsIndex = -1, /) -> BaseRoute:
        route: BaseRoute = self._edit(list.pop, index)
        return route

    def clear(self) -> None:
        self._edit(list.clear)

    def reverse(self) -> None:
        self._edit(list.reverse)

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        self._edit(list.sort, key=key, reverse=reverse)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._edit(list.__setitem__, index, value)

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        self._edit(list.__delitem__, index)

    def __iadd__(self, routes: Iterable[BaseRoute]) -> Self:  # type: ignore[misc, override]
        self._edit(list.extend, routes)
        return self

    def _edit(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        edited = list(self._source.routes)
        result = method(edited, *arguments, **options)
        self._source.replace(edited)
        self.show(self._source.routes)
        return result
