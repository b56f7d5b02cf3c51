"""Hide the failure of an instance.

Partners have the Elastic IP of a gateway in their firewalls. The gateway's instance does not answer any more, and a
standby that was prepared for this is running.

Write `remap(failed, standby)`: given the ids of both instances, move the Elastic IP of the failed one to the standby,
and return the address, a text such as `"198.51.100.7"`. The address must never be without an instance on the way, and
no other address may move.

For the offline AWS say `AllowReassociation=True`; the real one moves an address that is in use without being told.

```python
remap("i-0a11", "i-0b22")  # "198.51.100.7", which now leads to i-0b22
```

Objective: Mask a failed instance by remapping its Elastic IP in one step.
Out of scope: Noticing the failure, load balancers, moving a network interface.
Kind: cloud
Task: 2.2
Hint: `describe_addresses` takes the filter `instance-id`.
Hint: An association needs the address's `AllocationId`, not the address itself.
Hint: One call moves it: associate the allocation with the standby, without disassociating it first.
"""

import boto3

from course.authoring import case, misconception


def remap(failed: str, standby: str) -> str:
    """Move the Elastic IP of the failed instance to the standby; return the address."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    found = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [failed]}])
    address: dict[str, str] = found["Addresses"][0]
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=standby, AllowReassociation=True)
    return address["PublicIp"]
    ### END SOLUTION


@case(points=1)
def the_standby_has_the_address() -> None:
    """Does the partners' address lead to the standby afterwards, and is it what comes back?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"] for _ in range(2)
    )
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=failed)
    got = remap(failed, standby)
    assert got == address["PublicIp"], (
        f"remap gave {got!r}, expected {address['PublicIp']!r}, the address of the failed"
    )
    now = {a["PublicIp"]: a.get("InstanceId") for a in ec2.describe_addresses()["Addresses"]}
    assert now.get(address["PublicIp"]) == standby, (
        f"after remap the address leads to {now.get(address['PublicIp'])!r}, expected the standby, {standby!r}"
    )


@case(points=1)
def it_is_the_same_address() -> None:
    """Does the standby get the one address that the account has: the partners know no other?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"] for _ in range(2)
    )
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=failed)
    remap(failed, standby)
    now = ec2.describe_addresses()["Addresses"]
    assert [a["AllocationId"] for a in now] == [address["AllocationId"]], (
        f"after remap the account has {len(now)} addresses, expected the one of before: it may have five per Region, "
        "and each is billed"
    )
    holder = now[0].get("InstanceId")
    assert holder == standby, f"after remap the one address leads to {holder!r}, expected the standby, {standby!r}"


@case(points=1)
def there_is_no_gap() -> None:
    """Is the address moved in one step, never without an instance?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    failed, standby = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"] for _ in range(2)
    )
    address = ec2.allocate_address(Domain="vpc")
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=failed)
    before = len(cloud.calls())
    remap(failed, standby)
    calls = [call.operation for call in cloud.calls()[before:]]
    gaps = [call for call in calls if call in {"DisassociateAddress", "ReleaseAddress"}]
    assert gaps == [], (
        f"remap called {gaps}: from then on the address led nowhere. AssociateAddress moves an address that is in use"
    )
    assert "AssociateAddress" in calls, f"remap called {calls}, expected AssociateAddress, which moves the address"


@case(points=1)
def others_stay_where_they_are() -> None:
    """Is the address of the failed instance moved, and no other?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    mail, failed, standby, shop = (
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"] for _ in range(4)
    )
    addresses = {}
    for instance in (mail, failed, shop):
        allocated = ec2.allocate_address(Domain="vpc")
        ec2.associate_address(AllocationId=allocated["AllocationId"], InstanceId=instance)
        addresses[instance] = allocated["PublicIp"]
    got = remap(failed, standby)
    now = {a.get("InstanceId"): a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]}
    expected = {mail: addresses[mail], standby: addresses[failed], shop: addresses[shop]}
    assert (got, now) == (addresses[failed], expected), (
        f"with three instances that have an address each, remap gave {got!r} and left {now}, expected "
        f"{addresses[failed]!r} and {expected}"
    )


@misconception(
    the_standby_has_the_address,
    it_is_the_same_address,
    others_stay_where_they_are,
    swap={'found["Addresses"][0]\n': 'found["Addresses"][0] and ec2.allocate_address(Domain="vpc")\n'},
)
def allocates_a_new_one() -> None:
    """You gave the standby a new address; the partners' firewalls know the old one only."""


@misconception(
    there_is_no_gap,
    swap={
        'found["Addresses"][0]\n': (
            'found["Addresses"][0]\n    ec2.disassociate_address(AssociationId=address["AssociationId"])\n'
        )
    },
)
def disassociates_first() -> None:
    """You took the address from the failed instance first; until the next call it leads nowhere, and if that call
    fails, it stays so."""


@misconception(
    others_stay_where_they_are,
    swap={'ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [failed]}])': "ec2.describe_addresses()"},
)
def takes_the_first_address() -> None:
    """You moved the first address of the account; look for the one of the failed instance."""


@misconception(
    the_standby_has_the_address,
    others_stay_where_they_are,
    swap={'return address["PublicIp"]': 'return address["PrivateIpAddress"]'},
)
def returns_the_private_address() -> None:
    """You returned the private address behind the Elastic IP; partners on the internet reach the public one."""
