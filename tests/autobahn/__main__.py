"""Run the Autobahn test suite against an echo and tell by group what it found.

Groups 1 to 7 and 10, which are about the protocol, and the cases of the others (size, speed,
compression) that take seconds. Its report goes to build/autobahn.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from support.engine import RunningEngine

from sixlane import FastAPI, WebSocket

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "autobahn"
CLIENT = ROOT / ".venv-autobahn" / "bin" / "wstest"
TIMEOUT_S = 300

CASES = [
    *(f"{group}.*" for group in (1, 2, 3, 4, 5, 6, 7, 10)),
    *("9.1.1", "9.1.2", "9.1.3", "9.1.4", "9.1.5", "9.1.6", "9.7.1", "9.8.1"),
    *("12.1.1", "12.1.2", "12.1.3", "12.2.1", "13.1.1", "13.3.1"),
]
ACCEPTED = ("OK", "NON-STRICT", "INFORMATIONAL")
"""What the suite calls a case that the specification allows."""

app = FastAPI(openapi_url=None)


@app.websocket("/")
async def echo(websocket: WebSocket) -> None:
    """Send each message back."""
    await websocket.accept()
    while (message := await websocket.receive())["type"] == "websocket.receive":
        await websocket.send({**message, "type": "websocket.send"})


def main() -> int:
    """Run the suite; the exit status tells whether no case failed."""
    results = _run_suite()
    groups: dict[str, Counter[str]] = {}
    for case, result in results.items():
        outcomes = groups.setdefault(case.partition(".")[0], Counter())
        outcomes[_outcome(result)] += 1
    for group in sorted(groups, key=int):
        counts = ", ".join(f"{count} {outcome}" for outcome, count in groups[group].most_common())
        print(f"group {group}: {counts}")
    failed = [case for case, result in results.items() if _outcome(result) not in ACCEPTED]
    print(f"{len(results)} cases, {len(failed)} failed", *failed)
    return 1 if failed or not results else 0


def _run_suite() -> dict[str, dict[str, str]]:
    """Serve the echo to the suite and return its results by case."""
    BUILD.mkdir(parents=True, exist_ok=True)
    index = BUILD / "index.json"
    index.unlink(missing_ok=True)
    with RunningEngine(app) as engine, (BUILD / "client.log").open("w") as log:
        url = f"ws://127.0.0.1:{engine.port}/"
        specification = {
            "outdir": str(BUILD),
            "servers": [{"agent": "sixlane", "url": url}],
            "cases": CASES,
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        path = BUILD / "specification.json"
        path.write_text(json.dumps(specification))
        command = [str(CLIENT), "-m", "fuzzingclient", "-s", str(path)]
        subprocess.run(command, cwd=BUILD, stdout=log, stderr=log, check=True, timeout=TIMEOUT_S)
    results: dict[str, dict[str, str]] = json.loads(index.read_text())["sixlane"]
    return results


def _outcome(result: dict[str, str]) -> str:
    """Name what became of a case; how the connection was closed counts too."""
    behaviour, closing = result["behavior"], result["behaviorClose"]
    return behaviour if closing in ACCEPTED else f"{closing} to close"


if __name__ == "__main__":
    sys.exit(main())
