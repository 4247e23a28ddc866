"""Who is told: a web hook and a mail server on this machine, that keep what reaches them."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def web_hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its address, and the notices that came."""
    came: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/notices", came
    server.shutdown()
    server.server_close()


@contextmanager
def mail_server() -> Iterator[tuple[str, list[str]]]:
    """Its address as Apprise has it, and the mails that came."""
    came: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        """As much of SMTP (RFC 5321) as it takes to receive."""

        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                command = line.strip().upper()
                if command == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = iter(self.rfile.readline, b".\r\n")
                    came.append(b"".join(lines).decode("utf-8", errors="replace"))
                self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
                if command == b"QUIT":
                    return

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield (
        f"mailto://127.0.0.1:{server.server_address[1]}?from=datacut@hospital.example&to=manager@hospital.example",
        came,
    )
    server.shutdown()
    server.server_close()
