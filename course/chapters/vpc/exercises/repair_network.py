"""Repair this account.

Several people have built this VPC, one after the other. Visitors wait for the web server, the application server gets
no updates, and everybody says that nothing was changed. All you have is the plan: which subnet is to be what.

| the plan says | the subnet's default route, 0.0.0.0/0, leads to |
|---|---|
| `public` | the internet gateway of the VPC |
| `private` | a NAT gateway that lies in a public subnet |
| `isolated` | nowhere: it has none |

And a rule for the network ACLs of public and private subnets: they let TCP to the ports 1024 to 65535 pass, in both
directions, unless a rule with a lower number denies it. Those ports are where responses go.

Write `repair_network(plan)` with boto3. It looks, and mends what breaks the plan or the rule; what is right stays as it
is. Subnets can share a route table, so think before you change one; a new table, a new association or a new NAT gateway
(with an Elastic IP) is always allowed. No subnet needs other routes. It returns nothing. The cases break networks, let
you repair them, and send packets through.

```python
repair_network({"public": ["subnet-…"], "private": ["subnet-…"], "isolated": ["subnet-…"]})
```

Objective: Find out by describe calls why packets do not arrive, and mend it without opening what must stay shut.
Out of scope: Security groups, IPv6, a NAT gateway for each zone, cleaning up what is left over.
Kind: diagnosis
Task: 1.2
Hint: Write a helper that finds the route table of a subnet. A subnet without an association uses the main table of its
VPC. `replace_route_table_association` changes an association, `associate_route_table` makes one.
Hint: For each kind, what counts is the target of 0.0.0.0/0. `GatewayId` begins with `igw-`; `NatGatewayId` names a NAT
gateway, and `describe_nat_gateways` says in which subnet it lies and whether it is available.
Hint: Mend the public subnets first: a NAT gateway in one of them then works.
Hint: An entry of a network ACL needs a number. Behind the other rules it does not go before a deny.
"""

# ruff: noqa: C901 - the helpers of a learner's answer stand inside of it
from typing import Any

import boto3

from course.authoring import case, misconception


def repair_network(plan: dict[str, list[str]]) -> None:
    """Make route tables and network ACLs do what the plan says."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    some = next(subnet for subnets in plan.values() for subnet in subnets)
    vpc = ec2.describe_subnets(SubnetIds=[some])["Subnets"][0]["VpcId"]
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    gateway = ec2.describe_internet_gateways(Filters=attached)["InternetGateways"][0]["InternetGatewayId"]

    def default(table: dict[str, Any]) -> str:
        for route in table["Routes"]:
            if route.get("DestinationCidrBlock") == "0.0.0.0/0":
                return str(route.get("NatGatewayId") or route.get("GatewayId"))
        return ""

    def mend(subnet: str, targets: list[str]) -> None:
        tables = ec2.describe_route_tables(Filters=here)["RouteTables"]
        own = [(t, a) for t in tables for a in t["Associations"] if a.get("SubnetId") == subnet]
        used = own[0][0] if own else next(t for t in tables if any(a.get("Main") for a in t["Associations"]))
        if default(used) in targets:
            return
        right = [table["RouteTableId"] for table in tables if default(table) in targets]
        if not right:
            right = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]]
            key = "GatewayId" if targets[0].startswith("igw-") else "NatGatewayId"
            if targets[0]:
                ec2.create_route(RouteTableId=right[0], DestinationCidrBlock="0.0.0.0/0", **{key: targets[0]})
        if own:
            association = own[0][1]["RouteTableAssociationId"]
            ec2.replace_route_table_association(AssociationId=association, RouteTableId=right[0])
        else:
            ec2.associate_route_table(RouteTableId=right[0], SubnetId=subnet)

    def open_for_responses(acl: dict[str, Any], *, egress: bool) -> None:
        entries = [e for e in acl["Entries"] if e["Egress"] == egress and e["RuleNumber"] < 32767]
        for entry in entries:
            ports = entry.get("PortRange", {"From": 0, "To": 65535})
            wide = entry["CidrBlock"] == "0.0.0.0/0" and ports["From"] <= 1024 and ports["To"] == 65535
            if wide and entry["RuleAction"] == "allow" and entry["Protocol"] in ("6", "-1"):
                return
        ec2.create_network_acl_entry(
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=max([0, *(entry["RuleNumber"] for entry in entries)]) + 10,
            Protocol="6",
            RuleAction="allow",
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": 1024, "To": 65535},
        )

    for subnet in plan.get("public", []):
        mend(subnet, [gateway])
    nats = [
        nat["NatGatewayId"]
        for nat in ec2.describe_nat_gateways()["NatGateways"]
        if nat["State"] == "available" and nat["SubnetId"] in plan.get("public", [])
    ]
    if plan.get("private") and not nats:
        allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = ec2.create_nat_gateway(SubnetId=plan["public"][0], AllocationId=allocation)
        nats = [made["NatGateway"]["NatGatewayId"]]
    for subnet in plan.get("private", []):
        mend(subnet, nats)
    for subnet in plan.get("isolated", []):
        mend(subnet, [""])
    guarded = plan.get("public", []) + plan.get("private", [])
    for acl in ec2.describe_network_acls(Filters=here)["NetworkAcls"]:
        if any(association["SubnetId"] in guarded for association in acl["Associations"]):
            open_for_responses(acl, egress=False)
            open_for_responses(acl, egress=True)
    ### END SOLUTION


@case(points=1)
def visitors_get_answers() -> None:
    """Is the web server reached, and the isolated database not?"""
    import boto3

    from course import cloud
    from course.labs import packet as labs

    cloud.start()
    labs.deploy("no-internet-route")
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    repair_network({"public": [ids["subnet-web"]], "isolated": [ids["subnet-db"]]})
    complaints = labs.judge("no-internet-route")
    assert not complaints, (
        "the web server's table had no default route, the database's subnet uses the main table; after repair_network: "
        + " ".join(complaints)
    )
    ### BEGIN HIDDEN TESTS
    from course.ec2_network import read_network
    from course.labs.network_lab import merged
    from course.labs.packet_aws import create_network
    from course.models.packet import Packet, network, walk

    cloud.start()
    opened = {"route_tables": {"rtb-main": {"routes": {"0.0.0.0/0": "igw-shop"}}}}
    create_network(network(merged(labs.lab("no-internet-route").data, opened)))
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    repair_network({"public": [ids["subnet-web"]], "isolated": [ids["subnet-db"]]})
    got = walk(read_network(), Packet("198.51.100.7", "eni-db", port=5432))
    assert not got.answered, (
        "the main table had a route to the internet gateway; after repair_network the isolated database is still "
        "reached from the internet"
    )
    ### END HIDDEN TESTS


@case(points=2)
def updates_arrive() -> None:
    """Does the application server fetch its updates through a NAT gateway in a public subnet, and stay unreachable?"""
    import boto3

    from course import cloud
    from course.labs import packet as labs

    cloud.start()
    labs.deploy("nat-in-private")
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    public = [ids["subnet-web"], ids["subnet-nat"]]
    repair_network({"public": public, "private": [ids["subnet-app"]]})
    complaints = labs.judge("nat-in-private")
    assert not complaints, "the NAT gateway lay in a subnet without a way out; after repair_network: " + " ".join(
        complaints
    )
    ### BEGIN HIDDEN TESTS
    from course.labs.network_lab import merged
    from course.labs.packet_aws import create_network
    from course.models.packet import network

    cloud.start()
    moved = {"nat_gateways": {"nat-shop": {"subnet": "subnet-app", "address": "10.0.1.5"}}}
    create_network(network(merged(labs.lab("nat-in-private").data, moved)))
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    repair_network({"public": [ids["subnet-web"]], "private": [ids["subnet-app"]]})
    complaints = labs.judge("nat-in-private")
    assert not complaints, "the NAT gateway lay in the private subnet itself; after repair_network: " + " ".join(
        complaints
    )
    ### END HIDDEN TESTS


@case(points=1)
def responses_pass_the_acl() -> None:
    """Do responses to any ephemeral port pass the network ACL, and are the attackers still denied?"""
    import boto3

    from course import cloud
    from course.labs import packet as labs

    cloud.start()
    labs.deploy("ephemeral-ports")
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    repair_network({"public": [ids["subnet-web"]]})
    complaints = labs.judge("ephemeral-ports")
    assert not complaints, (
        "the network ACL let port 443 in and port 443 out, and denied 203.0.113.64/26; after repair_network: "
        + " ".join(complaints)
    )
    ### BEGIN HIDDEN TESTS
    from course.ec2_network import read_network
    from course.models.packet import Packet, walk

    got = walk(read_network(), Packet("eni-web", "192.0.2.80", source_port=1024))
    assert got.answered, (
        f"the web server fetches an update itself: {got.verdict}, expected answered. "
        f"{got.dropped and got.dropped.reason}"
    )
    ### END HIDDEN TESTS


@case(points=1)
def what_is_right_stays() -> None:
    """Is a healthy network the same afterwards, rule by rule and route by route?"""
    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.labs import packet as labs
    from course.labs.network_lab import merged
    from course.labs.packet_aws import create_network
    from course.models.packet import network

    cloud.start()
    healthy = {
        "subnets": {
            "subnet-nat": {"route_table": "rtb-public", "acl": "acl-nat"},
            "subnet-db": {"vpc": "vpc-shop", "cidr": "10.0.9.0/24"},
        },
        "network_acls": {
            "acl-nat": {
                "vpc": "vpc-shop",
                "inbound": ["100 allow tcp 1024-65535 0.0.0.0/0", "110 allow all 10.0.0.0/16"],
                "outbound": ["100 allow all 0.0.0.0/0"],
            }
        },
    }
    create_network(network(merged(labs.lab("nat-in-private").data, healthy)))
    tags = boto3.client("ec2").describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]
    ids = {tag["Value"]: tag["ResourceId"] for tag in tags}
    before = read_network()
    plan = {
        "public": [ids["subnet-web"], ids["subnet-nat"]],
        "private": [ids["subnet-app"]],
        "isolated": [ids["subnet-db"]],
    }
    repair_network(plan)
    changed = [one.id for one in read_network().resources if one not in before.resources]
    assert not changed, (
        f"repair_network on a network that keeps the plan changed or made {', '.join(changed)}, expected nothing"
    )


@misconception(
    visitors_get_answers,
    updates_arrive,
    swap={
        "        if default(used) in targets:\n            return\n": (
            "        if default(used) in targets:\n            return\n"
            "        if targets == [gateway]:\n"
            "            used = next(t for t in tables if any(a.get('Main') for a in t['Associations']))\n"
            "            ec2.create_route(\n"
            "                RouteTableId=used['RouteTableId'], DestinationCidrBlock='0.0.0.0/0', GatewayId=gateway\n"
            "            )\n"
            "            return\n"
        )
    },
)
def adds_the_route_to_the_main_table() -> None:
    """You added the route to the main table; a subnet with a table of its own does not use it, and those without one
    become public."""


@misconception(
    updates_arrive,
    what_is_right_stays,
    swap={"        mend(subnet, nats)": "        mend(subnet, [gateway])"},
)
def makes_private_public() -> None:
    """You sent the private subnet to the internet gateway; its server has no public address, so nothing comes back,
    and with one it would be open."""


@misconception(
    updates_arrive,
    swap={' and nat["SubnetId"] in plan.get("public", [])': ""},
)
def takes_any_nat_gateway() -> None:
    """You kept a NAT gateway without asking where it lies; in a private subnet it has no way out itself."""


@misconception(
    responses_pass_the_acl, swap={'PortRange={"From": 1024, "To": 65535}': 'PortRange={"From": 443, "To": 443}'}
)
def opens_the_servers_port() -> None:
    """You opened port 443; a response comes from there, and goes to a port from 1024 to 65535."""


@misconception(
    responses_pass_the_acl, swap={'PortRange={"From": 1024, "To": 65535}': 'PortRange={"From": 32768, "To": 60999}'}
)
def opens_linux_ports_only() -> None:
    """You opened the ephemeral ports of Linux; Windows, NAT gateways and load balancers use others, from 1024 on."""


@misconception(
    responses_pass_the_acl,
    swap={
        '''RuleNumber=max([0, *(entry["RuleNumber"] for entry in entries)]) + 10,
            Protocol="6"''': '''RuleNumber=1,
            Protocol="-1"'''
    },
)
def allows_everything_first() -> None:
    """You put a rule that allows everything before all others; the rule that denies the attackers is never reached."""


@misconception(
    what_is_right_stays,
    swap={
        """if default(used) in targets:
            return
        right = [table["RouteTableId"] for table in tables if default(table) in targets]
""": "right: list[str] = []\n"
    },
)
def replaces_every_table() -> None:
    """You gave every subnet a new route table, also where the old one was right; a repair changes what is broken."""


@misconception(visitors_get_answers, swap={'        mend(subnet, [""])': "        pass"})
def leaves_isolated_subnets_open() -> None:
    """You did not look at the isolated subnets; one that uses a table with a default route is not isolated."""
