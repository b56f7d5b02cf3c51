"""Share one object, for a while.

A customer who has paid may download an invoice for some minutes, and may upload one signed contract. The bucket stays
private, and the customer has no AWS account: presigned URLs do it.

Write `share_links(bucket, key, seconds)`. Return a dict with two URLs, both for this key and valid for `seconds`:

- `"download"`: to get the object;
- `"upload"`: to put it, as a PDF only: the `Content-Type` `application/pdf` is part of what is signed.

Two limits. A URL of Signature Version 4 lives for seven days at most: when more is asked for, give the seven days. And
boto3 still signs with Signature Version 2 in us-east-1 by default, which S3 refuses for buckets that were made after
June 24, 2020: ask for version 4.

```python
share_links("invoices", "2026/4711.pdf", 600)["download"]
# https://invoices.s3.amazonaws.com/2026/4711.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&…&X-Amz-Expires=600&…
```

The offline AWS does not check signatures. The cases do: they work out the signature again, as S3 does.

Objective: Make presigned URLs for a method, a key, a time and a content type.
Out of scope: Presigned POST with its form, who signs and with which permissions, CORS for the browser's upload.
Kind: cloud
Task: 1.1
Hint: `generate_presigned_url(name, Params=…, ExpiresIn=…)`; the name is that of boto3's method, such as `get_object`.
Hint: `Config` of `botocore.config` takes `signature_version="s3v4"`; hand it to `boto3.client("s3", config=…)`.
Hint: A `ContentType` among the `Params` of the upload goes into the signature.
Hint: Seven days are 604,800 seconds. boto3 signs for longer without a word.
"""

import boto3
from botocore.config import Config

from course.authoring import case, misconception


def share_links(bucket: str, key: str, seconds: int) -> dict[str, str]:
    """Return presigned URLs to download and to upload the object, valid for `seconds`, seven days at most."""
    ### BEGIN SOLUTION
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    seconds = min(seconds, 7 * 24 * 3600)
    item = {"Bucket": bucket, "Key": key}
    pdf = {"ContentType": "application/pdf"}
    return {
        "download": s3.generate_presigned_url("get_object", Params=item, ExpiresIn=seconds),
        "upload": s3.generate_presigned_url("put_object", Params={**item, **pdf}, ExpiresIn=seconds),
    }
    ### END SOLUTION


@case(points=1)
def the_download_is_signed() -> None:
    """Does the first URL let one get this object, and nothing else?"""
    from course import cloud
    from course.models.presigned import PresignedError, PresignedUrl

    cloud.start()
    got = share_links("invoices", "2026/4711.pdf", 600)
    assert isinstance(got, dict), f"share_links gave {got!r}, expected a dict with download and upload"
    assert sorted(got) == ["download", "upload"], f"share_links gave {sorted(got)}, expected download and upload"
    try:
        link = PresignedUrl.read(str(got["download"]))
    except PresignedError as error:
        raise AssertionError(f"the download: {error}") from None
    assert (link.bucket, link.key) == ("invoices", "2026/4711.pdf"), (
        f"the download is for {link.key} in {link.bucket}, expected 2026/4711.pdf in invoices"
    )
    refusal = link.refusal("GET", "offline", link.signed)
    assert not refusal, f"a GET with the download URL: S3 answers {refusal}"
    ### BEGIN HIDDEN TESTS
    for key in ("a b/ü.pdf", "c+d=e&f.pdf"):
        link = PresignedUrl.read(share_links("contracts", key, 60)["download"])
        assert (link.bucket, link.key) == ("contracts", key), f"for the key {key!r} the URL has {link.key!r}"
        assert not link.refusal("GET", "offline", link.signed), f"a GET of {key!r} is refused"
    ### END HIDDEN TESTS


@case(points=2)
def the_upload_takes_pdf_only() -> None:
    """Does the second URL let one put this object as a PDF, and as nothing else?"""
    from course import cloud
    from course.models.presigned import PresignedError, PresignedUrl

    cloud.start()
    got = share_links("invoices", "2026/4711.pdf", 600)
    assert isinstance(got, dict), f"share_links gave {got!r}, expected a dict with download and upload"
    assert "upload" in got, f"share_links gave {sorted(got)}, expected download and upload"
    try:
        link = PresignedUrl.read(str(got["upload"]))
    except PresignedError as error:
        raise AssertionError(f"the upload: {error}") from None
    assert (link.bucket, link.key) == ("invoices", "2026/4711.pdf"), (
        f"the upload is for {link.key} in {link.bucket}, expected 2026/4711.pdf in invoices"
    )
    refusal = link.refusal("PUT", "offline", link.signed, {"Content-Type": "application/pdf"})
    assert not refusal, f"a PUT of a PDF with the upload URL: S3 answers {refusal}"
    refusal = link.refusal("PUT", "offline", link.signed, {"Content-Type": "text/html"})
    assert refusal, (
        "a PUT of text/html with the upload URL is not refused, expected SignatureDoesNotMatch: the signed headers are "
        f"{link.signed_headers}, without content-type among them the client may send any"
    )


@case(points=2)
def the_time_is_limited() -> None:
    """Do both URLs end when they should, and after seven days at the latest?"""
    from course import cloud
    from course.models.presigned import PresignedError, PresignedUrl

    cloud.start()
    for seconds, expected in ((600, 600), (604_800, 604_800), (30 * 86_400, 604_800)):
        links = share_links("invoices", "2026/4711.pdf", seconds)
        assert isinstance(links, dict), f"share_links gave {links!r}, expected a dict with download and upload"
        assert links, "share_links gave no URL, expected download and upload"
        for name, link_text in links.items():
            try:
                got = PresignedUrl.read(str(link_text)).expires_in
            except PresignedError as error:
                raise AssertionError(f"the {name}: {error}") from None
            assert got == expected, (
                f"share_links(…, {seconds:,}) made the {name} valid for {got:,} s, expected {expected:,}: S3 refuses a "
                "URL that was signed for more than seven days"
            )


@misconception(
    the_download_is_signed,
    the_upload_takes_pdf_only,
    the_time_is_limited,
    swap={'config=Config(signature_version="s3v4")': 'config=Config(signature_version="s3")'},
)
def signs_with_version_2() -> None:
    """You signed with Signature Version 2, which boto3 takes by itself in us-east-1; S3 refuses it for new buckets."""


@misconception(the_time_is_limited, swap={"min(seconds, 7 * 24 * 3600)": "seconds"})
def asks_for_a_month() -> None:
    """You signed for as long as was asked; boto3 does that without a word, and S3 refuses the URL from the start."""


@misconception(the_time_is_limited, swap={"7 * 24 * 3600": "12 * 3600"})
def takes_the_consoles_limit() -> None:
    """You cut at twelve hours, the limit of the S3 console; with the SDK it is seven days."""


@misconception(the_upload_takes_pdf_only, swap={"{**item, **pdf}": "item"})
def takes_any_file() -> None:
    """You did not sign the Content-Type; the customer can upload a web page or a program under this key."""


@misconception(the_upload_takes_pdf_only, swap={'"put_object", Params={**item, **pdf}': '"get_object", Params=item'})
def signs_get_twice() -> None:
    """You signed a GET for the upload; the method is part of the signature, so a PUT with this URL is refused."""


@misconception(the_download_is_signed, the_upload_takes_pdf_only, the_time_is_limited)
def makes_it_public(bucket: str, key: str, seconds: int) -> dict[str, str]:
    """You built the plain URL; it works only if everybody may read the object, for ever."""
    url = f"https://{bucket}.s3.amazonaws.com/{key}"
    return {"download": url, "upload": url}
