"""The programs that the servers run in: found, or installed, or absent with a reason."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import install
from bench.failure import Absent, BenchmarkError
from bench.paths import GENERATED, NODE_MODULES, PEERS, ROOT

_TOOLS = {
    "wrk": "the load generator: `apt-get install wrk`, `brew install wrk`, or build it from the"
    " GitHub project wg/wrk",
    "taskset": "which pins a process to a core: `apt-get install util-linux`",
}


@dataclass
class Environments:
    """The programs at hand.

    Attributes:
        programs: Name of a program to its path, or to the reason why it is absent.
        sixlane_source: Folder that has a built `sixlane` package to be used instead of an
            installed one, or None.
    """

    programs: dict[str, str | Absent] = field(default_factory=dict)
    sixlane_source: Path | None = None

    def program(self, name: str) -> str:
        """Give the path of a program.

        Raises:
            Absent: It is not on this machine or could not be installed.
        """
        found = self.programs.get(name, Absent(f"{name} was not asked for"))
        if isinstance(found, Absent):
            raise found
        return found

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables by which every server finds its apps and its modules."""
        folders = [PEERS, GENERATED, *([self.sixlane_source] if self.sixlane_source else [])]
        return {
            "PYTHONPATH": os.pathsep.join(str(folder) for folder in folders),
            "NODE_PATH": str(NODE_MODULES),
            # Empty is off: sources of no package are compiled at each start, as they are for users.
            "PYTHONDONTWRITEBYTECODE": "",
        }


def require_tools() -> None:
    """Check what no measurement can do without.

    Raises:
        BenchmarkError: A tool or a core is missing; says which and how to get it.
    """
    for tool, hint in _TOOLS.items():
        if shutil.which(tool) is None:
            raise BenchmarkError(f"{tool} is missing, {hint}.")
    if len(os.sched_getaffinity(0)) < 2:
        raise BenchmarkError("Two cores are needed: one for the server, one for the load.")


def enter_main_environment() -> None:
    """Go on in the benchmark's own environment, which this process creates on its first run.

    Raises:
        BenchmarkError: pip failed.
    """
    folder = ROOT / ".venv-bench"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    try:
        python = install.virtual_environment(folder, sys.executable, "main.txt")
    except Absent as absent:
        raise BenchmarkError(f"The environment cannot be installed: {absent}") from None
    os.execv(python, [python, *sys.argv])


def prepare(peers: set[str], *, build: bool) -> Environments:
    """Find or install the programs that the chosen peers need.

    Args:
        peers: Names of the chosen peers.
        build: Whether to build Sixlane from this tree with optimisation and install it; else the
            package in python/ is used, with the engine that was built into it.
    """
    environments = Environments({"main": sys.executable})
    programs = environments.programs

    def attempt(name: str, find: Callable[[], str]) -> None:
        try:
            programs[name] = find()
        except Absent as absent:
            programs[name] = absent

    attempt("nginx", lambda: _on_path("nginx", "`apt-get install nginx-light`"))
    if peers & {"node", "fastify", "express"}:
        attempt("node", lambda: _on_path("node", "Node.js, `apt-get install nodejs npm`"))
    if peers & {"fastify", "express"}:
        attempt("npm", lambda: install.node_packages(environments.program("node")))
    if "robyn" in peers:
        robyn = ROOT / ".venv-bench-robyn"
        attempt("robyn", lambda: install.virtual_environment(robyn, sys.executable, "robyn.txt"))
    if peers & {"sixlane", "fastapi"}:
        attempt("second", install.second_python)
    if "sixlane" in peers:
        if not build:
            environments.sixlane_source = ROOT / "python"
        place = install.built_sixlane if build else install.sixlane_in_tree
        attempt("sixlane", lambda: place(environments.program("main")))
        attempt("sixlane-second", lambda: place(environments.program("second")))
    return environments


def _on_path(program: str, hint: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise Absent(f"{program} is not installed ({hint})")
    return found
