"""Does boto3 meet the same AWS on the straight way, and send it the same?"""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from botocore.httpsession import URLLib3Session
from hypothesis import given
from hypothesis import strategies as st

from course.grading.processes import straight

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGINAL = URLLib3Session.send
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=300), max_size=20)


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked, and counts connections."""

    protocol_version = "HTTP/1.1"
    connections = 0
    hung_up = 0

    def setup(self) -> None:
        type(self).connections += 1
        super().setup()

    def do_POST(self) -> None:
        if self.path == "/hang-up":
            type(self).hung_up += 1
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = [self.command, self.path, sorted(self.headers.items()), body.decode("latin-1")]
        answer = json.dumps(asked).encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("x-amzn-RequestId", "7")
        self.send_header("Content-Length", str(len(answer)))
        if self.path == "/last":
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def asked(port: int, path: str = "/", **request: Any) -> Any:  # noqa: ANN401 - a prepared request
    known = {"User-Agent": "Boto3/1", "X-Amz-Target": "AmazonSQS.SendMessage"}
    given_ = request.pop("headers", {})
    made = AWSRequest(url=f"http://127.0.0.1:{port}{path}", headers=known | given_, **{"method": "POST", **request})
    return made.prepare()


def told(send: Any, request: Any) -> tuple[object, ...]:  # noqa: ANN401 - as above
    try:
        with closing(URLLib3Session()) as session:
            answer = send(session, request)
    except Exception as error:  # noqa: BLE001 - whichever it is
        return type(error), str(error).partition("<")[0]
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    return answer.status_code, headers, answer.content, answer.text, answer.raw.status, answer.raw.read()


@given(
    method=st.sampled_from(["POST", "GET", "PUT", "DELETE", "HEAD"]),
    path=st.sampled_from(["/", "/queue/orders", "/missing?a=b&c=%20", "//x", "/ä", "/a b"]),
    body=st.sampled_from([None, b"", "", b"\x00\xff\r\n\r\n", "text ä", {"Action": "x"}]) | st.binary(max_size=50),
    headers=st.dictionaries(st.sampled_from(["X-Amz-Date", "x-a", "Host", "Expect"]), TEXT),
    stream=st.booleans(),
)
def test_a_request_arrives_the_same(
    port: int, method: str, path: str, body: object, headers: dict[str, str], *, stream: bool
) -> None:
    """Do server and client see the same as with urllib3, whatever the request?"""
    make = partial(asked, port, path, method=method, data=body, headers=headers, stream_output=stream)
    send = straight._straight(ORIGINAL, port)  # noqa: SLF001 - put in place, it is there for good

    assert told(send, make()) == told(ORIGINAL, make())


def test_clients_share_a_connection(port: int) -> None:
    """Is there one connection for all, and a new one when the server has closed it?"""
    send = straight._straight(ORIGINAL, port)  # noqa: SLF001 - as above
    before = Echo.connections
    for path in ("/", "/a", "/last", "/b", "/c"):
        assert told(send, asked(port, path))[0] == 200

    assert Echo.connections == before + 2


def test_each_thread_and_process_has_its_own(port: int) -> None:
    """Does a thread, or a child process, keep out of a talk that is going on?"""
    send = straight._straight(ORIGINAL, port)  # noqa: SLF001 - as above
    assert told(send, asked(port))[0] == 200
    before = Echo.connections
    threads = [threading.Thread(target=lambda: told(send, asked(port))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Echo.connections == before + 3

    if (child := os.fork()) == 0:
        os._exit(0 if told(send, asked(port))[0] == 200 else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert told(send, asked(port))[0] == 200
    assert Echo.connections == before + 4


def test_what_fails_is_told_in_botocore_s_words(port: int) -> None:
    """Is a server that hangs up, or is not there, told as ever?"""
    send = straight._straight(ORIGINAL, port)  # noqa: SLF001 - as above
    before = Echo.hung_up
    with pytest.raises(ConnectionClosedError):
        send(URLLib3Session(), asked(port, "/hang-up"))
    assert Echo.hung_up == before + 1  # botocore decides whether a call is repeated

    nowhere = straight._straight(ORIGINAL, 9)  # noqa: SLF001 - as above
    with pytest.raises(EndpointConnectionError):
        nowhere(URLLib3Session(), asked(9))


def test_other_servers_are_sent_to_as_ever(port: int) -> None:
    """Is a request to another port left alone?"""
    sent: list[object] = []
    send = straight._straight(lambda _, request: sent.append(request) or "sent", port)  # type: ignore[func-returns-value]  # noqa: SLF001 - as above
    request = asked(port + 1)

    assert (send(URLLib3Session(), request), sent) == ("sent", [request])
