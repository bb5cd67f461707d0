"""The two ways in which something is not measured: it is absent, or all measuring must stop."""

from pathlib import Path

from bench.paths import ROOT


class Absent(Exception):  # noqa: N818  it is reported in the table, not a bug to trace
    """A peer, a route or a figure cannot be had here; the text is the reason that is reported.

    It ends up in a result that others read, so the folders of this machine are taken out of it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason.replace(str(ROOT), ".").replace(str(Path.home()), "~"))


class BenchmarkError(Exception):
    """The benchmark cannot go on; the text says what is wrong and what to do."""
