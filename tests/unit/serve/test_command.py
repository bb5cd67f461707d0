"""The command line as a person meets it: real processes, judged by what they print and answer."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from support.server import ServerProcess

import sixlane

APP = """
from sixlane import Sixlane

app = Sixlane()


@app.get("/json")
async def read_json():
    return {"message": "hello"}
"""

PID_APP = """
import asyncio
import os


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["path"] == "/slow":
        print("slow request", flush=True)
        await asyncio.sleep(600)
    body = str(os.getpid()).encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
"""

STARTED = r"Started server process \[(\d+)\]"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with main.py, the usual app, and pids.py, which answers with its process id."""
    (tmp_path / "main.py").write_text(APP, encoding="utf-8")
    (tmp_path / "pids.py").write_text(PID_APP, encoding="utf-8")
    return tmp_path


def start(*words: str, folder: Path) -> ServerProcess:
    """Start `python -m sixlane` with these words."""
    return ServerProcess("-m", "sixlane", *words, folder=folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_serves_until_a_signal(project: Path, number: signal.Signals) -> None:
    """It finds main.py, announces the docs, answers, and ends with 0 when asked to."""
    with start("run", "--host", "127.0.0.1", "--port", "0", folder=project) as server:
        url = server.wait_until_running()
        assert server.get("/json").json() == {"message": "hello"}
        assert server.stop(number) == 0
    assert f"docs    {url}/docs" in server.lines
    assert "app     main:app  (main.py, found by its name)" in server.lines
    assert "Traceback" not in server.output


def test_each_request_is_logged(project: Path) -> None:
    """The access log has uvicorn's form, the query included."""
    with start("run", "--host", "127.0.0.1", "--port", "0", folder=project) as server:
        server.get("/json?a=1")
        server.wait_for(r'^INFO:     127\.0\.0\.1:\d+ - "GET /json\?a=1 HTTP/1\.1" 200 OK$')
        server.get("/nothing")
        server.wait_for(r'"GET /nothing HTTP/1\.1" 404 Not Found$')


def test_the_access_log_has_what_a_proxy_has_stripped(project: Path) -> None:
    """With --root-path a line names the path that the client has asked for, as uvicorn's does."""
    words = ("run", "--host", "127.0.0.1", "--port", "0", "--root-path", "/api")
    with start(*words, folder=project) as server:
        server.get("/json?a=1")
        server.wait_for(r'"GET /api/json\?a=1 HTTP/1\.1" 200 OK$')


def test_the_access_log_can_be_turned_off(project: Path) -> None:
    """With --no-access-log a request leaves no line."""
    words = ("run", "--host", "127.0.0.1", "--port", "0", "--no-access-log")
    with start(*words, folder=project) as server:
        server.get("/json")
        server.stop()
    assert "GET /json" not in server.output


def test_the_log_level_silences_lower_ones(project: Path) -> None:
    """With --log-level warning a good start prints the panel only."""
    words = ("run", "--host", "127.0.0.1", "--port", "0", "--log-level", "warning")
    with start(*words, folder=project) as server:
        server.wait_for("^mode")
        server.stop()
    assert "INFO" not in server.output


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_the_loop_can_be_chosen(tmp_path: Path, loop: str) -> None:
    """--loop decides which event loop the app runs on."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    (tmp_path / "main.py").write_text(
        "import asyncio\nfrom sixlane import Sixlane\napp = Sixlane()\n\n\n"
        "@app.get('/')\nasync def read_loop():\n"
        "    return type(asyncio.get_running_loop()).__module__.split('.')[0]\n",
        encoding="utf-8",
    )
    words = ("run", "--host", "127.0.0.1", "--port", "0", "--loop", loop)
    with start(*words, folder=tmp_path) as server:
        assert server.get("/").json() == loop
        assert server.stop() == 0


def test_a_server_stops_while_its_connections_are_idle(project: Path) -> None:
    """An open keep-alive connection does not hold the end back."""
    with start("run", "--host", "127.0.0.1", "--port", "0", folder=project) as server:
        port = int(server.wait_until_running().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            assert server.stop() == 0


FAILURES = {
    "a missing file": (["missing.py"], "", "Path does not exist missing.py"),
    "a missing module": (["missing:app"], "", "No module named 'missing' in "),
    "a syntax error": (["broken.py"], "x = (\n", "Syntax error in broken.py, line 1"),
    "an exception": (["broken.py"], "1 / 0\n", "Importing 'broken' failed: ZeroDivisionError"),
    "no app": (["broken.py"], "x = 1\n", "No app found in the module 'broken'."),
    "a wrong type": (["broken:app"], "app = {}\n", "broken:app is an instance of builtins.dict"),
    "a wrong declaration": (
        ["broken.py"],
        "from sixlane import FastAPI\napp = FastAPI()\n@app.get('a')\ndef read():\n    pass\n",
        "the path 'a' does not begin with '/'",
    ),
    "a missing module of ours": (
        ["broken.py"],
        "import sixlane.missing\n",
        (
            "Importing 'broken' failed: ModuleNotFoundError: No module named 'sixlane.missing'\n"
            "  at broken.py, line 1\n    import sixlane.missing\n"
            "Hint:  This version of Sixlane has no such module."
        ),
    ),
    "an unknown host": (
        ["--host", "nowhere.invalid"],
        "",
        "The host 'nowhere.invalid'",
    ),
    "a missing watched folder": (
        ["--reload", "--reload-dir", "missing"],
        "",
        "The folder to watch, missing, does not exist.",
    ),
    "reload with workers": (
        ["--reload", "--workers", "2"],
        "",
        "Reload and several workers",
    ),
}


@pytest.mark.parametrize(("words", "text", "message"), FAILURES.values(), ids=FAILURES)
def test_a_failed_start_is_one_message(
    project: Path, words: list[str], text: str, message: str
) -> None:
    """A mistake gives its reason on standard error, no traceback, and a non-zero exit."""
    (project / "broken.py").write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "sixlane", "run", "--host", "127.0.0.1", "--port", "0", *words],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Error: {message}")
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize("extra", [[], ["--workers", "2"], ["--reload"]])
def test_a_port_in_use_is_told(project: Path, extra: list[str]) -> None:
    """Every arrangement of processes notices before it starts any."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        words = ("run", "--host", "127.0.0.1", "--port", port, *extra)
        with start(*words, folder=project) as server:
            assert server.wait() == 1
    assert server.lines[0] == f"Error: Port {port} on 127.0.0.1 is already in use."
    assert "Traceback" not in server.output


def test_a_failing_lifespan_ends_the_start(tmp_path: Path) -> None:
    """An app whose start-up raises is reported and gives exit status 3."""
    (tmp_path / "main.py").write_text(
        "from contextlib import asynccontextmanager\nfrom sixlane import Sixlane\n\n\n"
        "@asynccontextmanager\nasync def lifespan(app):\n"
        "    raise RuntimeError('no database')\n    yield\n\n\napp = Sixlane(lifespan=lifespan)\n",
        encoding="utf-8",
    )
    with start("run", "--host", "127.0.0.1", "--port", "0", folder=tmp_path) as server:
        assert server.wait() == 3
    assert "no database" in server.output
    assert "The application failed to start." in server.output


def test_workers_share_one_port_and_are_replaced(project: Path) -> None:
    """Two processes answer on one address; a killed one is reported and replaced."""
    words = ("run", "pids:app", "--host", "127.0.0.1", "--port", "0", "--workers", "2")
    with start(*words, folder=project) as server:
        workers = {int(server.wait_for(STARTED, count=number)[1]) for number in (1, 2)}
        assert int(server.get("/").text) in workers
        victim = workers.pop()
        os.kill(victim, signal.SIGKILL)
        server.wait_for(rf"^ERROR:    Worker \[{victim}\] died \(SIGKILL\), starting another$")
        workers.add(int(server.wait_for(STARTED, count=3)[1]))
        assert int(server.get("/").text) in workers
        assert server.stop() == 0
    assert [pid for pid in workers if is_alive(pid)] == []


@pytest.mark.parametrize("words", [["run", "--workers", "2"], ["dev"]])
def test_a_second_interrupt_does_not_wait(project: Path, words: list[str]) -> None:
    """Ctrl+C once lets a request finish; twice ends it."""
    with start(*words, "pids:app", "--host", "127.0.0.1", "--port", "0", folder=project) as server:
        port = int(server.wait_until_running().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n")
            server.wait_for("slow request")
            os.kill(server.pid, signal.SIGINT)
            server.wait_for("Shutting down")
            assert server.stop(signal.SIGINT) == 0


def test_workers_that_cannot_start_are_not_tried_again(project: Path) -> None:
    """A broken app is reported once, not once per worker, and not forever."""
    (project / "broken.py").write_text("x = (\n", encoding="utf-8")
    words = ("run", "broken.py", "--host", "127.0.0.1", "--port", "0", "--workers", "3")
    with start(*words, folder=project) as server:
        assert server.wait() == 1
    assert server.output.count("Syntax error in broken.py") == 1


def test_workers_end_with_their_parent(project: Path) -> None:
    """A parent that is killed outright leaves no worker on the port."""
    words = ("run", "pids:app", "--host", "127.0.0.1", "--port", "0", "--workers", "2")
    with start(*words, folder=project) as server:
        server.wait_until_running()
        server.wait_for(STARTED, count=2)
        server.stop(signal.SIGKILL)
    # The reader has seen the end of the output: both workers, which share it, have closed it.
    assert server.lines


def test_dev_serves_the_newest_code(project: Path) -> None:
    """A changed file is served, a broken one is reported and waited for, a mended one is served."""
    main = project / "main.py"
    with start("dev", "--port", "0", folder=project) as server:
        assert server.get("/json").json() == {"message": "hello"}
        main.write_text(APP.replace("hello", "again"), encoding="utf-8")
        server.wait_for("main.py changed, starting again")
        server.wait_for("Application startup complete", count=2)
        assert server.get("/json").json() == {"message": "again"}
        main.write_text("x = (\n", encoding="utf-8")
        server.wait_for("Syntax error in main.py, line 1")
        server.wait_for("waiting for a change")
        main.write_text(APP.replace("hello", "mended"), encoding="utf-8")
        server.wait_for("Application startup complete", count=3)
        assert server.get("/json").json() == {"message": "mended"}
        assert server.stop(signal.SIGINT) == 0
    assert "Traceback" not in server.output


def test_dev_ends_when_the_first_start_fails(project: Path) -> None:
    """A wrong command ends; only a server that has once run waits for mended files."""
    (project / "broken.py").write_text("x = (\n", encoding="utf-8")
    with start("dev", "broken.py", "--port", "0", folder=project) as server:
        assert server.wait() == 1
    assert server.output.count("Syntax error in broken.py") == 1


def test_run_from_code_serves_an_app_object(project: Path) -> None:
    """`sixlane.run(app)` serves until a signal and then returns."""
    program = (
        "import sixlane\nfrom main import app\nif __name__ == '__main__':\n"
        "    sixlane.run(app, port=0)\n    print('returned')\n"
    )
    (project / "serve.py").write_text(program, encoding="utf-8")
    with ServerProcess("serve.py", folder=project) as server:
        assert server.get("/json").status_code == 200
        assert server.stop() == 0
    assert server.lines[-1] == "returned"


def test_run_from_code_starts_workers_of_an_import_string(project: Path) -> None:
    """Several workers need a name that each of them can import."""
    program = "import sixlane\nsixlane.run('pids:app', port=0, workers=2)\n"
    (project / "serve.py").write_text(program, encoding="utf-8")
    with ServerProcess("serve.py", folder=project) as server:
        server.wait_for(STARTED, count=2)
        assert server.stop() == 0


def test_run_from_code_refuses_workers_of_an_object(project: Path) -> None:
    """An object cannot be sent to other processes; the message shows what can."""
    program = "import sixlane\nfrom main import app\nsixlane.run(app, port=0, workers=2)\n"
    (project / "serve.py").write_text(program, encoding="utf-8")
    with ServerProcess("serve.py", folder=project) as server:
        assert server.wait() == 1
    assert 'sixlane.run("module:app", workers=2)' in server.output


MISUSES = {
    "what is no app": ("sixlane.run(1)", "sixlane.run() got 1, which is no app."),
    "inside a loop": (
        "async def main(): sixlane.run('main:app')\nasyncio.run(main())",
        "sixlane.run() was called inside a running event loop",
    ),
}


@pytest.mark.parametrize(("program", "message"), MISUSES.values(), ids=MISUSES)
def test_run_from_code_refuses_misuse(project: Path, program: str, message: str) -> None:
    """The mistake is told in one message, before anything is bound."""
    (project / "serve.py").write_text(f"import asyncio, sixlane\n{program}\n", encoding="utf-8")
    with ServerProcess("serve.py", folder=project) as server:
        assert server.wait() == 1
    assert server.lines[0].startswith(f"Error: {message}")


def test_run_from_code_refuses_unknown_options() -> None:
    """A mistyped option is named before anything starts."""
    with pytest.raises(TypeError, match=r"sixlane.run\(\) got .* 'prt'"):
        sixlane.run("pids:app", prt=8000)  # type: ignore[call-arg]


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


FORWARDING_APP = """
from sixlane import FastAPI, Request
from sixlane.responses import JSONResponse

app = FastAPI()


def tell(request):
    return {"client": request.client.host, "scheme": request.url.scheme}


@app.get("/planned")
async def read_planned(request: Request):
    return tell(request)


@app.get("/failing")
async def read_failing():
    raise KeyError


@app.exception_handler(KeyError)
async def answer(request, error):
    return JSONResponse(tell(request))


app.add_route("/plain", lambda request: JSONResponse(tell(request)))
"""
"""Three ways to a request: of a plan, of an exception handler, of a route without a plan."""


@pytest.mark.parametrize(
    ("words", "client", "scheme"),
    [
        pytest.param([], "192.0.2.7", "https", id="by-default"),
        pytest.param(["--forwarded-allow-ips", "10.0.0.1"], "127.0.0.1", "http", id="others"),
        pytest.param(["--no-proxy-headers"], "127.0.0.1", "http", id="off"),
    ],
)
def test_a_proxy_on_this_machine_tells_who_asks(
    tmp_path: Path, words: list[str], client: str, scheme: str
) -> None:
    """All requests and the access log have the forwarded client, unless nobody is trusted."""
    (tmp_path / "main.py").write_text(FORWARDING_APP, encoding="utf-8")
    headers = {"x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}
    with start("run", "--host", "127.0.0.1", "--port", "0", *words, folder=tmp_path) as server:
        url = server.wait_until_running()
        told = {"client": client, "scheme": scheme}
        for path in ("/planned", "/failing", "/plain"):
            assert httpx2.get(f"{url}{path}", headers=headers).json() == told
            server.wait_for(rf'{re.escape(client)}:\d+ - "GET {path} ')


@pytest.mark.parametrize(
    ("told", "logged"),
    [
        pytest.param(b'1" 200', "1%22%20200", id="quotes-and-blanks"),
        pytest.param(b"a\x9b31m\x85b", "a%C2%9B31m%C2%85b", id="terminal-codes"),
        pytest.param(b"fe80::1%eth0", "fe80::1%eth0", id="zone"),
    ],
)
def test_a_forwarded_client_cannot_forge_the_access_log(
    tmp_path: Path, told: bytes, logged: str
) -> None:
    """The header is the client's own text where the proxy passes it on."""
    (tmp_path / "main.py").write_text(FORWARDING_APP, encoding="utf-8")
    with start("run", "--host", "127.0.0.1", "--port", "0", folder=tmp_path) as server:
        url = server.wait_until_running()
        answer = httpx2.get(f"{url}/planned", headers=[(b"x-forwarded-for", told)])
        assert answer.json()["client"] == told.decode("latin-1")
        server.wait_for(rf'^INFO:     {re.escape(logged)}:0 - "GET /planned HTTP/1\.1" 200 OK$')


def test_without_what_it_needs_it_says_what_to_install() -> None:
    """The framework may be installed alone; the command line then names what is missing."""
    code = "import sys; sys.modules['typer'] = None; import sixlane.cli; sixlane.cli.main()"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "To use the sixlane command, please install" in ended.stderr
