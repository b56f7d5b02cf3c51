"""A private way to S3.

The servers in the private subnets copy terabytes to S3, and all of it goes through the NAT gateway, which bills every
gigabyte. A **gateway endpoint** costs nothing. It is no machine but a route: AWS adds it to the route tables that you
name, for the addresses of S3.

Write `private_way_to_s3(vpc_id)` with boto3. It gives the VPC one gateway endpoint for S3 (Region us-east-1) and
associates it with the right route tables: those that have a route to a NAT gateway, and no others. The subnets of the
database have no way out at all, and the auditor wants it to stay so. Everything else goes out as before. It returns the
id of the endpoint.

```python
private_way_to_s3("vpc-0123…")  # "vpce-…"
```

Objective: Put a gateway endpoint where the traffic is, and nowhere else.
Out of scope: Endpoint policies, interface endpoints, endpoints of other accounts.
Kind: cloud
Task: 4.4
Hint: `create_vpc_endpoint` wants the VPC, the name of the service (`com.amazonaws.<region>.<service>`), the type of the
endpoint, and a list of route tables.
Hint: `describe_route_tables` takes a filter `vpc-id`; a route to a NAT gateway has a `NatGatewayId`.
Hint: A subnet that is associated with no table uses the main one, which is in the list like any other.
"""

import boto3

from course.authoring import case, misconception


def private_way_to_s3(vpc_id: str) -> str:
    """Make the gateway endpoint, associate it with the tables that lead to a NAT gateway, and return its id."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
    chosen = [table["RouteTableId"] for table in tables if any(route.get("NatGatewayId") for route in table["Routes"])]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc_id,
        VpcEndpointType="Gateway",
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=chosen,
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])
    ### END SOLUTION


@case(points=2)
def private_servers_take_the_endpoint() -> None:
    """Does traffic of every private subnet to S3 pass the endpoint, and no NAT gateway?"""
    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.labs.packet_aws import create_network
    from course.models.packet import Packet, network, walk

    def shop(main: dict[str, str], second: dict[str, str]) -> str:
        cloud.start()
        create_network(
            network(
                {
                    "vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}},
                    "internet_gateways": {"igw": {"vpc": "vpc-shop"}},
                    "route_tables": {
                        "rtb-main": {"vpc": "vpc-shop", "main": True, "routes": main},
                        "rtb-public": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "igw"}},
                        "rtb-second": {"vpc": "vpc-shop", "routes": second},
                    },
                    "subnets": {
                        "subnet-public": {"vpc": "vpc-shop", "cidr": "10.0.0.0/24", "route_table": "rtb-public"},
                        "subnet-app-a": {"vpc": "vpc-shop", "cidr": "10.0.1.0/24"},
                        "subnet-app-b": {"vpc": "vpc-shop", "cidr": "10.0.2.0/24", "route_table": "rtb-second"},
                    },
                    "nat_gateways": {
                        "nat": {"subnet": "subnet-public", "address": "10.0.0.5", "public_ip": "203.0.113.5"}
                    },
                    "security_groups": {"sg": {"vpc": "vpc-shop"}},
                    "interfaces": {
                        "eni-app-a": {"subnet": "subnet-app-a", "address": "10.0.1.10", "groups": ["sg"]},
                        "eni-app-b": {"subnet": "subnet-app-b", "address": "10.0.2.10", "groups": ["sg"]},
                    },
                }
            )
        )
        found = boto3.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
        return str(found[0]["VpcId"])

    nat = {"0.0.0.0/0": "nat"}
    private_way_to_s3(shop(nat, nat))
    kinds = {one["VpcEndpointType"] for one in boto3.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]}
    assert kinds == {"Gateway"}, f"private_way_to_s3 made endpoints of the types {sorted(kinds)}, expected Gateway"
    after = read_network()
    for source in ("eni-app-a", "eni-app-b"):
        got = walk(after, Packet(source, "s3"))
        assert got.answered, (
            f"{source} sends to S3: {got.verdict}, expected answered. {got.dropped and got.dropped.reason}"
        )
        way = [hop.where for hop in got.forward]
        assert "nat" not in way, (
            f"{source} sends to S3 through the NAT gateway, expected the endpoint: is the route table of its subnet "
            "associated with it? A subnet without a table of its own uses the main one"
        )
        out = walk(after, Packet(source, "198.51.100.7"))
        assert "nat" in [hop.where for hop in out.forward], (
            f"{source} sends to 198.51.100.7, which is not S3, and no longer passes the NAT gateway"
        )
    ### BEGIN HIDDEN TESTS
    private_way_to_s3(shop({}, nat))
    after = read_network()
    got = walk(after, Packet("eni-app-b", "s3"))
    way = [hop.where for hop in got.forward]
    assert got.answered, f"eni-app-b, in another VPC, sends to S3: {got.verdict}, expected answered"
    assert "nat" not in way, "eni-app-b, in another VPC, sends to S3 through the NAT gateway, expected the endpoint"
    got = walk(after, Packet("eni-app-a", "s3"))
    assert not got.answered, "a subnet whose main table has no way out reaches S3 now, expected no way"
    ### END HIDDEN TESTS


@case(points=1)
def the_database_stays_shut_in() -> None:
    """Have the subnets without a way out still none, not even to S3?"""
    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.labs.packet_aws import create_network
    from course.models.packet import Packet, network, walk

    cloud.start()
    create_network(
        network(
            {
                "vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}},
                "internet_gateways": {"igw": {"vpc": "vpc-shop"}},
                "route_tables": {
                    "rtb-public": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "igw"}},
                    "rtb-app": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "nat"}},
                    "rtb-db": {"vpc": "vpc-shop"},
                },
                "subnets": {
                    "subnet-public": {"vpc": "vpc-shop", "cidr": "10.0.0.0/24", "route_table": "rtb-public"},
                    "subnet-app": {"vpc": "vpc-shop", "cidr": "10.0.1.0/24", "route_table": "rtb-app"},
                    "subnet-db": {"vpc": "vpc-shop", "cidr": "10.0.2.0/24", "route_table": "rtb-db"},
                },
                "nat_gateways": {"nat": {"subnet": "subnet-public", "address": "10.0.0.5", "public_ip": "203.0.113.5"}},
                "security_groups": {"sg": {"vpc": "vpc-shop"}},
                "interfaces": {"eni-db": {"subnet": "subnet-db", "address": "10.0.2.10", "groups": ["sg"]}},
            }
        )
    )
    ec2 = boto3.client("ec2")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"][0]["VpcId"]
    private_way_to_s3(vpc)
    kinds = {one["VpcEndpointType"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert kinds == {"Gateway"}, f"private_way_to_s3 made endpoints of the types {sorted(kinds)}, expected Gateway"
    got = walk(read_network(), Packet("eni-db", "s3"))
    assert not got.answered, (
        "the database, whose route table has the local route only, gets an answer from S3, expected none: the endpoint "
        "was associated with its route table too"
    )


@case(points=1)
def it_is_a_gateway_endpoint() -> None:
    """Is there one endpoint in the VPC, of the type Gateway, for S3, and is its id returned?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    got = private_way_to_s3(vpc)
    found = [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["VpcId"] == vpc]
    shown = [(one["VpcEndpointType"], one["ServiceName"]) for one in found]
    assert shown == [("Gateway", "com.amazonaws.us-east-1.s3")], (
        f"private_way_to_s3 left the endpoints {shown} in the VPC, expected [('Gateway', 'com.amazonaws.us-east-1.s3')]"
    )
    assert got == found[0]["VpcEndpointId"], f"private_way_to_s3 gave {got!r}, expected {found[0]['VpcEndpointId']!r}"


@misconception(private_servers_take_the_endpoint, swap={"RouteTableIds=chosen": "RouteTableIds=[]"})
def names_no_route_table() -> None:
    """You associated the endpoint with no route table; it exists then, and no packet finds it."""


@misconception(
    private_servers_take_the_endpoint,
    the_database_stays_shut_in,
    swap={' if any(route.get("NatGatewayId") for route in table["Routes"])': ""},
)
def takes_all_tables() -> None:
    """You associated the endpoint with every route table; the subnets that had no way out have one now, to S3."""


@misconception(
    private_servers_take_the_endpoint,
    swap={
        'if any(route.get("NatGatewayId") for route in table["Routes"])': (
            'if any(route.get("NatGatewayId") for route in table["Routes"])\n'
            '        and not any(one.get("Main") for one in table["Associations"])'
        )
    },
)
def overlooks_the_main_table() -> None:
    """You left the main route table out; every subnet without a table of its own uses it."""


@misconception(
    private_servers_take_the_endpoint,
    swap={'any(route.get("NatGatewayId")': 'any(str(route.get("GatewayId")).startswith("igw-")'},
)
def takes_the_public_tables() -> None:
    """You chose the tables with a route to the internet gateway; the traffic that costs comes from the private
    subnets."""


@misconception(
    it_is_a_gateway_endpoint,
    the_database_stays_shut_in,
    private_servers_take_the_endpoint,
    swap={
        'VpcEndpointType="Gateway"': 'VpcEndpointType="Interface"',
        "RouteTableIds=chosen": """SubnetIds=[
            subnet["SubnetId"]
            for subnet in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"]
        ][:1]""",
    },
)
def makes_an_interface_endpoint() -> None:
    """You made an interface endpoint; it has addresses instead of routes, and costs by the hour and by the gigabyte."""
