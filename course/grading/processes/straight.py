"""boto3's way to the exam's AWS: one connection, and of HTTP no more than what the exam's endpoint speaks.

urllib3 is ready for servers of every kind, has a connection for each client, and takes as long as the AWS that answers.
"""

from __future__ import annotations

import io
import os
import socket
import threading
from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.httpsession import URLLib3Session

    Send = Callable[[URLLib3Session, AWSPreparedRequest], AWSResponse]

_UNUSUAL = frozenset({"host", "accept-encoding", "transfer-encoding", "expect"})
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


class _Line(socket.socket):
    """A connection that is closed when nobody holds it."""

    def __del__(self) -> None:
        self.close()


class _Connection(threading.local):
    """A thread's connection to the endpoint."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._process = 0
        self._socket: _Line | None = None

    def open(self) -> None:
        """Connect, where the other end has hung up or a parent process made the connection. Raises `OSError`."""
        from urllib3.util.wait import wait_for_read  # noqa: PLC0415 - only where AWS is used

        if self._socket is not None and self._process == os.getpid() and not wait_for_read(self._socket, timeout=0):
            return
        line = _Line(socket.AF_INET, socket.SOCK_STREAM)
        line.connect(("127.0.0.1", self._port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._process = line, os.getpid()

    def exchange(self, request: bytes, *, head: bool) -> tuple[int, list[tuple[str, str]], bytes]:
        """Send a request; return the status, headers and body of its answer. Raises what goes wrong."""
        line, self._socket = self._socket, None  # until the answer is read whole
        if line is None:
            raise ConnectionError("there is no connection")
        line.sendall(request)
        with line.makefile("rb") as file:
            status = int(file.readline().split(b" ", 2)[1])
            headers = []
            while name_and_value := file.readline().rstrip(b"\r\n"):
                name, _, value = name_and_value.decode("latin-1").partition(":")
                headers.append((name, value.strip()))
            length = int(dict(headers)["Content-Length"])
            body = b"" if head else file.read(length)
        if not head and len(body) < length:
            raise ConnectionError("the endpoint hung up")
        self._socket = line
        return status, headers, body


def send_to(port: int) -> None:
    """Let botocore send straight, from now on, what is for this port of this machine."""
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415 - only where AWS is used

    URLLib3Session.send = _straight(URLLib3Session.send, port)


def _straight(send: Send, port: int) -> Send:
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415 - only where AWS is used
    from botocore.exceptions import ConnectionClosedError  # noqa: PLC0415 - as above
    from urllib3 import HTTPHeaderDict, HTTPResponse  # noqa: PLC0415 - as above

    here, connection = f"http://127.0.0.1:{port}/", _Connection(port)

    @wraps(send)
    def sending(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        written = _written(request, here) if request.url.startswith(here) else None
        if written is None:
            return send(session, request)
        try:
            connection.open()
        except OSError:
            return send(session, request)  # botocore's own words for what does not work
        try:
            status, fields, body = connection.exchange(written, head=request.method == "HEAD")
        except (OSError, ValueError, LookupError) as error:
            # it may have arrived: botocore decides
            raise ConnectionClosedError(error=error, request=request, endpoint_url=request.url) from error
        headers = HTTPHeaderDict(fields)
        how = {"preload_content": False, "decode_content": False, "request_method": request.method}
        raw = HTTPResponse(io.BytesIO(body), headers, status, **how)
        response = AWSResponse(request.url, status, headers, raw)
        response.content  # noqa: B018 - as botocore does: read at once
        return response

    return sending


def _written(request: AWSPreparedRequest, here: str) -> bytes | None:
    """A request as urllib3 writes it; None of one that is streamed, sent in chunks, or waits for the server's word."""
    body = request.body if request.body is not None else b""
    if request.stream_output or not isinstance(body, bytes | str):
        return None
    fields = {
        name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    names = {name.lower() for name in fields}
    if not _UNUSUAL.isdisjoint(names) or "user-agent" not in names or (body and "content-length" not in names):
        return None
    host, path = here[len("http://") : -1], request.url[len(here) :]
    usual = {"Host": host, "Accept-Encoding": "identity"}
    if "content-length" not in names and (request.body is not None or request.method not in _WITHOUT_BODY):
        usual["Content-Length"] = "0"
    head = f"{request.method} /{path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in (usual | fields).items())
    if not head.isascii() or head.count("\n") != len(usual) + len(fields) + 1 or " " in path:
        return None
    return head.encode() + b"\r\n" + (body.encode() if isinstance(body, str) else body)
