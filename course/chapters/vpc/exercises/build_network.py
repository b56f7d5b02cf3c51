"""Build the network of a shop.

The shop runs in several Availability Zones, and no zone may need another one to work. Web servers will stand in public
subnets, application servers in private ones. The application servers must be able to fetch updates from the internet,
and nobody on the internet must be able to reach them.

Write `build_network(zones)` with boto3. It makes

- a VPC with the block 10.0.0.0/16 and an internet gateway;
- in each zone a public and a private subnet, each a /24;
- in each zone a NAT gateway with an Elastic IP;
- the route tables, so that public subnets reach the internet directly and private ones through the NAT gateway of their
  **own** zone.

It returns the ids of the subnets by kind and zone. The cases put servers into them and send packets through the network
that stands in AWS then. Security groups and network ACLs can stay as AWS makes them.

```python
build_network(["us-east-1a", "us-east-1b"])
# {"public": {"us-east-1a": "subnet-…", "us-east-1b": "subnet-…"}, "private": {"us-east-1a": "subnet-…", …}}
```

Objective: Build a VPC with public and private subnets, gateways and route tables that survives the loss of a zone.
Out of scope: Security groups, network ACLs, IPv6, regional NAT gateways (which the offline AWS does not know).
Kind: cloud
Task: 1.2
Hint: An internet gateway is made and then attached: `create_internet_gateway`, `attach_internet_gateway`.
Hint: A subnet is public when the route table that it is associated with has a route to an internet gateway. One table
serves all public subnets; how many do the private ones need?
Hint: `allocate_address(Domain="vpc")` gives the `AllocationId` that `create_nat_gateway` wants. Which kind of subnet
has the way to the internet that the NAT gateway itself needs?
"""

import boto3

from course.authoring import case, misconception


def build_network(zones: list[str]) -> dict[str, dict[str, str]]:
    """Build the VPC; return the subnets' ids as {'public': {zone: id}, 'private': {zone: id}}."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

    def subnet(zone: str, number: int) -> str:
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)
        return str(made["Subnet"]["SubnetId"])

    def table(**target: str) -> str:
        made = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=made, DestinationCidrBlock="0.0.0.0/0", **target)
        return str(made)

    public = table(GatewayId=gateway)
    subnets: dict[str, dict[str, str]] = {"public": {}, "private": {}}
    for number, zone in enumerate(zones):
        front, back = subnet(zone, number), subnet(zone, 100 + number)
        ec2.associate_route_table(RouteTableId=public, SubnetId=front)
        allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=front, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
        ec2.associate_route_table(RouteTableId=table(NatGatewayId=nat), SubnetId=back)
        subnets["public"][zone], subnets["private"][zone] = front, back
    return subnets
    ### END SOLUTION


@case(points=1)
def the_subnets_are_there() -> None:
    """Is there a public and a private /24 in each zone, all in one VPC?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    zones = ["us-east-1a", "us-east-1b"]
    got = build_network(zones)
    call = f"build_network({zones})"
    assert isinstance(got, dict), f"{call} gave {got!r}, expected a dict with the keys public and private"
    vpcs = set()
    for kind in ("public", "private"):
        ids = got.get(kind)
        assert isinstance(ids, dict), f"{call} has {ids!r} for {kind!r}, expected the subnets' ids by zone"
        assert sorted(ids) == zones, f"{call} has {kind} subnets in {sorted(ids)}, expected {zones}"
        made = {one["SubnetId"]: one for one in ec2.describe_subnets(SubnetIds=list(ids.values()))["Subnets"]}
        for zone, id_ in ids.items():
            found = made[id_]
            assert found["AvailabilityZone"] == zone, (
                f"{call} says that the {kind} subnet {found['CidrBlock']} is in {zone}; it is in "
                f"{found['AvailabilityZone']}"
            )
            assert found["CidrBlock"].endswith("/24"), f"{call} made {found['CidrBlock']}, expected a /24"
            vpcs.add(found["VpcId"])
    assert len(vpcs) == 1, f"{call} made subnets in {len(vpcs)} VPCs, expected one"
    block = ec2.describe_vpcs(VpcIds=list(vpcs))["Vpcs"][0]["CidrBlock"]
    assert block == "10.0.0.0/16", f"{call} made a VPC with the block {block}, expected 10.0.0.0/16"


@case(points=1)
def the_internet_reaches_public_subnets() -> None:
    """Does a visitor get an answer from a web server with an Elastic IP in each public subnet?"""
    from ipaddress import ip_network

    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.models.packet import NetworkError, Packet, walk

    cloud.start()
    ec2 = boto3.client("ec2")
    zones = ["us-east-1a", "us-east-1b"]
    public = (build_network(zones) or {}).get("public", {})
    assert sorted(public) == zones, f"build_network({zones}) has public subnets in {sorted(public)}, expected {zones}"
    found = {one["SubnetId"]: one for one in ec2.describe_subnets(SubnetIds=list(public.values()))["Subnets"]}
    vpc = next(iter(found.values()))["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0")
    servers = {}
    for zone, subnet in public.items():
        address = str(ip_network(found[subnet]["CidrBlock"])[50])
        server = ec2.create_network_interface(SubnetId=subnet, Groups=[group], PrivateIpAddress=address)
        servers[zone] = server["NetworkInterface"]["NetworkInterfaceId"]
        public_ip = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(AllocationId=public_ip, NetworkInterfaceId=servers[zone])
    try:
        made = read_network()
        answers = {zone: walk(made, Packet("198.51.100.7", server)) for zone, server in servers.items()}
    except NetworkError as error:
        raise AssertionError(
            f"the network that build_network made does not work: {error} (An internet gateway is part of a VPC's "
            "network once it is attached.)"
        ) from None
    for zone, got in answers.items():
        assert got.answered, (
            f"a visitor asks a web server in the public subnet of {zone}: {got.verdict}, expected answered. "
            f"{got.dropped and got.dropped.reason}"
        )


@case(points=2)
def private_subnets_only_go_out() -> None:
    """Can a server in a private subnet fetch an update, while nobody outside can reach it?"""
    from ipaddress import ip_network

    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.models.packet import NetworkError, Packet, walk

    cloud.start()
    ec2 = boto3.client("ec2")
    zones = ["us-east-1a", "us-east-1b"]
    private = (build_network(zones) or {}).get("private", {})
    assert sorted(private) == zones, (
        f"build_network({zones}) has private subnets in {sorted(private)}, expected {zones}"
    )
    found = {one["SubnetId"]: one for one in ec2.describe_subnets(SubnetIds=list(private.values()))["Subnets"]}
    vpc = next(iter(found.values()))["VpcId"]
    group = ec2.create_security_group(GroupName="app", Description="app", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0")
    servers = {}
    for zone, subnet in private.items():
        address = str(ip_network(found[subnet]["CidrBlock"])[50])
        server = ec2.create_network_interface(SubnetId=subnet, Groups=[group], PrivateIpAddress=address)
        servers[zone] = server["NetworkInterface"]["NetworkInterfaceId"]
    try:
        made = read_network()
        answers = {zone: walk(made, Packet(server, "198.51.100.7")) for zone, server in servers.items()}
    except NetworkError as error:
        raise AssertionError(
            f"the network that build_network made does not work: {error} (An internet gateway is part of a VPC's "
            "network once it is attached.)"
        ) from None
    for zone, got in answers.items():
        assert got.answered, (
            f"a server in the private subnet of {zone} fetches an update from 198.51.100.7: {got.verdict}, expected "
            f"answered. {got.dropped and got.dropped.reason}"
        )
    for server in servers.values():  # somebody gives it a public address by mistake
        public_ip = ec2.allocate_address(Domain="vpc")["AllocationId"]
        ec2.associate_address(AllocationId=public_ip, NetworkInterfaceId=server)
    made = read_network()
    for zone, server in servers.items():
        got = walk(made, Packet("198.51.100.7", server))
        assert not got.answered, (
            f"the server in the private subnet of {zone} got an Elastic IP by mistake, and a visitor gets an answer "
            "from it, expected none: its subnet has a route to the internet gateway, so it is public"
        )


@case(points=1)
def each_zone_stands_alone() -> None:
    """Can the private subnet of each zone still reach the internet when the other zones' NAT gateways are gone?"""
    from ipaddress import ip_network

    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.models.packet import NetworkError, Packet, walk

    cloud.start()
    ec2 = boto3.client("ec2")
    zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
    private = (build_network(zones) or {}).get("private", {})
    assert sorted(private) == zones, (
        f"build_network({zones}) has private subnets in {sorted(private)}, expected {zones}"
    )
    subnets = {one["SubnetId"]: one for one in ec2.describe_subnets()["Subnets"]}
    servers = {}
    for zone, subnet in private.items():
        address = str(ip_network(subnets[subnet]["CidrBlock"])[50])
        server = ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress=address)
        servers[zone] = server["NetworkInterface"]["NetworkInterfaceId"]
    zone_of = {
        nat["NatGatewayId"]: subnets[nat["SubnetId"]]["AvailabilityZone"]
        for nat in ec2.describe_nat_gateways()["NatGateways"]
    }
    try:
        made = read_network()
        answers = {
            zone: walk(
                made.without(*(nat for nat, where in zone_of.items() if where != zone)), Packet(server, "198.51.100.7")
            )
            for zone, server in servers.items()
        }
    except NetworkError as error:
        raise AssertionError(
            f"the network that build_network made does not work: {error} (An internet gateway is part of a VPC's "
            "network once it is attached.)"
        ) from None
    for zone, got in answers.items():
        assert got.answered, (
            f"without the NAT gateways outside of {zone}, a server in the private subnet of {zone} fetches an update: "
            f"{got.verdict}, expected answered. {got.dropped and got.dropped.reason}"
        )


@misconception(
    private_subnets_only_go_out,
    each_zone_stands_alone,
    swap={"create_nat_gateway(SubnetId=front": "create_nat_gateway(SubnetId=back"},
)
def puts_nat_into_the_private_subnet() -> None:
    """You put the NAT gateway into the private subnet; its own packets then follow the private route table, back to
    itself."""


@misconception(
    private_subnets_only_go_out,
    each_zone_stands_alone,
    swap={"RouteTableId=table(NatGatewayId=nat), SubnetId=back": "RouteTableId=public, SubnetId=back"},
)
def makes_everything_public() -> None:
    """You gave the private subnets a route to the internet gateway; that route is what makes a subnet public."""


@misconception(
    each_zone_stands_alone,
    swap={
        """        allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=front, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
""": """        if number == 0:
            allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
            nat = ec2.create_nat_gateway(SubnetId=front, AllocationId=allocation)["NatGateway"]["NatGatewayId"]
"""
    },
)
def shares_one_nat_gateway() -> None:
    """You let all zones use one NAT gateway; when its zone fails, the private subnets of all zones are cut off."""


@misconception(
    the_internet_reaches_public_subnets,
    private_subnets_only_go_out,
    each_zone_stands_alone,
    swap={"ec2.associate_route_table(RouteTableId=public, SubnetId=front)": ""},
)
def does_not_associate_the_table() -> None:
    """You made the public route table and associated it with no subnet; a subnet without a table of its own uses the
    main one, which knows the VPC only."""


@misconception(
    private_subnets_only_go_out,
    each_zone_stands_alone,
    swap={
        """create_nat_gateway(SubnetId=front, AllocationId=allocation)""": (
            """create_nat_gateway(SubnetId=front, ConnectivityType="private")"""
        )
    },
)
def takes_a_private_nat_gateway() -> None:
    """You made a private NAT gateway; it has no Elastic IP, and serves the way to other private networks only."""


@misconception(
    the_internet_reaches_public_subnets,
    private_subnets_only_go_out,
    each_zone_stands_alone,
    swap={"ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)": ""},
)
def does_not_attach_the_gateway() -> None:
    """You made an internet gateway and did not attach it to the VPC; a gateway that stands alone leads nowhere."""


@misconception(
    the_subnets_are_there, each_zone_stands_alone, swap={"AvailabilityZone=zone": "AvailabilityZone=zones[0]"}
)
def puts_all_into_one_zone() -> None:
    """You put all subnets into the first zone; when it fails, nothing of the shop is left."""
