"""What a result depends on: the machine, the programs' versions, the commit."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

from bench.environments import Environments
from bench.failure import Absent
from bench.paths import NODE_MODULES, ROOT
from bench.peers import Peer


def describe_machine() -> dict[str, object]:
    """Name the CPU, its cores, the kernel, the memory and the load at the start."""
    return {
        "cpu": _first_field(Path("/proc/cpuinfo"), "model name"),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load_before": round(os.getloadavg()[0], 2),
    }


def describe_versions(peers: list[Peer], environments: Environments) -> dict[str, str]:
    """Find the version of each peer that is there, and of the tools beneath."""
    versions = {
        "python": platform.python_version(),
        "wrk": _version(["wrk", "-v"]),
        "pydantic": _distribution("pydantic", environments, "main"),
        "uvloop": _distribution("uvloop", environments, "main"),
        "httptools": _distribution("httptools", environments, "main"),
        "gunicorn": _distribution("gunicorn", environments, "main"),
        "nginx": _version(["nginx", "-v"]),
        "node": _version(["node", "--version"]),
    }
    try:
        versions["second_python"] = _version([environments.program("second"), "--version"])
    except Absent:
        versions["second_python"] = ""
    for peer in peers:
        if peer.distribution is not None:
            program = next(iter(peer.launches.values())).program
            versions[peer.name] = _distribution(peer.distribution, environments, program)
    return {name: version for name, version in versions.items() if version}


def describe_commit() -> str:
    """Name the commit, with "+" where files differ from it; "unknown" outside a repository."""
    commit = _output(["git", "rev-parse", "--short=10", "HEAD"])
    changed = _output(["git", "status", "--porcelain"])
    return commit + ("+" if changed else "") if commit else "unknown"


def _distribution(name: str, environments: Environments, program: str) -> str:
    if program == "npm":
        manifest = NODE_MODULES / name / "package.json"
        return str(json.loads(manifest.read_text())["version"]) if manifest.is_file() else ""
    try:
        python = environments.program(program)
    except Absent:
        return ""
    return _output([python, "-c", f"import importlib.metadata as m; print(m.version({name!r}))"])


def _version(command: list[str]) -> str:
    return _first_version(_output(command))


def _first_version(text: str) -> str:
    found = re.search(r"\d+\.\d+(\.\d+)?", text)
    return found.group() if found else ""


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    informative = done.returncode == 0 or command[-1] == "-v"  # `wrk -v` exits with 1
    return done.stdout.strip() if informative else ""


def _first_field(path: Path, name: str) -> str:
    for line in path.read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "unknown"
