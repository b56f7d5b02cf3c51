"""Move a network interface to the standby.

A licence server is known by its private IP address, and its licence is bound to a MAC address. Both belong to a
secondary network interface (ENI), which can move to another instance.

Write `move_interface(interface, standby)`: detach the interface with this id from wherever it is, attach it to the
instance `standby` at that instance's **lowest free device index**, and return `True`. AWS would refuse two moves, and
the offline AWS does not see it: return `False`, and change nothing, if

- the interface is in another Availability Zone than the standby, or
- it is the primary interface of its instance (device index 0).

An interface that is attached to nothing can be moved as well.

```python
move_interface("eni-0c33", "i-0b22")  # True
```

Objective: Fail over by moving an ENI, and know which interfaces can move where.
Out of scope: Elastic IPs, the operating system's own network settings, how many interfaces an instance type takes.
Kind: cloud
Task: 2.2
Hint: `describe_network_interfaces` shows an interface's `AvailabilityZone` and its `Attachment`, if it has one.
Hint: An instance's zone is in its `Placement`, and the device indexes in use in its `NetworkInterfaces`.
Hint: Check both refusals first. Then detach by the `AttachmentId`, with `Force=True` since the instance may hang.
"""

from itertools import count

import boto3

from course.authoring import case, misconception


def move_interface(interface: str, standby: str) -> bool:
    """Move the interface to the standby; return whether AWS allows it."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    card = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    instance = ec2.describe_instances(InstanceIds=[standby])["Reservations"][0]["Instances"][0]
    attachment = card.get("Attachment")
    if card["AvailabilityZone"] != instance["Placement"]["AvailabilityZone"]:
        return False
    if attachment and attachment["DeviceIndex"] == 0:
        return False
    if attachment:
        ec2.detach_network_interface(AttachmentId=attachment["AttachmentId"], Force=True)
    used = {other["Attachment"]["DeviceIndex"] for other in instance["NetworkInterfaces"]}
    index = next(number for number in count(1) if number not in used)
    ec2.attach_network_interface(NetworkInterfaceId=interface, InstanceId=standby, DeviceIndex=index)
    return True
    ### END SOLUTION


@case(points=2)
def the_interface_moves() -> None:
    """Is the very interface, with its address, at the standby, and was it detached before?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
        for _ in range(2)
    )
    made = ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="172.31.0.50")["NetworkInterface"]
    ec2.attach_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"], InstanceId=failed, DeviceIndex=1)
    got = move_interface(made["NetworkInterfaceId"], standby)
    assert got is True, f"move_interface within a zone gave {got!r}, expected True"
    card = ec2.describe_network_interfaces(NetworkInterfaceIds=[made["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    at = card.get("Attachment", {})
    where = (at.get("InstanceId"), at.get("DeviceIndex"))
    assert where == (standby, 1), f"the interface is at {where}, expected the standby at index 1, {(standby, 1)}"
    calls = [call.operation for call in cloud.calls()]
    assert "DetachNetworkInterface" in calls, (
        "move_interface did not detach the interface: the offline AWS lets that pass, the real one refuses to attach "
        "an interface that is in use"
    )
    ### BEGIN HIDDEN TESTS
    loose = ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="172.31.0.60")["NetworkInterface"]
    third = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    got = move_interface(loose["NetworkInterfaceId"], third)
    card = ec2.describe_network_interfaces(NetworkInterfaceIds=[loose["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert (got, card.get("Attachment", {}).get("InstanceId")) == (True, third), (
        f"an interface that was attached to nothing: move_interface gave {got!r}, expected True and the interface there"
    )
    ### END HIDDEN TESTS


@case(points=1)
def the_next_free_index_is_taken() -> None:
    """Does a standby that has two interfaces already keep both, and get the third at index 2?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
        for _ in range(2)
    )
    own, moving = (
        ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(2)
    )
    ec2.attach_network_interface(NetworkInterfaceId=own, InstanceId=standby, DeviceIndex=1)
    ec2.attach_network_interface(NetworkInterfaceId=moving, InstanceId=failed, DeviceIndex=1)
    move_interface(moving, standby)
    instance = ec2.describe_instances(InstanceIds=[standby])["Reservations"][0]["Instances"][0]
    cards = {c["NetworkInterfaceId"]: c["Attachment"]["DeviceIndex"] for c in instance["NetworkInterfaces"]}
    got = (cards.get(own), cards.get(moving))
    assert got == (1, 2), f"the standby's own interface and the moved one have the indexes {got}, expected (1, 2)"


@case(points=1)
def another_zone_is_refused() -> None:
    """Does an interface stay where it is when the standby is in another Availability Zone, and move within its own?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    here, there = (subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2])
    failed, neighbour, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
        for subnet in (here, here, there)
    )
    card = ec2.create_network_interface(SubnetId=here)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=card, InstanceId=failed, DeviceIndex=1)
    got = move_interface(card, standby)
    now = ec2.describe_network_interfaces(NetworkInterfaceIds=[card])["NetworkInterfaces"][0].get("Attachment", {})
    assert (got, now.get("InstanceId")) == (False, failed), (
        f"a standby in another zone: move_interface gave {got!r} and left the interface at {now.get('InstanceId')!r}, "
        f"expected False and {failed!r}: an ENI lives in one subnet, so in one zone"
    )
    got = move_interface(card, neighbour)
    assert got is True, f"the same interface, and a standby in its own zone: move_interface gave {got!r}, expected True"


@case(points=1)
def the_primary_interface_stays() -> None:
    """Is the primary interface of an instance left where it is?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0] for _ in range(2)
    )
    got: object
    try:
        got = move_interface(failed["NetworkInterfaces"][0]["NetworkInterfaceId"], standby["InstanceId"])
    except NotImplementedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever AWS said
        got = error
    assert got is False, f"the primary interface: move_interface gave {got!r}, expected False: it cannot be detached"


@misconception(
    the_interface_moves,
    swap={'ec2.detach_network_interface(AttachmentId=attachment["AttachmentId"], Force=True)': "pass"},
)
def attaches_what_is_attached() -> None:
    """You attached the interface while another instance had it; AWS refuses that, so detach it first."""


@misconception(
    another_zone_is_refused,
    swap={'card["AvailabilityZone"] != instance["Placement"]["AvailabilityZone"]': "not card"},
)
def crosses_zones() -> None:
    """You moved the interface into another Availability Zone; it lives in one subnet, and that in one zone."""


@misconception(the_primary_interface_stays, swap={'attachment and attachment["DeviceIndex"] == 0': "not instance"})
def moves_the_primary() -> None:
    """You tried to detach a primary interface; it stays with its instance for life, only secondary ones move."""


@misconception(the_next_free_index_is_taken, swap={"next(number for number in count(1) if number not in used)": "1"})
def always_index_one() -> None:
    """You took device index 1 without looking; another interface of the standby may have it."""


@misconception(the_interface_moves, the_next_free_index_is_taken)
def makes_a_copy(interface: str, standby: str) -> bool:
    """You made a new interface for the standby; its MAC address and private IP are others, so the licence fails."""
    ec2 = boto3.client("ec2")
    card = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    instance = ec2.describe_instances(InstanceIds=[standby])["Reservations"][0]["Instances"][0]
    attachment = card.get("Attachment")
    if card["AvailabilityZone"] != instance["Placement"]["AvailabilityZone"]:
        return False
    if attachment and attachment["DeviceIndex"] == 0:
        return False
    copy = ec2.create_network_interface(SubnetId=card["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(
        NetworkInterfaceId=copy, InstanceId=standby, DeviceIndex=len(instance["NetworkInterfaces"])
    )
    return True
