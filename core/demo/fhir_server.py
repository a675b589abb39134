"""A small FHIR R4 server on 127.0.0.1: the socket, the threads, and their end."""

from __future__ import annotations

import os
import socket
import socketserver
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from core.clock import Clock
from core.demo.messages import Answer, Problem, Request, problem_answer
from core.demo.profile import ServerProfile
from core.demo.service import ROOT, FhirService
from core.demo.sign_in import SignIn
from core.demo.versions import VersionedStore

HOST = "127.0.0.1"
LARGEST_BODY = 32 * 1024 * 1024
STOP_WAIT_S = 5.0


_SYSTEM_CLOCK = Clock()


class FhirServer:
    """A FHIR service that listens on loopback between `start()` and `stop()`; also a context manager."""

    def __init__(self, service: FhirService, port: int = 0) -> None:
        self.service = service
        self.port = port
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def over(
        cls,
        store: VersionedStore,
        profile: ServerProfile,
        *,
        sign_in: SignIn | None = None,
        clock: Callable[[], datetime] = _SYSTEM_CLOCK.now,
        port: int = 0,
    ) -> FhirServer:
        """A server over a store, without controls."""
        return cls(FhirService(store, profile, clock, sign_in=sign_in), port)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.port}"

    @property
    def base(self) -> str:
        """The FHIR base address."""
        return self.origin + ROOT

    def start(self) -> FhirServer:
        """Listen on the wanted port, or on a free one when it is 0 or taken."""
        try:
            self._listener = _Listener((HOST, self.port), self)
        except OSError:
            self._listener = _Listener((HOST, 0), self)
        self.port = self._listener.server_address[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"demo-fhir-{self.port}",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, cut open connections and wait until every thread has ended."""
        if self._listener is None or self._thread is None:
            return
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(STOP_WAIT_S)
        self._listener.end_connections()
        self._listener = self._thread = None

    def __enter__(self) -> FhirServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def respond(self, request: Request) -> Answer:
        """The answer to one request."""
        return self.service.answer(request, self.origin)

    def deliver(self, request: Request, answer: Answer, connection: Connection) -> None:
        """Send one answer."""
        del request
        connection.send(wire_bytes(answer, self.service.clock()))


def wire_bytes(answer: Answer, now: datetime) -> bytes:
    """An answer as it goes over the wire, in one piece so that no packet waits for another."""
    reason = HTTPStatus(answer.status).phrase
    lines = [
        f"HTTP/1.1 {answer.status} {reason}",
        f"Date: {now.astimezone(UTC).strftime('%a, %d %b %Y %H:%M:%S GMT')}",
        f"Content-Length: {len(answer.body)}",
    ]
    if answer.body:
        lines.append(f"Content-Type: {answer.content_type}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if answer.status in (204, 304):
        lines.pop(2)
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


class Connection:
    """The way back to one client."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def send(self, content: bytes) -> None:
        """Send these bytes as they are."""
        self._handler.wfile.write(content)

    def cut(self) -> None:
        """End the connection without another byte."""
        self._handler.close_connection = True
        try:
            self._handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was faster


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def handle_any(self) -> None:
        owner = self.server.owner
        connection = Connection(self)
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            problem = Problem(413, "too-long", f"send a body of at most {LARGEST_BODY} bytes with its Content-Length")
            connection.send(wire_bytes(problem_answer(problem), owner.service.clock()))
            return
        body = self.rfile.read(int(length))
        target = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(target.path).rstrip("/") or "/",
            query=tuple(parse_qsl(target.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        owner.deliver(request, owner.respond(request), connection)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing is logged: request lines carry names and birth dates."""

    def handle(self) -> None:
        """Serve requests until the client goes away."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True


class _Listener(ThreadingHTTPServer):
    """Keeps its own list of connections and threads, so that stopping can end them."""

    daemon_threads = True
    request_queue_size = 64
    # On Windows this option would let two processes listen on one port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, address: tuple[str, int], owner: FhirServer) -> None:
        self.owner = owner
        self._open: dict[threading.Thread, socket.socket] = {}
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without the name look-up that the parent class does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """One thread per connection."""
        thread = threading.Thread(
            target=self._serve,
            args=(request, client_address),
            name=f"demo-fhir-{self.server_port}-connection",
            daemon=True,
        )
        with self._open_lock:
            self._open[thread] = request
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.pop(threading.current_thread(), None)

    def end_connections(self) -> None:
        """Cut every open connection and wait for its thread."""
        with self._open_lock:
            open_now = dict(self._open)
        for connection in open_now.values():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already gone
        for thread in open_now:
            thread.join(STOP_WAIT_S)
