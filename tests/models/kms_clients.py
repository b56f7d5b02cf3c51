"""Clients of the KMS model, and the same key in the model and in moto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from course.models.kms import Kms, KmsClient, KMSException, Principal

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111122223333"


def client(region: str = "us-east-1", kms: Kms | None = None) -> KmsClient:
    """The calls of the account's root user."""
    return (kms or Kms("test")).client(Principal.root(ACCOUNT), region)


def refusal(call: Callable[[], object]) -> str:
    """The name of the exception that the model or boto3 answers with, or "" when the call succeeds."""
    try:
        call()
    except KMSException as error:
        return error.code
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


class Pair:
    """The same key in the model and in moto."""

    def __init__(self) -> None:
        self.moto = boto3.client("kms", "us-east-1")
        self.kms = client()

    def key(self) -> tuple[str, str]:
        return self.kms.create_key().key_id, self.moto.create_key()["KeyMetadata"]["KeyId"]
