"""moto's EC2, where it is not like AWS's or has what nobody needs here.

Of its 1,300 public images, 1,200 are those that Amazon made for ECS since 2021: nobody reads such a list, and to make
it took longer than all else in a test with one instance. And DescribeSnapshots gives the snapshots of every account,
whatever OwnerIds says. Source: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from moto.utilities import utils

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.elastic_block_store import Snapshot

_IMAGES = "moto.ec2.models.amis"
_FOR_ECS = "ec2/resources/ecs/"
_ADDRESS = "https://ec2."


@contextmanager
def few_images() -> Iterator[None]:
    """Let moto's EC2 have the images that people choose from, without those for ECS."""
    owner = sys.modules.get(_IMAGES, utils)  # a chapter without EC2 needs no import of it, which takes its time
    with patch.object(owner, "load_resource", _but_for_ecs(owner.load_resource)):
        yield


def _but_for_ecs(load: Callable[[str], Any]) -> Callable[[str], Any]:
    @wraps(load)
    def loading(resource: str) -> Any:  # noqa: ANN401 - JSON
        if resource.startswith(_FOR_ECS):
            raise FileNotFoundError(resource)  # as in a Region that has none
        return load(resource)

    return loading


@contextmanager
def repaired(request: AWSPreparedRequest) -> Iterator[None]:
    """Let moto's EC2 behave like AWS's in what this module names, for one request to whichever service."""
    asked = _text(request.body) if request.url.startswith(_ADDRESS) else ""
    if "Action=DescribeSnapshots&" not in asked or "&Owner." not in asked:
        yield
        return
    from moto.ec2.models import EC2Backend  # noqa: PLC0415 - not every chapter needs moto's EC2

    owners = {value for name, value in parse_qsl(asked) if name.startswith("Owner.")}
    describe = EC2Backend.describe_snapshots

    def describe_owned(self: EC2Backend, **wanted: Any) -> list[Snapshot]:  # noqa: ANN401 - moto's filters
        ids = {self.account_id if owner == "self" else owner for owner in owners}
        images = self.amis.values() if "amazon" in ids else ()
        amazon = {image.ebs_snapshot.id for image in images if image.owner_alias == "amazon"}
        return [one for one in describe(self, **wanted) if one.owner_id in ids or one.id in amazon]

    with patch.object(EC2Backend, "describe_snapshots", describe_owned):
        yield


def _text(body: str | bytes | None) -> str:
    """Return a body as text: it is that in one process, and whatever bytes were sent when it came from another."""
    return body.decode(errors="replace") if isinstance(body, bytes) else body or ""
