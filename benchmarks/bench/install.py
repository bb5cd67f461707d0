"""Install from PyPI and npm, and build Sixlane, with a line of progress for each.

Everything goes to `.venv-bench*` and `benchmarks/.cache`, nothing outside the tree. A stamp keeps
what was installed, so that a second run starts at once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.failure import Absent
from bench.paths import CACHE, LOGS, NODE_MODULES, PEERS, REQUIREMENTS, ROOT

_SECOND_PYTHONS = ("3.13", "3.11", "3.12", "3.14")
"""Releases that may serve as second Python, the preferred first."""
_LOG_TAIL_CHARACTERS = 300


def virtual_environment(folder: Path, python: str, requirements: str) -> str:
    """Create an environment and install a requirements file into it, unless that is done.

    Returns:
        The path of its Python.

    Raises:
        Absent: venv or pip failed; the reason is the end of what it wrote.
    """
    environment_python = folder / "bin" / "python"
    wanted = "\n".join(path.read_text() for path in sorted(REQUIREMENTS.glob("*.txt")))
    stamp = folder / "benchmark-requirements.sha256"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return str(environment_python)
    _say(f"installing benchmarks/requirements/{requirements} into {folder.name} (a minute)")
    _run([python, "-m", "venv", str(folder)], folder.name)
    pip = [str(environment_python), "-m", "pip", "install", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(REQUIREMENTS / requirements)], folder.name)
    stamp.write_text(digest)
    return str(environment_python)


def node_packages(node: str) -> str:
    """Install the JavaScript peers into the cache, unless that is done.

    Returns:
        The path of Node itself.

    Raises:
        Absent: npm is missing or failed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise Absent("npm is not installed (`apt-get install npm`)")
    manifest = (PEERS / "package.json").read_text()
    copy = CACHE / "package.json"
    if not (NODE_MODULES.is_dir() and copy.is_file() and copy.read_text() == manifest):
        _say("installing the packages of benchmarks/peers/package.json from npm")
        CACHE.mkdir(parents=True, exist_ok=True)
        copy.write_text(manifest)
        quiet = ["--no-audit", "--no-fund", "--no-package-lock"]
        try:
            _run([npm, "install", "--prefix", str(CACHE), *quiet], "npm")
        except Absent:
            copy.unlink()  # so that the next run tries again
            raise
    return node


def second_python() -> str:
    """Find a Python of another release than this one and give it its own environment.

    Raises:
        Absent: There is none, or its environment cannot be installed.
    """
    for release in _SECOND_PYTHONS:
        if release == f"{sys.version_info.major}.{sys.version_info.minor}":
            continue
        for python in _candidates(release):
            if _works(python):
                folder = ROOT / f".venv-bench-{release}"
                return virtual_environment(folder, python, "sixlane.txt")
    raise Absent(f"no second Python ({', '.join(_SECOND_PYTHONS)}) on this machine")


def built_sixlane(python: str) -> str:
    """Build Sixlane with optimisation and install it into the environment of a Python.

    Raises:
        Absent: cargo is missing, or the build failed.
    """
    if shutil.which("cargo") is None:
        raise Absent("cargo is not installed, which builds Sixlane's engine (https://rustup.rs)")
    _say(f"building Sixlane for {Path(python).parent.parent.name} (minutes at first)")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    flags = ["--no-build-isolation", "--no-deps", "--force-reinstall"]
    _run([*pip, *flags, str(ROOT)], "sixlane")
    return python


def sixlane_in_tree(python: str) -> str:
    """Check that the package in python/ has an engine for a Python.

    Raises:
        Absent: It cannot be imported.
    """
    command = [python, "-c", "import sixlane._engine"]
    done = subprocess.run(command, cwd=ROOT / "python", capture_output=True, text=True, check=False)
    if done.returncode:
        raise Absent(
            f"the package in python/ has no engine: {done.stderr.strip().splitlines()[-1]}"
        )
    return python


def _candidates(release: str) -> list[str]:
    found = shutil.which(f"python{release}")
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{release}.*/bin/python"))
    return [*([found] if found else []), *(str(python) for python in pyenv)]


def _works(python: str) -> bool:
    # pyenv puts programs on PATH that only say which release to choose.
    return (
        subprocess.run([python, "-c", "import venv"], capture_output=True, check=False).returncode
        == 0
    )


def _run(command: list[str], name: str) -> None:
    log = LOGS / f"install-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # pip builds with the maturin of the same environment, and finds it on PATH only.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    with log.open("w") as output:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"PATH": path},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        tail = log.read_text().strip()[-_LOG_TAIL_CHARACTERS:]
        step = f"{Path(command[0]).name} {' '.join(command[1:4])} ..."
        raise Absent(f"`{step}` failed, see {log.relative_to(ROOT)}: {tail}")


def _say(line: str) -> None:
    print(f"* {line}", file=sys.stderr, flush=True)
