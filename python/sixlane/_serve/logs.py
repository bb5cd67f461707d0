"""The server's two logs: messages on `sixlane.error`, one line per request on `sixlane.access`.

Both look as uvicorn's do, so that what reads those logs today goes on reading them.
"""

import http
import logging
import sys
from typing import TextIO

from sixlane._serve.settings import ServeSettings

error_log = logging.getLogger("sixlane.error")
"""Start-up, stop, and what went wrong. The name follows uvicorn's: it carries every level."""

access_log = logging.getLogger("sixlane.access")
"""One record per answered request; its arguments are those of uvicorn's access records."""

_LEVEL_COLOURS = {
    logging.DEBUG: "36",
    logging.INFO: "32",
    logging.WARNING: "33",
    logging.ERROR: "31",
    logging.CRITICAL: "91",
}
_STATUS_COLOURS = {1: "97", 2: "32", 3: "33", 4: "31", 5: "91"}
_ACCESS_FIELDS = 5


def configure_logging(settings: ServeSettings) -> None:
    """Give the loggers under `sixlane` their handlers and level.

    A logger that already has handlers keeps them: the application's own configuration wins.
    """
    level = settings.log_level.upper()
    _configure(logging.getLogger("sixlane"), LevelFormatter, sys.stderr)
    logging.getLogger("sixlane").setLevel(level)
    if settings.access_log:
        _configure(access_log, AccessFormatter, sys.stdout)
        access_log.setLevel(level)
    else:
        access_log.disabled = True


def _configure(logger: logging.Logger, formatter: "type[LevelFormatter]", stream: TextIO) -> None:
    if logger.handlers:
        return
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(colours=stream.isatty()))
    logger.addHandler(handler)
    logger.propagate = False


class LevelFormatter(logging.Formatter):
    """Writes `INFO:     message`, the level padded to eight characters and the colon.

    Attributes:
        colours: Use ANSI colours; for terminals only.
    """

    def __init__(self, *, colours: bool = False) -> None:
        super().__init__("%(message)s")
        self.colours = colours

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        """Put the level before the message."""
        level = record.levelname
        padding = " " * (8 - len(level))
        return f"{self.paint(level, _LEVEL_COLOURS.get(record.levelno))}:{padding} {record.message}"

    def paint(self, text: str, colour: str | None) -> str:
        """Wrap the text in an ANSI colour, where colours are on."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colours and colour else text


class AccessFormatter(LevelFormatter):
    """Writes `INFO:     127.0.0.1:51234 - "GET /json HTTP/1.1" 200 OK`."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's name
        """Add the status phrase that the record's arguments leave out."""
        arguments = record.args
        if isinstance(arguments, tuple) and len(arguments) == _ACCESS_FIELDS:
            client, method, path, version, status = arguments
            answer = self._status(int(str(status)))
            record.message = f'{client} - "{method} {path} HTTP/{version}" {answer}'
        return super().formatMessage(record)

    def _status(self, status: int) -> str:
        try:
            text = f"{status} {http.HTTPStatus(status).phrase}"
        except ValueError:
            text = str(status)
        return self.paint(text, _STATUS_COLOURS.get(status // 100))
