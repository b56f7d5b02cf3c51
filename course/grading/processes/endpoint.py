"""The exam's AWS: answers the learner process's boto3 over HTTP, from the moto in the examiner process.

The socket lies in the learner process's own network, where nothing else can be reached; what answers it is here.
"""

from __future__ import annotations

import importlib
import json
import re
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import socket

    from botocore.awsrequest import AWSPreparedRequest

LONGEST_BODY = 16 * 2**20
MOST_CONNECTIONS = 32
SECONDS = 60.0
_SCOPE = re.compile(r"Credential=[^/,]*/\d{8}/([a-z0-9-]{1,30})/([a-z0-9-]{1,40})/aws4_request")
_HOSTS = {"ses": "email", "cognito-idp": "cognito-idp", "bedrock-runtime": "bedrock-runtime"}
_DROPPED = {"content-length", "status", "connection", "transfer-encoding", "date", "server"}


class Aws(Protocol):
    """What answers: an AWS in this process."""

    def answer(self, request: AWSPreparedRequest, service: str) -> tuple[int, dict[str, Any], str | bytes]:
        """Return status, headers and body."""

    def reset(self) -> None:
        """Empty it."""

    def advance(self, seconds: float) -> None:
        """Let time pass in it."""


class Moto:
    """moto as it is: its own clock, which is this machine's."""

    def answer(self, request: AWSPreparedRequest, service: str) -> tuple[int, dict[str, Any], str | bytes]:  # noqa: ARG002 - the signature that is asked for
        """Let moto answer, as it answers in one process."""
        from moto.core.models import botocore_stubber  # noqa: PLC0415 - only where AWS is used

        return botocore_stubber.process_request(request) or (404, {}, "")

    def reset(self) -> None:
        """Empty every service that was used."""
        from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415 - only where AWS is used

        moto_api_backend.reset()

    def advance(self, seconds: float) -> None:
        """Refuse: real time passes by itself."""
        raise NotImplementedError(f"this AWS cannot let {seconds:g} seconds pass")


def serve(listener: socket.socket, port: int, aws: str) -> None:
    """Answer on a listening socket, from now on, in threads of this process; `aws` is 'module:class' of an `Aws`."""
    module, _, name = (aws or f"{__name__}:Moto").partition(":")
    server = _Server(listener, port, getattr(importlib.import_module(module), name)())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": SECONDS}, daemon=True).start()


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, port: int, aws: Aws) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.aws = aws
        self.lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """Serve a connection, or hang up where too many are open."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Serve a connection in its thread, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a broken request is the learner's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    disable_nagle_algorithm = True
    timeout = SECONDS
    server: _Server

    def do_POST(self) -> None:
        """Answer one request, of whichever method."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= LONGEST_BODY:
            self.close_connection = True
            return
        body = self.rfile.read(length)
        try:
            with self.server.lock:  # one at a time, as in one process
                status, headers, answer = self._answer(body)
        except Exception as error:  # noqa: BLE001 - whatever moto cannot do is an answer too
            status, headers = 501, {"Content-Type": "application/x-amz-json-1.0"}
            answer = json.dumps({"__type": type(error).__name__, "message": str(error)})
        self._send(int(status), headers, answer.encode() if isinstance(answer, str) else answer)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_POST  # noqa: N815 - http.server's names

    def _answer(self, body: bytes) -> tuple[int, dict[str, Any], str | bytes]:
        where = urlsplit(self.path)
        if where.path == "/moto-api/reset":
            self.server.aws.reset()
            return 200, {}, "{}"
        if where.path == "/moto-api/advance":
            self.server.aws.advance(float(parse_qs(where.query)["seconds"][0]))
            return 200, {}, '{"advanced": true}'
        scope = _SCOPE.search(self.headers.get("Authorization", "") + self.path.replace("%2F", "/"))
        if scope is None:
            raise ValueError("this AWS answers signed requests only")
        region, service = scope.groups()
        if service == "motoapi" or not self.path.startswith("/"):
            raise ValueError(f"{service} is no service of AWS")
        return self.server.aws.answer(self._request(body, region, service), service)

    def _request(self, body: bytes, region: str, service: str) -> AWSPreparedRequest:
        """Return the request as it would go to AWS itself, so that AWS's own addresses come back."""
        from botocore.awsrequest import AWSPreparedRequest  # noqa: PLC0415 - only where AWS is used
        from botocore.compat import HTTPHeaders  # noqa: PLC0415 - only where AWS is used

        host = f"{_HOSTS.get(service, service)}.{region}.amazonaws.com"
        headers = HTTPHeaders()
        for name, value in self.headers.items():
            if name.lower() != "host":
                headers[name] = value
        headers["Host"] = host
        return AWSPreparedRequest(self.command, f"https://{host}{self.path}", headers, body, stream_output=False)

    def _send(self, status: int, headers: dict[str, Any], answer: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(usegmt=True))
        for name, value in headers.items():
            if str(name).lower() not in _DROPPED:
                self.send_header(str(name), str(value))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
