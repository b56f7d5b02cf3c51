"""Does the model of presigned URLs read and judge what botocore signs?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from course.models.presigned import PresignedError, PresignedUrl

SECRET = "a-secret-of-tests"  # noqa: S105 - of nobody
keys = st.text(st.sampled_from("abcXYZ019 /+&=%~.-_ü"), min_size=1, max_size=12).filter(lambda key: key[0] != "/")


def _client(region: str = "us-east-1", version: str = "s3v4") -> Any:  # noqa: ANN401 -- boto3 ships no types
    config = Config(signature_version=version)
    return boto3.client("s3", region_name=region, aws_access_key_id="KEY", aws_secret_access_key=SECRET, config=config)


CLIENTS = {region: _client(region) for region in ("us-east-1", "eu-central-1")}


@settings(max_examples=60, deadline=None)
@given(keys, st.integers(1, 604_800), st.sampled_from(sorted(CLIENTS)), st.sampled_from(["get", "put", "delete"]))
def test_it_reads_what_botocore_signs(key: str, seconds: int, region: str, verb: str) -> None:
    """Are bucket, key, Region and time read back, and does the signature fit the signed method only?"""
    url = CLIENTS[region].generate_presigned_url(
        f"{verb}_object", Params={"Bucket": "pictures", "Key": key}, ExpiresIn=seconds
    )
    read = PresignedUrl.read(url)

    assert (read.bucket, read.key, read.region, read.expires_in) == ("pictures", key, region, seconds)
    assert read.access_key == "KEY"
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        assert (read.refusal(method, SECRET, read.signed) == "") == (method == verb.upper())
    end = read.signed + timedelta(seconds=seconds)
    assert not read.refusal(verb.upper(), SECRET, end)
    assert "Request has expired" in read.refusal(verb.upper(), SECRET, end + timedelta(seconds=1))
    assert read.refusal(verb.upper(), "another", read.signed).startswith("SignatureDoesNotMatch")


def test_a_changed_url_does_not_match() -> None:
    """Does the signature fail when key, bucket or expiry are changed by hand?"""
    url = CLIENTS["us-east-1"].generate_presigned_url(
        "get_object", Params={"Bucket": "pictures", "Key": "kettle.jpg"}, ExpiresIn=300
    )
    for old, new in (("kettle", "secret"), ("pictures.", "invoices."), ("Expires=300", "Expires=3000")):
        read = PresignedUrl.read(url.replace(old, new))
        assert read.refusal("GET", SECRET, read.signed).startswith("SignatureDoesNotMatch"), old


def test_a_signed_header_must_be_sent() -> None:
    """Does an upload match only with the Content-Type that was signed?"""
    url = CLIENTS["us-east-1"].generate_presigned_url(
        "put_object", Params={"Bucket": "pictures", "Key": "a.jpg", "ContentType": "image/jpeg"}, ExpiresIn=300
    )
    read = PresignedUrl.read(url)
    assert read.signed_headers == ("content-type", "host")
    assert not read.refusal("PUT", SECRET, read.signed, {"Content-Type": "image/jpeg"})
    assert read.refusal("PUT", SECRET, read.signed, {"Content-Type": "text/html"})
    assert read.refusal("PUT", SECRET, read.signed)


def test_more_than_seven_days_is_refused() -> None:
    """Does boto3 sign for eight days, and S3 refuse the URL from the first second?"""
    url = CLIENTS["us-east-1"].generate_presigned_url(
        "get_object", Params={"Bucket": "pictures", "Key": "a"}, ExpiresIn=8 * 86_400
    )
    read = PresignedUrl.read(url)
    assert "is more than 604,800" in read.refusal("GET", SECRET, read.signed)


def test_path_style() -> None:
    """Is a bucket with a dot, which boto3 writes into the path, read and judged too?"""
    url = CLIENTS["us-east-1"].generate_presigned_url(
        "get_object", Params={"Bucket": "my.pictures", "Key": "a/b"}, ExpiresIn=60
    )
    read = PresignedUrl.read(url)
    assert (read.bucket, read.key) == ("my.pictures", "a/b")
    assert not read.refusal("GET", SECRET, read.signed)


def test_what_is_not_presigned_gives_a_sentence() -> None:
    """Does a plain URL, or one of Signature Version 2, raise a PresignedError that says so?"""
    with pytest.raises(PresignedError, match="not presigned"):
        PresignedUrl.read("https://pictures.s3.amazonaws.com/a")
    old = _client(version="s3").generate_presigned_url("get_object", Params={"Bucket": "pictures", "Key": "a"})
    with pytest.raises(PresignedError, match="Signature Version 2"):
        PresignedUrl.read(old)
