"""Repair this account: the addresses are used up.

The shop's new web server cannot be reached: its Elastic IP is allocated but was never associated. When somebody tried
to allocate a second one, AWS answered `AddressLimitExceeded`. All five Elastic IPs of the Region are taken, each costs
$0.005 an hour, and nobody knows what for.

Write `repair_addresses()`. Look around in the account, and

- give the running instance with the tag `Name=web` the Elastic IP that has the same tag;
- release every Elastic IP that serves no **running** instance, unless it has the tag `Keep=yes`: partners have such
  addresses in their firewalls. Disassociate an address before you release it: outside of a default VPC AWS insists on
  it;
- leave alone what serves a running instance.

Return the released addresses as a `list` of texts in ascending order of the text.

```python
repair_addresses()  # ["198.51.100.23", "203.0.113.5"]
```

Objective: Find Elastic IPs that cost money for nothing, and tell them from those that are needed.
Out of scope: Automatic public addresses, raising the limit, BYOIP.
Kind: diagnosis
Task: 1.2
Hint: `describe_addresses` shows for each address its tags and, where it is associated, its `InstanceId` and
`AssociationId`.
Hint: An address on a stopped instance serves nobody and is billed like any other.
Hint: Give `web` its address first. Then ask for the addresses anew and judge each by the state of its instance.
"""

import boto3

from course.authoring import case, misconception


def repair_addresses() -> list[str]:
    """Give web its address and release what serves nobody; return the released addresses."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    found = ec2.describe_instances(Filters=running)["Reservations"]
    alive = [instance for reservation in found for instance in reservation["Instances"]]
    named = {tag["Value"]: i["InstanceId"] for i in alive for tag in i.get("Tags", []) if tag["Key"] == "Name"}
    ours = ec2.describe_addresses(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Addresses"][0]
    ec2.associate_address(AllocationId=ours["AllocationId"], InstanceId=named["web"], AllowReassociation=True)
    serving = {instance["InstanceId"] for instance in alive}
    released = []
    for address in ec2.describe_addresses()["Addresses"]:
        kept = any(tag == {"Key": "Keep", "Value": "yes"} for tag in address.get("Tags", []))
        if address.get("InstanceId") in serving or kept:
            continue
        if address.get("AssociationId"):
            ec2.disassociate_address(AssociationId=address["AssociationId"])
        ec2.release_address(AllocationId=address["AllocationId"])
        released.append(address["PublicIp"])
    return sorted(released)
    ### END SOLUTION


@case(points=1)
def web_gets_its_address() -> None:
    """Does the address that is named for the web server lead to the running instance of that name?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    instances = {}
    for name in ("web", "mail"):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
        instances[name] = launched["Instances"][0]["InstanceId"]
    addresses = {}
    for name in ("spare", "mail", "web"):
        tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": name}]}]
        addresses[name] = ec2.allocate_address(Domain="vpc", TagSpecifications=tags)
    ec2.associate_address(AllocationId=addresses["mail"]["AllocationId"], InstanceId=instances["mail"])
    repair_addresses()
    now = {a["PublicIp"]: a.get("InstanceId") for a in ec2.describe_addresses()["Addresses"]}
    got = now.get(addresses["web"]["PublicIp"], "nothing: it was released")
    assert got == instances["web"], (
        f"the address with Name=web leads to {got}, expected the instance {instances['web']}"
    )


@case(points=1)
def what_serves_nobody_is_released() -> None:
    """Are idle addresses, and those of stopped instances, released and returned in order?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    instances = {}
    for name in ("web", "old-shop"):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
        instances[name] = launched["Instances"][0]["InstanceId"]
    addresses = {}
    for name in ("old-shop", "test-1", "test-2", "web"):
        tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": name}]}]
        addresses[name] = ec2.allocate_address(Domain="vpc", TagSpecifications=tags)
    ec2.associate_address(AllocationId=addresses["old-shop"]["AllocationId"], InstanceId=instances["old-shop"])
    ec2.stop_instances(InstanceIds=[instances["old-shop"]])
    got = repair_addresses()
    expected = sorted(addresses[name]["PublicIp"] for name in ("old-shop", "test-1", "test-2"))
    assert (type(got), got) == (list, expected), (
        f"two idle addresses and one of a stopped instance: repair_addresses gave {got!r}, expected {expected}"
    )
    left = [a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]]
    assert left == [addresses["web"]["PublicIp"]], (
        f"afterwards the account has {left}, expected the address of web only"
    )
    calls = [call.operation for call in cloud.calls()]
    assert "DisassociateAddress" in calls, (
        "repair_addresses released an address in use: the offline AWS lets that pass, the real one answers "
        "InvalidIPAddress.InUse outside of a default VPC"
    )


@case(points=1)
def what_partners_know_is_kept() -> None:
    """Is an address with Keep=yes still there, although nothing uses it, and one with Keep=no not?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
    addresses = {}
    for name, keep in (("bank", "yes"), ("trial", "no"), ("web", "no")):
        tags = [{"Key": "Name", "Value": name}, {"Key": "Keep", "Value": keep}]
        addresses[name] = ec2.allocate_address(
            Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}]
        )
    repair_addresses()
    left = {a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]}
    assert addresses["bank"]["PublicIp"] in left, (
        "the address with Keep=yes was released: its partners cannot get it back"
    )
    assert addresses["trial"]["PublicIp"] not in left, "the address with Keep=no is still there, expected it released"


@case(points=1)
def what_runs_is_left_alone() -> None:
    """Do running instances keep their addresses, and is nothing allocated?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    instances = {}
    for name in ("web", "mail", "vpn"):
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
        instances[name] = launched["Instances"][0]["InstanceId"]
    addresses = {}
    for name in ("mail", "vpn", "web"):
        tags = [{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": name}]}]
        addresses[name] = ec2.allocate_address(Domain="vpc", TagSpecifications=tags)
        if name != "web":
            ec2.associate_address(AllocationId=addresses[name]["AllocationId"], InstanceId=instances[name])
    repair_addresses()
    now = {a["PublicIp"]: a.get("InstanceId") for a in ec2.describe_addresses()["Addresses"]}
    for name in ("mail", "vpn"):
        got = now.get(addresses[name]["PublicIp"])
        assert got == instances[name], f"the address of the running instance {name} leads to {got!r} now"
    assert len(now) == 3, f"afterwards the account has {len(now)} addresses, expected the 3 of before: none was idle"


@misconception(
    web_gets_its_address,
    what_serves_nobody_is_released,
    what_runs_is_left_alone,
    swap={
        'ec2.associate_address(AllocationId=ours["AllocationId"], InstanceId=named["web"], AllowReassociation=True)': (
            "assert ours"
        ),
    },
)
def only_cleans_up() -> None:
    """You released what was idle, and with it the address that web was waiting for; associate that one first."""


@misconception(
    what_serves_nobody_is_released,
    swap={'address.get("InstanceId") in serving or kept': 'address.get("InstanceId") or kept'},
)
def a_stopped_instance_counts() -> None:
    """You kept addresses of stopped instances; they serve nobody, and are billed like all others."""


@misconception(what_partners_know_is_kept, swap={" in serving or kept": " in serving"})
def releases_what_partners_know() -> None:
    """You released an address with Keep=yes; a released address goes to somebody else, and partners' firewalls let them
    in."""


@misconception(
    what_partners_know_is_kept,
    swap={'tag == {"Key": "Keep", "Value": "yes"}': 'tag["Key"] == "Keep"'},
)
def any_keep_will_do() -> None:
    """You kept every address with the tag Keep, whatever its value; Keep=no says the opposite."""


@misconception(
    what_serves_nobody_is_released,
    swap={'ec2.disassociate_address(AssociationId=address["AssociationId"])': "pass"},
)
def releases_in_use() -> None:
    """You released an address without disassociating it; in most VPCs AWS answers InvalidIPAddress.InUse."""


@misconception(
    web_gets_its_address,
    what_serves_nobody_is_released,
    swap={
        'ours = ec2.describe_addresses(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Addresses"][0]': (
            'ours = ec2.allocate_address(Domain="vpc")'
        )
    },
)
def allocates_another() -> None:
    """You allocated a new address for web; there was one for it, DNS names it, and the limit of five was reached."""
