"""A request as it is asked of every entrance, and what came back."""

from dataclasses import dataclass, replace
from urllib.parse import unquote

HOST = "api.example"

Header = tuple[str, bytes]


@dataclass(frozen=True)
class Request:
    """One HTTP request, exactly as it goes over the wire.

    Attributes:
        method: Upper-case token.
        path: Percent-encoded, begins with "/", ASCII.
        query: Pieces of the query string, joined by "&"; None for no question mark.
        headers: Without host and framing; lower-case names, values without outer white space.
        body: The whole body.
        chunked: Framed by chunks instead of a length.
        host: The value of the header `host`.
    """

    method: str
    path: str
    query: tuple[str, ...] | None = None
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    chunked: bool = False
    host: bytes = HOST.encode()

    @property
    def query_string(self) -> str:
        """The query string without the question mark."""
        return "&".join(self.query or ())

    @property
    def target(self) -> str:
        """The request target in origin form."""
        return self.path if self.query is None else f"{self.path}?{self.query_string}"

    @property
    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """All headers, host and framing included, in wire order."""
        headers = [(b"host", self.host)]
        headers += [(name.encode(), value) for name, value in self.headers]
        if self.chunked:
            headers.append((b"transfer-encoding", b"chunked"))
        elif self.body or self.method in ("POST", "PUT", "PATCH"):
            headers.append((b"content-length", b"%d" % len(self.body)))
        return headers

    def to_scope(self) -> dict[str, object]:
        """The ASGI scope that a server makes of this request."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.5"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path),
            "raw_path": self.path.encode(),
            "query_string": self.query_string.encode(),
            "root_path": "",
            "headers": self.wire_headers,
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

    def to_wire(self) -> bytes:
        """The bytes of this request in HTTP/1.1."""
        head = f"{self.method} {self.target} HTTP/1.1\r\n".encode()
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in self.wire_headers)
        return head + lines + b"\r\n" + (self._chunks() if self.chunked else self.body)

    def _chunks(self) -> bytes:
        half = len(self.body) // 2
        parts = [part for part in (self.body[:half], self.body[half:]) if part]
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    def __str__(self) -> str:
        lines = [f"{self.method} {self.target}"]
        lines += [f"  {name}: {value!r}" for name, value in self.headers]
        if self.host != HOST.encode():
            lines.append(f"  host: {self.host!r}")
        if self.chunked:
            lines.append("  (chunked)")
        if self.body:
            lines.append(f"  body ({len(self.body)} bytes): {_shorten(self.body)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Answer:
    """What one entrance made of a request.

    Attributes:
        status: The status code; 0 where nothing was answered at all.
        headers: In the order they came, names in lower case.
        body: As far as it came.
        complete: Whether the body came to its proper end.
        events: What the app recorded, background tasks included, in order.
        raised: Class names of the exceptions that left the app.
    """

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    complete: bool
    events: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()

    def on_the_wire(self, method: str) -> "Answer":
        """The same answer as HTTP/1.1 carries it: no body where the method or status forbids it."""
        bodiless = method == "HEAD" or self.status in (204, 304)
        return replace(self, body=b"") if bodiless else self

    def __str__(self) -> str:
        lines = [f"{self.status}{'' if self.complete else ' (cut off)'}"]
        lines += [f"  {name.decode('latin-1')}: {value!r}" for name, value in self.headers]
        lines.append(f"  body: {_shorten(self.body)}")
        if self.events:
            lines.append(f"  events: {', '.join(self.events)}")
        if self.raised:
            lines.append(f"  raised: {', '.join(self.raised)}")
        return "\n".join(lines)


def json_request(
    method: str, path: str, *, text: str, query: tuple[str, ...] | None = None
) -> Request:
    """A request whose body is declared as JSON."""
    headers = (("content-type", b"application/json"),)
    return Request(method, path, query, headers, text.encode())


def _shorten(data: bytes) -> str:
    return repr(data) if len(data) <= 2000 else f"{data[:1000]!r} ... {data[-100:]!r}"
