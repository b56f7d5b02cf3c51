"""Presigned URLs of S3: what one says, and whether S3 would take it for a request at a moment.

Source of the rules: AWS's 'Authenticating Requests: Using Query Parameters (AWS Signature Version 4)'. Not decided
here is what the signer's policies say to the request, and whether temporary credentials have expired.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 7 * 24 * 3600
"""Seconds for which a URL can be signed at most, with Signature Version 4."""
_NEEDED = ("X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature")


class PresignedError(CourseError, ValueError):
    """A text that is no presigned URL of S3, said in one sentence."""


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """What a presigned URL says. The method is not in it: it went into the signature."""

    bucket: str
    key: str
    access_key: str
    region: str
    signed: datetime
    expires_in: int
    signed_headers: tuple[str, ...]
    signature: str
    url: str

    @classmethod
    def read(cls, url: str) -> PresignedUrl:
        """Read a URL as boto3 makes them; `PresignedError` for one that is not signed with Signature Version 4."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "Signature" in query and "AWSAccessKeyId" in query:
            raise PresignedError(
                "The URL is signed with Signature Version 2, which S3 refuses for buckets made after June 24, 2020."
            )
        missing = [name for name in _NEEDED if name not in query]
        if missing:
            raise PresignedError(f"The URL {url[:60]!r} is not presigned: it has no {', '.join(missing)}.")
        bucket, in_host, _ = (parts.hostname or "").partition(".s3.")
        path = parts.path.lstrip("/")
        if not in_host:  # path style
            bucket, _, path = path.partition("/")
        access_key, _, region, *_ = query["X-Amz-Credential"].split("/")
        return cls(
            bucket,
            unquote(path),
            access_key,
            region,
            datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
            int(query["X-Amz-Expires"]),
            tuple(query["X-Amz-SignedHeaders"].split(";")),
            query["X-Amz-Signature"],
            url,
        )

    def refusal(self, method: str, secret: str, at: datetime, headers: Mapping[str, str] | None = None) -> str:
        """Say why S3 refuses this request with the URL; '' where it goes on to ask the signer's policies.

        `secret` is the signer's secret access key, `headers` what the client sends besides Host.
        """
        if self.expires_in > LONGEST:
            return f"AuthorizationQueryParametersError: X-Amz-Expires {self.expires_in:,} is more than {LONGEST:,}"
        end = self.signed + timedelta(seconds=self.expires_in)
        if at > end:
            return f"AccessDenied: Request has expired, on {end:%Y-%m-%d at %H:%M:%S} UTC"
        if self._expected(method, secret, headers or {}) != self.signature:
            return "SignatureDoesNotMatch: method, host, path, query or a signed header is not what was signed"
        return ""

    def _expected(self, method: str, secret: str, headers: Mapping[str, str]) -> str:
        parts = urlsplit(self.url)
        query = sorted(
            (quote(name, safe=""), quote(value, safe=""))
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name != "X-Amz-Signature"
        )
        sent = {name.lower(): " ".join(value.split()) for name, value in headers.items()} | {"host": parts.netloc}
        request = "\n".join(
            (
                method,
                parts.path,
                "&".join("=".join(pair) for pair in query),
                *(f"{name}:{sent.get(name, '')}" for name in self.signed_headers),
                "",
                ";".join(self.signed_headers),
                "UNSIGNED-PAYLOAD",
            )
        )
        day = f"{self.signed:%Y%m%d}"
        scope = f"{day}/{self.region}/s3/aws4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        to_sign = f"AWS4-HMAC-SHA256\n{self.signed:%Y%m%dT%H%M%SZ}\n{scope}\n{digest}"
        key = f"AWS4{secret}".encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.new(key, to_sign.encode(), "sha256").hexdigest()
