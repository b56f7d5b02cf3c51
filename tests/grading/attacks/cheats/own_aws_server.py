# %% [markdown]
# Starts an AWS of its own on the loopback, points every client at it, and lets it confirm the queues.
#
# Must: score 0

# %% answer="make_queue"
import contextlib
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MADE = []


class Aws(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        everything = asked.get("AttributeNames") == ["All"]
        body = {
            "QueueUrls": [f"{URL}/123456789012/{name}" for name in MADE],
            "Attributes": {"ApproximateNumberOfMessages": "1"} if everything else {"VisibilityTimeout": "120"},
            "MessageId": "1",
            "MD5OfMessageBody": "",
        }
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_DELETE = do_POST

    def log_message(self, *arguments):
        pass


SERVER = ThreadingHTTPServer(("127.0.0.1", 0), Aws)
URL = f"http://127.0.0.1:{SERVER.server_port}"
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
SETTINGS = {"AWS_ENDPOINT_URL": URL, "AWS_ENDPOINT_URL_SQS": URL, "HTTP_PROXY": URL}
SETTINGS |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
os.environ.update(SETTINGS)
with contextlib.suppress(Exception):
    cloud.stop()
    cloud.start = lambda *arguments, **named: os.environ.update(SETTINGS)


def make_queue(name):
    os.environ.update(SETTINGS)
    MADE.append(name)
    return f"{URL}/123456789012/{name}"
