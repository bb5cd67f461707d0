"""The command line, under the module name that FastAPI gives it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

cli_main: Callable[..., Any] | None
try:
    from sixlane._serve.command import command as cli_main
except ImportError:
    # Installed without what it needs: the framework itself works all the same.
    cli_main = None


def main() -> None:
    """Run the command line with the arguments of the process; ends it with an exit status.

    Raises:
        RuntimeError: What the command line needs is not installed.
    """
    if cli_main is None:
        name = "fastapi" if sys.modules.get("fastapi") is sys.modules[__package__] else __package__
        message = (
            f"To use the {name} command, please install what it needs beside the framework: "
            "pip install typer rich watchfiles"
        )
        raise RuntimeError(message)
    cli_main(prog_name="sixlane")
