"""WebSocket connections of the test client, over a real connection of the engine."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from starlette.testclient import WebSocketTestSession

from sixlane._serve.sharing import EngineSharing, Message, strip_root_path

if TYPE_CHECKING:
    import httpx2

try:
    from websockets.client import ClientProtocol
    from websockets.frames import CloseCode, Frame, Opcode
    from websockets.http11 import Response
    from websockets.protocol import OPEN
    from websockets.typing import Subprotocol
    from websockets.uri import parse_uri
except ImportError as error:
    message = "WebSockets over transport='engine' need a client: pip install websockets"
    raise RuntimeError(message) from error

_CLOSE_PATIENCE_S = 1.0
"""How long the close frame's answer may take, in seconds, from one read to the next."""

_END_PATIENCE_S = 0.5
"""How long the application may take to end after its client has left; then it is cancelled."""

_RECEIVE_BYTES = 65536

_HANDSHAKE_HEADERS = frozenset(
    {
        "connection",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "upgrade",
    }
)
"""What the protocol writes by itself."""

_ANSWER_HEADERS = _HANDSHAKE_HEADERS | {"date", "sec-websocket-accept"}
"""What the engine writes by itself."""


class EngineWebSocketSession(WebSocketTestSession):
    """Starlette's session, whose messages go through frames of a socket.

    Args:
        sharing: What has an engine for it.
        request: The request that asks for the connection, as the client made it.
        root_path: The path that a proxy has stripped.
    """

    def __init__(self, sharing: EngineSharing, request: httpx2.Request, root_path: str) -> None:
        self.accepted_subprotocol: str | None = None  # type: ignore[assignment]
        self.extra_headers: list[tuple[bytes, bytes]] | None = None  # type: ignore[assignment]
        self._sharing = sharing
        self._scheme = request.url.scheme
        names = request.headers.get("sec-websocket-protocol", "")
        self._protocol = ClientProtocol(
            parse_uri(str(request.url.copy_with(fragment=None))),
            subprotocols=[Subprotocol(each.strip()) for each in names.split(",") if each.strip()]
            or None,
            max_size=None,
        )
        self._handshake = self._protocol.connect()
        self._handshake.path = strip_root_path(request.url.raw_path, root_path).decode()
        del self._handshake.headers["Host"]
        for name, value in request.headers.multi_items():
            if name.lower() not in _HANDSHAKE_HEADERS:
                self._handshake.headers[name] = value

    def __enter__(self) -> Self:
        """Open the connection.

        Raises:
            WebSocketDisconnect: The application refused it; `WebSocketDenialResponse`, which is one
                too, if it did so by a response.
            Exception: What the application raised.
        """
        with ExitStack() as stack:
            self._exchange = stack.enter_context(self._sharing.begin(raises=True))
            stack.callback(self._exchange.wait, _END_PATIENCE_S)
            address = self._exchange.find_address(self._scheme)
            self._socket = stack.enter_context(socket.create_connection(address))
            self._messages: list[Message] = []
            self._parts: list[bytes] = []
            self._has_ended = False
            self._protocol.send_request(self._handshake)
            self._flush()
            self._raise_on_close(self.receive())
            self.exit_stack = stack.pop_all()
            self.exit_stack.callback(self._leave)
            return self

    def send(self, message: Message) -> None:
        """Send what an ASGI server would tell the application: its client's message, or its end."""
        if self._protocol.state is not OPEN:
            # As in Starlette's session, an application that has closed hears no more.
            return
        if message["type"] == "websocket.disconnect":
            self._send_end(message["code"], message.get("reason") or "")
        elif message.get("text") is not None:
            self._protocol.send_text(message["text"].encode())
        else:
            self._protocol.send_binary(message["bytes"])
        self._flush()

    def _send_end(self, code: int, reason: str) -> None:
        # RFC 6455, section 7.4.1: two codes tell of what was not in a close frame, and are in none.
        if code == CloseCode.ABNORMAL_CLOSURE:
            self._socket.shutdown(socket.SHUT_RDWR)
        elif code == CloseCode.NO_STATUS_RCVD:
            self._protocol.send_close()
        else:
            self._protocol.send_close(code, reason)

    def receive(self) -> Message:
        """Wait for the application's next message and return it in ASGI's form."""
        while not self._messages:
            if self._protocol.close_rcvd is not None or not self._read():
                return self._describe_end()
        return self._messages.pop(0)

    def _describe_end(self) -> Message:
        frame = self._protocol.close_rcvd
        # RFC 6455, section 7.1.5: the code of a connection that ended without a close frame.
        code, reason = (1006, "") if frame is None else (frame.code, frame.reason)
        return {"type": "websocket.close", "code": int(code), "reason": reason}

    def _read(self) -> bool:
        """Take what comes next from the socket; return False where nothing comes any more."""
        if self._has_ended:
            return False
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except ConnectionError:
            data = b""
        if data:
            self._protocol.receive_data(data)
        else:
            self._has_ended = True
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._take_answer(event)
            elif isinstance(event, Frame):
                self._take_frame(event)
        self._flush()
        return not self._has_ended or bool(self._messages)

    def _take_answer(self, response: Response) -> None:
        headers = [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in response.headers.raw_items()
            if name.lower() not in _ANSWER_HEADERS
        ]
        if response.status_code == 101:
            if self._protocol.handshake_exc is not None:
                raise self._protocol.handshake_exc
            self.accepted_subprotocol = self._protocol.subprotocol
            self.extra_headers = headers
            self._messages.append({"type": "websocket.accept"})
        elif refusal := self._exchange.find_refusal(self._protocol.key):
            self._messages.append(refusal)
        else:
            start = {"status": response.status_code, "headers": headers}
            self._messages.append({"type": "websocket.http.response.start", **start})
            body = {"type": "websocket.http.response.body", "body": bytes(response.body or b"")}
            self._messages.append(body)

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._is_text = frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            data = b"".join(self._parts)
            self._parts.clear()
            content = {"text": data.decode()} if self._is_text else {"bytes": data}
            self._messages.append({"type": "websocket.send", **content})

    def _flush(self) -> None:
        # A connection that is gone is told of by what is received last.
        with suppress(OSError):
            for data in self._protocol.data_to_send():
                if data:
                    self._socket.sendall(data)
                else:
                    self._socket.shutdown(socket.SHUT_WR)

    def _leave(self) -> None:
        """Close, unless the application has, and wait for the engine to see it."""
        self.close(1000)
        self._socket.settimeout(_CLOSE_PATIENCE_S)
        with suppress(TimeoutError):
            while self._read():
                self._messages.clear()
