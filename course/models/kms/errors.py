# ruff: noqa: N818 -- the names are AWS's own
"""What KMS answers when it refuses, under AWS's names: each is a `ValueError` with one sentence for the reader."""

from __future__ import annotations

from course.errors import CourseError


class KMSException(CourseError, ValueError):
    """KMS refuses a call. `code` is the name that boto3 gives in `response["Error"]["Code"]`."""

    @property
    def code(self) -> str:
        """The name of the exception, as AWS has it."""
        return type(self).__name__


class AccessDeniedException(KMSException):
    """Nothing allows the call, or a policy denies it."""


class AlreadyExistsException(KMSException):
    """The alias, or the replica in that Region, is there already."""


class DisabledException(KMSException):
    """The key is disabled."""


class IncorrectKeyException(KMSException):
    """The ciphertext was made with another key than the one named."""


class IncorrectKeyMaterialException(KMSException):
    """The imported key material is not what KMS expects."""


class InvalidCiphertextException(KMSException):
    """The ciphertext, or the encryption context that goes with it, was changed."""


class InvalidKeyUsageException(KMSException):
    """The key is of a kind that cannot do this."""


class KMSInvalidMacException(KMSException):
    """The HMAC does not belong to the message and the key."""


class KMSInvalidSignatureException(KMSException):
    """The signature does not belong to the message and the key."""


class KMSInvalidStateException(KMSException):
    """The key's state does not go with the call."""


class LimitExceededException(KMSException):
    """A quota is used up."""


class MalformedPolicyDocumentException(KMSException):
    """The key policy cannot be read, or would lock its author out."""


class NotFoundException(KMSException):
    """There is no such key, alias or grant in this account and Region."""


class UnsupportedOperationException(KMSException):
    """KMS does not do this to a key of this kind."""


class ValidationException(KMSException):
    """A value of the call is outside what KMS takes."""
