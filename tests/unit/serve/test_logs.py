"""The log lines look as uvicorn's do."""

import logging

import pytest

from sixlane._serve.logs import AccessFormatter, LevelFormatter


def record(level: int, message: str, *arguments: object) -> logging.LogRecord:
    """A log record with the parts that formatters read."""
    return logging.LogRecord("sixlane", level, "file.py", 1, message, arguments, None)


ACCESS = '%s - "%s %s HTTP/%s" %d'


@pytest.mark.parametrize(
    ("level", "line"),
    [
        (logging.INFO, "INFO:     ready"),
        (logging.WARNING, "WARNING:  ready"),
        (logging.CRITICAL, "CRITICAL: ready"),
    ],
)
def test_levels_are_padded(level: int, line: str) -> None:
    """Messages of all levels begin in one column."""
    assert LevelFormatter().format(record(level, "ready")) == line


def test_an_access_line_ends_with_the_status_phrase() -> None:
    """The record has the number, the line also its meaning."""
    answered = record(logging.INFO, ACCESS, "127.0.0.1:51234", "GET", "/json", "1.1", 200)
    assert (
        AccessFormatter().format(answered)
        == 'INFO:     127.0.0.1:51234 - "GET /json HTTP/1.1" 200 OK'
    )


def test_a_status_without_a_phrase_stands_alone() -> None:
    """An app may answer with a number that no standard names."""
    answered = record(logging.INFO, ACCESS, "::1", "GET", "/", "1.1", 299)
    assert AccessFormatter().format(answered).endswith('"GET / HTTP/1.1" 299')


def test_other_messages_of_the_access_logger_are_left_alone() -> None:
    """An application may write to that logger too."""
    assert AccessFormatter().format(record(logging.INFO, "a %s", "b")) == "INFO:     a b"


def test_colours_are_for_terminals() -> None:
    """Only a formatter that is told so writes escape codes."""
    answered = record(logging.INFO, ACCESS, "::1", "GET", "/", "1.1", 404)
    assert "\x1b[31m404 Not Found\x1b[0m" in AccessFormatter(colours=True).format(answered)
    assert "\x1b" not in AccessFormatter().format(answered)
