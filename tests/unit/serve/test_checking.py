"""What `sixlane.run` is given is held to what it means before a socket is bound."""

import inspect
import socket
from typing import Any

import pytest

import sixlane
from sixlane._engine import default_limits
from sixlane._serve.checking import ALLOWED, check_values
from sixlane._serve.failure import ServeFailure
from sixlane._serve.settings import RunOptions, ServeSettings

REFUSED = {
    "a host that is no string": ({"host": 1}, "host=1; it must be a string."),
    "a port too high": ({"port": 70000}, "port=70000; it must be a whole number from 0 to 65535."),
    "a negative port": ({"port": -1}, "port=-1; it must be a whole number from 0 to 65535."),
    "a port as text": ({"port": "80"}, "port='80'; it must be a whole number from 0 to 65535."),
    "a port that is a truth": ({"port": True}, "port=True; it must be a whole number"),
    "an unknown loop": ({"loop": "trio"}, "loop='trio'; it must be one of 'auto', 'asyncio'"),
    "a loud log": ({"log_level": "LOUD"}, "log_level='LOUD'; it must be one of 'critical'"),
    "a switch as text": ({"access_log": "no"}, "access_log='no'; it must be True or False."),
    "a path that is no string": ({"root_path": None}, "root_path=None; it must be a string."),
    "negative patience": ({"graceful_timeout_s": -1}, "graceful_timeout_s=-1; it must be a number"),
    "endless patience": (
        {"graceful_timeout_s": float("inf")},
        "graceful_timeout_s=inf; it must be a number of seconds from 0 to 1000000.",
    ),
    "no backlog": ({"backlog": 0}, "backlog=0; it must be a whole number, 1 or more."),
    "no workers": ({"workers": 0}, "workers=0; it must be a whole number, 1 or more."),
    "workers as text": ({"workers": "2"}, "workers='2'; it must be a whole number, 1 or more."),
    "reload as a number": ({"reload": 1}, "reload=1; it must be True or False."),
    "one folder": ({"reload_dirs": "src"}, "reload_dirs='src'; it must be a list of folders."),
    "limits as a list": ({"limits": ["body_bytes"]}, "limits=['body_bytes']; it must be a mapping"),
    "a limit that is no name": ({"limits": {1: 1}}, "limits={1: 1}; it must be a mapping"),
    "a limit as text": ({"limits": {"body_bytes": "1M"}}, "the limit body_bytes='1M'; it must be"),
    "a fraction of a byte": (
        {"limits": {"body_bytes": 0.5}},
        "the limit body_bytes=0.5; it must be a whole number, 0 or more.",
    ),
    "a negative limit": ({"limits": {"headers_count": -1}}, "the limit headers_count=-1; it must"),
    "a negative time": (
        {"limits": {"header_timeout": -1}},
        "the limit header_timeout=-1; it must be a number of seconds from 0 to 1000000.",
    ),
    "a time that is none": (
        {"limits": {"drain_grace": float("nan")}},
        "the limit drain_grace=nan;",
    ),
}


@pytest.mark.parametrize(("options", "message"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_value_is_told(options: dict[str, Any], message: str) -> None:
    """The message names the option, its value, and what it may be."""
    with pytest.raises(ServeFailure) as caught:
        check_values(options)
    assert caught.value.message.startswith("sixlane.run() got ")
    assert message in caught.value.message


def test_an_unknown_limit_is_told_with_the_known_ones() -> None:
    """The hint has the name that was meant, and all others."""
    with pytest.raises(ServeFailure) as caught:
        check_values({"limits": {"body_byte": 1}})
    assert caught.value.message == "sixlane.run() got an unknown limit, 'body_byte'."
    hint = caught.value.hint or ""
    assert hint.startswith("Did you mean 'body_bytes'? The limits are: request_line_bytes, ")
    assert all(name in hint for name in default_limits())


def test_every_option_is_checked() -> None:
    """A new option comes with what it may be."""
    assert ALLOWED.keys() == RunOptions.__annotations__.keys()


def test_the_defaults_are_allowed() -> None:
    """What is used where nothing is given passes, and every limit's own default too."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(ServeSettings).parameters.items()
        if name in ALLOWED and name != "limits"
    }
    check_values({**defaults, "limits": default_limits(), "workers": 1, "reload": False})


def test_nothing_is_bound_and_the_status_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """`sixlane.run` shows one message and ends, even where the port could not be had."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as caught:
            sixlane.run("main:app", port=port, limits={"body_byte": 1})
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("Error: sixlane.run() got an unknown limit, 'body_byte'.\nHint:  Did")
    assert "Traceback" not in error
