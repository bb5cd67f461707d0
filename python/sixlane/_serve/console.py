"""What the command line shows to a person: the start-up panel and failures, on standard error."""

import sys
from dataclasses import dataclass

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sixlane._serve.failure import ServeFailure
from sixlane._serve.logs import error_log
from sixlane._serve.settings import LoadedApp, ServeSettings

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


@dataclass(frozen=True)
class Announcement:
    """What the panel tells besides the address.

    Attributes:
        mode: "production" or "development".
        source: How the app was found.
        workers: Number of processes that serve.
        reload: Whether a changed file starts the app again.
    """

    mode: str
    source: str
    workers: int = 1
    reload: bool = False


def base_url(host: str, port: int) -> str:
    """Write the URL a browser on this machine can open."""
    shown = _WILDCARDS.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def show_panel(loaded: LoadedApp, settings: ServeSettings, announcement: Announcement) -> None:
    """Show the app, its address and the address of its docs; plain lines where no terminal is."""
    url = base_url(settings.host, settings.port)
    rows = {"app": f"{loaded.name}  ({announcement.source})", "server": url}
    if settings.host in _WILDCARDS:
        rows["server"] += f"  (all interfaces, port {settings.port})"
    docs_url = getattr(loaded.app, "docs_url", None)
    if docs_url and getattr(loaded.app, "openapi_url", None):
        rows["docs"] = f"{url}{docs_url}"
    rows["mode"] = announcement.mode
    if announcement.reload:
        rows["mode"] += ", reloads when a file changes"
    if announcement.workers > 1:
        rows["mode"] += f", {announcement.workers} workers"
    console = _console()
    if not console.is_terminal:
        for name, value in rows.items():
            console.print(Text(f"{name:<8}{value}"), soft_wrap=True)
        return
    table = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        table.add_row(Text(name, "dim"), Text(value, "bold" if name == "docs" else ""))
    console.print(Panel(table, title="Sixlane", title_align="left", expand=False))


def show_failure(failure: ServeFailure) -> None:
    """Show the message and its hint; the traceback of its cause only at log level debug.

    Under the name `fastapi` it goes to standard output, where that command writes it.
    """
    if failure.__cause__ is not None:
        error_log.debug("The cause in full:", exc_info=failure.__cause__)
    console = Console(stderr=not _called_fastapi(), highlight=False)
    console.print(Text("Error: ", "bold red") + Text(failure.message), soft_wrap=True)
    if failure.hint is not None:
        console.print(Text("Hint:  ", "bold") + Text(failure.hint), soft_wrap=True)


def _called_fastapi() -> bool:
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    return spec is not None and spec.name.partition(".")[0] == "fastapi"


def _console() -> Console:
    return Console(stderr=True, highlight=False)
