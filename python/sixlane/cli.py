"""The command line, under the module name that FastAPI gives it."""

from sixlane._serve.command import command


def main() -> None:
    """Run the command line with the arguments of the process; ends it with an exit status."""
    command(prog_name="sixlane")
