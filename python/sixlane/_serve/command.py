"""The words of the command line: `sixlane run` and `sixlane dev`."""

from pathlib import Path
from typing import Annotated

import typer

from sixlane import __version__
from sixlane._serve.console import show_failure
from sixlane._serve.failure import ServeFailure
from sixlane._serve.launch import Arrangement, launch
from sixlane._serve.settings import LogLevel, LoopName, ServeSettings
from sixlane._serve.target import find_target

command = typer.Typer(
    name="sixlane",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

TargetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[PATH | MODULE:APP]",
        help="A Python file, a folder, or an import string. Without it: the entrypoint in"
        " pyproject.toml, else main.py, app.py, api.py, here or in app/.",
        show_default=False,
    ),
]
HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[
    int,
    typer.Option(help="Port to listen on; 0 takes a free one.", envvar="PORT", min=0, max=65535),
]
AccessLogOption = Annotated[
    bool, typer.Option("--access-log/--no-access-log", help="Write a line per request.")
]
LogLevelOption = Annotated[LogLevel, typer.Option(help="Lowest level that is logged.")]
LoopOption = Annotated[
    LoopName, typer.Option(help="Event loop; auto is uvloop where it is installed.")
]
RootPathOption = Annotated[
    str, typer.Option(help="Path prefix that a proxy in front strips.", show_default=False)
]
ProxyHeadersOption = Annotated[
    bool,
    typer.Option(
        "--proxy-headers/--no-proxy-headers",
        help="Take client and scheme from X-Forwarded-For and -Proto of trusted proxies.",
    ),
]
ForwardedAllowIpsOption = Annotated[
    str | None,
    typer.Option(
        help="Trusted proxies: addresses and networks, separated by commas; '*' is everybody."
        " Default: FORWARDED_ALLOW_IPS, else 127.0.0.1.",
        show_default=False,
    ),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Log everything, as --log-level debug does.")
]
AppOption = Annotated[
    str | None, typer.Option(help="Name of the app object in the file.", show_default=False)
]
EntrypointOption = Annotated[
    str | None,
    typer.Option("--entrypoint", "-e", help="Import string module:app.", show_default=False),
]
WorkersOption = Annotated[
    int, typer.Option(help="Processes that share the port.", envvar="WEB_CONCURRENCY", min=1)
]
ReloadOption = Annotated[bool, typer.Option(help="Start again when a file changes.")]
ReloadDirOption = Annotated[
    list[Path] | None,
    typer.Option(help="Folder to watch, repeatable; default: here.", show_default=False),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sixlane {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
]


@command.callback()
def show_version(version: VersionOption = False) -> None:
    """Serve Sixlane apps."""


@command.command()
def run(
    target: TargetArgument = None,
    *,
    host: HostOption = "0.0.0.0",  # as `fastapi run`: made for containers
    port: PortOption = 8000,
    workers: WorkersOption = 1,
    reload: ReloadOption = False,
    reload_dir: ReloadDirOption = None,
    access_log: AccessLogOption = True,
    log_level: LogLevelOption = "info",
    loop: LoopOption = "auto",
    root_path: RootPathOption = "",
    proxy_headers: ProxyHeadersOption = True,
    forwarded_allow_ips: ForwardedAllowIpsOption = None,
    verbose: VerboseOption = False,
    app: AppOption = None,
    entrypoint: EntrypointOption = None,
) -> None:
    """Serve in production: on all addresses, without reload."""
    settings = ServeSettings(
        host=host,
        port=port,
        loop=loop,
        access_log=access_log,
        log_level="debug" if verbose else log_level,
        root_path=root_path,
        proxy_headers=proxy_headers,
        forwarded_allow_ips=forwarded_allow_ips,
        ends_process=True,
    )
    arrangement = Arrangement(
        mode="production", workers=workers, reload_dirs=_watched(reload_dir, reload=reload)
    )
    _start(target, app, entrypoint, settings, arrangement)


@command.command()
def dev(
    target: TargetArgument = None,
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    reload: ReloadOption = True,
    reload_dir: ReloadDirOption = None,
    access_log: AccessLogOption = True,
    log_level: LogLevelOption = "info",
    loop: LoopOption = "auto",
    root_path: RootPathOption = "",
    proxy_headers: ProxyHeadersOption = True,
    forwarded_allow_ips: ForwardedAllowIpsOption = None,
    verbose: VerboseOption = False,
    app: AppOption = None,
    entrypoint: EntrypointOption = None,
) -> None:
    """Serve for development: on 127.0.0.1, and again whenever a file changes."""
    settings = ServeSettings(
        host=host,
        port=port,
        loop=loop,
        access_log=access_log,
        log_level="debug" if verbose else log_level,
        root_path=root_path,
        proxy_headers=proxy_headers,
        forwarded_allow_ips=forwarded_allow_ips,
        ends_process=True,
    )
    arrangement = Arrangement(mode="development", reload_dirs=_watched(reload_dir, reload=reload))
    _start(target, app, entrypoint, settings, arrangement)


def _watched(folders: list[Path] | None, *, reload: bool) -> tuple[Path, ...] | None:
    return tuple(folders or [Path()]) if reload else None


def _start(
    target: str | None,
    app: str | None,
    entrypoint: str | None,
    settings: ServeSettings,
    arrangement: Arrangement,
) -> None:
    try:
        found = find_target(target, app=app, entrypoint=entrypoint)
    except ServeFailure as failure:
        show_failure(failure)
        raise typer.Exit(failure.status) from None
    raise typer.Exit(launch(found, settings, arrangement))
