"""Repair this account: packets that nobody forwards.

In a VPC, instances with software of a firewall maker forward the packets of private subnets. Since last night some of
them pass nothing, although routes, security groups and the software are right. Somebody tried to help and switched the
source/destination check off here and there, also where it is needed.

Write `silent_forwarders(vpc)`. In this VPC, and in no other,

- switch the check **off** for every network interface that a route of one of its route tables names as target
  (`NetworkInterfaceId`): an interface that forwards gets packets that are not addressed to it;
- switch it **on** for every other interface;
- return the ids of the interfaces that could not forward before your repair, as a `list` in ascending order.

Use `modify_network_interface_attribute`: the offline AWS keeps the attribute of the instance apart.

```python
silent_forwarders("vpc-0a11")  # ["eni-0b22"]
```

Objective: Know what the source/destination check stops, and have it off exactly where packets are forwarded.
Out of scope: Routes that name gateways, security groups, address translation.
Kind: diagnosis
Task: 1.2
Hint: `describe_route_tables` and `describe_network_interfaces` both take the filter `vpc-id`.
Hint: Collect the `NetworkInterfaceId` of all routes of all route tables first; most routes have none.
Hint: Then go through the interfaces: what is each one's `SourceDestCheck`, and what should it be?
"""

import boto3

from course.authoring import case, misconception


def silent_forwarders(vpc: str) -> list[str]:
    """Set the source/destination check of the VPC's interfaces right; return those that could not forward."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    tables = ec2.describe_route_tables(Filters=here)["RouteTables"]
    targets = {route.get("NetworkInterfaceId") for table in tables for route in table["Routes"]}
    silent = []
    for card in ec2.describe_network_interfaces(Filters=here)["NetworkInterfaces"]:
        name = card["NetworkInterfaceId"]
        wanted = name not in targets
        if card["SourceDestCheck"] == wanted:
            continue
        ec2.modify_network_interface_attribute(NetworkInterfaceId=name, SourceDestCheck={"Value": wanted})
        if not wanted:
            silent.append(name)
    return sorted(silent)
    ### END SOLUTION


@case(points=1)
def forwarders_forward() -> None:
    """Is the check off for every interface that a route of any route table names?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    cards = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _ in range(3)]
    targets = [card["NetworkInterfaceId"] for card in cards[:2]]
    for target in targets:
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=target)
    silent_forwarders(vpc)
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=targets)["NetworkInterfaces"]
    still = sorted(card["NetworkInterfaceId"] for card in found if card["SourceDestCheck"])
    assert still == [], f"two routes lead to {targets}; the check is still on for {still}, so they drop what they get"


@case(points=1)
def all_others_are_checked() -> None:
    """Is the check on again for what forwards nothing, and off where it was rightly so?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    target, loose, fine = (
        ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(3)
    )
    for name in (target, loose):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=name, SourceDestCheck={"Value": False})
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=target)
    silent_forwarders(vpc)
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=[target, loose, fine])["NetworkInterfaces"]
    got = {card["NetworkInterfaceId"]: card["SourceDestCheck"] for card in found}
    expected = {target: False, loose: True, fine: True}
    assert got == expected, f"the checks are {got}, expected {expected}: only {target} is the target of a route"


@case(points=1)
def the_silent_ones_are_named() -> None:
    """Are exactly those returned whose check was on although a route names them?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    good, first, second, loose = (
        ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(4)
    )
    for name in (good, loose):
        ec2.modify_network_interface_attribute(NetworkInterfaceId=name, SourceDestCheck={"Value": False})
    for target in (good, first, second):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=target)
    got, expected = silent_forwarders(vpc), sorted([first, second])
    assert (type(got), got) == (list, expected), (
        f"of three targets, one of which had the check off already, silent_forwarders gave {got!r}, expected {expected}"
    )


@case(points=1)
def other_vpcs_are_left_alone() -> None:
    """Is nothing changed in another VPC?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    made = []
    for block in ("10.0.0.0/16", "10.1.0.0/16"):
        vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block.replace("/16", "/24"))["Subnet"]["SubnetId"]
        target, loose = (
            ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(2)
        )
        ec2.modify_network_interface_attribute(NetworkInterfaceId=loose, SourceDestCheck={"Value": False})
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NetworkInterfaceId=target)
        made.append((vpc, target, loose))
    (ours, _, _), (_, *theirs) = made
    silent_forwarders(ours)
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=theirs)["NetworkInterfaces"]
    checks = {card["NetworkInterfaceId"]: card["SourceDestCheck"] for card in found}
    expected = dict(zip(theirs, (True, False), strict=True))
    assert checks == expected, f"silent_forwarders left the checks of another VPC as {checks}, expected {expected}"


@misconception(all_others_are_checked, the_silent_ones_are_named)
def switches_it_off_everywhere(vpc: str) -> list[str]:
    """You switched the check off for all interfaces; it belongs on wherever nothing is forwarded, as a guard against
    packets with a false sender."""
    ec2 = boto3.client("ec2")
    names = []
    for card in ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkInterfaces"]:
        name = card["NetworkInterfaceId"]
        ec2.modify_network_interface_attribute(NetworkInterfaceId=name, SourceDestCheck={"Value": False})
        names.append(name)
    return sorted(names)


@misconception(
    forwarders_forward, the_silent_ones_are_named, swap={"for table in tables for": "for table in tables[:2] for"}
)
def reads_one_route_table() -> None:
    """You did not look at all route tables; each subnet can have its own, with a forwarder of its own."""


@misconception(the_silent_ones_are_named, swap={"if not wanted:": "if True:"})
def names_all_that_changed() -> None:
    """You returned every interface that you changed; those whose check you switched on were no forwarders."""


@misconception(other_vpcs_are_left_alone, swap={'[{"Name": "vpc-id", "Values": [vpc]}]': "[]"})
def repairs_every_vpc() -> None:
    """You changed interfaces of other VPCs; you were asked about one, and others may have their reasons."""


@misconception(
    forwarders_forward,
    all_others_are_checked,
    the_silent_ones_are_named,
    swap={"wanted = name not in targets": "wanted = name in targets"},
)
def turns_it_round() -> None:
    """You switched the check on for forwarders; with it on, an interface takes only what is addressed to itself."""
