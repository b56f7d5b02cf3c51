"""Does a real browser ask, wait and refuse as the CORS model's browser does?"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from course.models.cors import Answered, Asked, Browser, Fetch, Given, answer
from course.models.cors_rules import Rule, header_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser as Chromium

RULES = (
    Rule(("http://nobody.test",), ("GET", "PUT", "DELETE"), ("*",)),
    Rule(("*",), ("GET", "PUT"), ("content-type", "x-amz-*"), ("ETag",)),
    Rule(("http://localhost*",), ("DELETE",)),
)
_FETCH = """async ({url, method, headers}) => {
    try {
        const response = await fetch(url, {method, headers, mode: "cors", cache: "no-store"});
        return {etag: response.headers.get("etag"), expires: response.headers.get("expires")};
    } catch { return null; }
}"""


@dataclass
class Bucket:
    """A web server that answers CORS as the model's S3 does, and remembers the methods that it was asked.

    It has two origins, 127.0.0.1 and localhost: the browser takes them for two sites.
    """

    url: str = ""
    rules: tuple[Rule, ...] = ()
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    """A running `Bucket`, at an origin of its own."""
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            preflight = self.command == "OPTIONS"
            bucket.asked += [self.command] * self.path.startswith("/try")  # it also asks for an icon
            method = self.headers["Access-Control-Request-Method"] if preflight else self.command
            names = header_names(self.headers.get("Access-Control-Request-Headers", ""))
            origin = self.headers.get("Origin", "")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            *_, answered = answer(bucket.rules, origin, method, names if preflight else (), preflight=preflight)
            assert isinstance(answered, Answered)
            self.send_response(answered.status)
            for name, value in {**answered.headers, "ETag": '"1"', "Expires": "0", "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield bucket
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("rules", [(), RULES[:1], RULES], ids=["no rules", "a rule for others", "three rules"])
def test_chromium_does_as_the_model(chromium: Chromium, bucket: Bucket, rules: tuple[Rule, ...]) -> None:
    """Are the requests that Chromium sends, and what its script gets to read, those of the model?"""
    bucket.rules = rules
    page = chromium.new_page()
    page.goto(bucket.url.replace("127.0.0.1", "localhost"))
    tries: list[tuple[str, dict[str, str]]] = [
        ("GET", {}),
        ("HEAD", {"Accept": "image/jpeg"}),
        ("POST", {"Content-Type": "text/plain"}),
        ("POST", {"Content-Type": "application/json"}),
        ("GET", {"Range": "bytes=0-9"}),
        ("GET", {"Range": "bytes=-9"}),
        ("PUT", {}),
        ("PUT", {"Content-Type": "image/jpeg", "x-amz-acl": "private"}),
        ("PUT", {"If-Match": "1"}),
        ("DELETE", {}),
    ]
    for number, (method, headers) in enumerate(tries):
        url = f"{bucket.url}/try{number}"
        bucket.asked.clear()
        got = page.evaluate(_FETCH, {"url": url, "method": method, "headers": headers})

        steps = list(Browser().fetch(Fetch(page.url, url, method, headers), rules))
        assert bucket.asked == [step.method for step in steps if isinstance(step, Asked)], (method, headers)
        last = steps[-1]
        assert (got is not None) == isinstance(last, Given), (method, headers)
        if isinstance(last, Given):
            assert (got["etag"] is not None) == last.readable("ETag")
            assert (got["expires"] is not None) == last.readable("Expires")
    page.close()
