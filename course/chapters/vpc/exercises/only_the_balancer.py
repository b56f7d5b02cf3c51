"""Let in only the load balancer.

The application servers were opened "for a test" in several ways, and nobody remembers all of them. From today on they
are to be reached through the Application Load Balancer only, on one port. The balancer's addresses change when it
scales, and other machines lie in its subnets. So the rule names the balancer's **security group**.

Write `only_the_balancer(app_group, balancer_group, port)`: ids of two security groups, and the TCP port. Afterwards the
inbound rules of the application's group let in this port from the balancer's group, and nothing else. The outbound
rules stay as they are. The function can be called again without harm, also when the right rule is there already. It
returns nothing.

```python
only_the_balancer("sg-0a1b…", "sg-9f8e…", 8080)
```

Objective: Chain security groups, and remove every rule that undermines the chain.
Out of scope: The balancer's own rules, network ACLs, IPv6.
Kind: cloud
Task: 1.2
Hint: `describe_security_groups(GroupIds=[…])` shows the inbound rules as `IpPermissions`.
Hint: `revoke_security_group_ingress` takes `IpPermissions` in the form in which describe gave them.
Hint: An empty list of permissions is refused; so is a rule that is there already.
"""

import boto3

from course.authoring import case, misconception


def only_the_balancer(app_group: str, balancer_group: str, port: int) -> None:
    """Leave one inbound rule: this port from the balancer's group."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    rules = ec2.describe_security_groups(GroupIds=[app_group])["SecurityGroups"][0]["IpPermissions"]
    if rules:
        ec2.revoke_security_group_ingress(GroupId=app_group, IpPermissions=rules)
    wanted = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "UserIdGroupPairs": [{"GroupId": balancer_group}],
    }
    ec2.authorize_security_group_ingress(GroupId=app_group, IpPermissions=[wanted])
    ### END SOLUTION


@case(points=1)
def the_balancer_gets_through() -> None:
    """Does the application answer the balancer on its port, when the group had no rule at all before?"""
    import boto3

    from course import cloud
    from course.ec2_network import read_network
    from course.labs.packet_aws import create_network
    from course.models.packet import Packet, network, walk

    for port in (8080, 3000):
        cloud.start()
        create_network(
            network(
                {
                    "vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}},
                    "subnets": {"subnet-web": {"vpc": "vpc-shop", "cidr": "10.0.0.0/24"}},
                    "security_groups": {
                        "sg-balancer": {"vpc": "vpc-shop", "inbound": ["tcp 443 0.0.0.0/0"]},
                        "sg-app": {"vpc": "vpc-shop"},
                    },
                    "interfaces": {
                        "eni-balancer": {"subnet": "subnet-web", "address": "10.0.0.10", "groups": ["sg-balancer"]},
                        "eni-app": {"subnet": "subnet-web", "address": "10.0.0.20", "groups": ["sg-app"]},
                    },
                }
            )
        )
        groups = {
            group["GroupName"]: group["GroupId"]
            for group in boto3.client("ec2").describe_security_groups()["SecurityGroups"]
        }
        only_the_balancer(groups["sg-app"], groups["sg-balancer"], port)
        got = walk(read_network(), Packet("eni-balancer", "eni-app", port=port))
        assert got.answered, (
            f"after only_the_balancer('sg-app', 'sg-balancer', {port}) the balancer asks the application on port "
            f"{port}: {got.verdict}, expected answered. {got.dropped and got.dropped.reason}"
        )


@case(points=2)
def nobody_else_does() -> None:
    """Are the neighbours of the balancer, the other ports and the old open rules shut out?"""
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
                "route_tables": {"rtb": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "igw"}}},
                "subnets": {"subnet-web": {"vpc": "vpc-shop", "cidr": "10.0.0.0/24", "route_table": "rtb"}},
                "security_groups": {
                    "sg-balancer": {"vpc": "vpc-shop", "inbound": ["tcp 443 0.0.0.0/0"]},
                    "sg-other": {"vpc": "vpc-shop"},
                    "sg-app": {
                        "vpc": "vpc-shop",
                        "inbound": ["tcp 8080 0.0.0.0/0", "tcp 22 10.0.0.0/16", "tcp 5000-9000 sg-other"],
                    },
                },
                "interfaces": {
                    "eni-balancer": {"subnet": "subnet-web", "address": "10.0.0.10", "groups": ["sg-balancer"]},
                    "eni-neighbour": {"subnet": "subnet-web", "address": "10.0.0.11", "groups": ["sg-other"]},
                    "eni-app-2": {"subnet": "subnet-web", "address": "10.0.0.21", "groups": ["sg-app"]},
                    "eni-app": {
                        "subnet": "subnet-web",
                        "address": "10.0.0.20",
                        "groups": ["sg-app"],
                        "public_ip": "203.0.113.20",
                    },
                },
            }
        )
    )
    groups = {
        group["GroupName"]: group["GroupId"]
        for group in boto3.client("ec2").describe_security_groups()["SecurityGroups"]
    }
    only_the_balancer(groups["sg-app"], groups["sg-balancer"], 8080)
    after = read_network()
    for source, port in (
        ("198.51.100.7", 8080),
        ("eni-neighbour", 8080),
        ("eni-neighbour", 22),
        ("eni-app-2", 8080),
        ("eni-balancer", 22),
        ("eni-balancer", 8443),
    ):
        got = walk(after, Packet(source, "eni-app", port=port))
        assert not got.answered, (
            f"after only_the_balancer('sg-app', 'sg-balancer', 8080) {source} still gets an answer from the "
            f"application on port {port}, expected none"
        )


@case(points=1)
def a_second_call_does_no_harm() -> None:
    """Does a second call leave the same single rule, and are the outbound rules untouched?"""
    import boto3
    from botocore.exceptions import ClientError

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    app, balancer = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("app", "alb")
    )
    before = ec2.describe_security_groups(GroupIds=[app])["SecurityGroups"][0]["IpPermissionsEgress"]
    only_the_balancer(app, balancer, 8080)
    try:
        only_the_balancer(app, balancer, 8080)
    except ClientError as error:
        raise AssertionError(f"the second call of only_the_balancer failed, expected the same rule: {error}") from None
    found = ec2.describe_security_groups(GroupIds=[app])["SecurityGroups"][0]
    ports = [(rule.get("FromPort"), rule.get("ToPort")) for rule in found["IpPermissions"]]
    assert ports == [(8080, 8080)], f"after two calls the inbound rules have the ports {ports}, expected [(8080, 8080)]"
    assert found["IpPermissionsEgress"] == before, "only_the_balancer changed the outbound rules, expected no change"


@misconception(nobody_else_does, a_second_call_does_no_harm, swap={"if rules:": "if not app_group:"})
def only_adds_a_rule() -> None:
    """You added a rule and left the old ones; a security group has no deny, so one open rule undoes the strict one."""


@misconception(
    nobody_else_does,
    swap={'"UserIdGroupPairs": [{"GroupId": balancer_group}]': '"IpRanges": [{"CidrIp": "10.0.0.0/16"}]'},
)
def allows_the_whole_vpc() -> None:
    """You allowed a range of addresses; every other machine in it gets through as well as the balancer."""


@misconception(
    the_balancer_gets_through,
    nobody_else_does,
    swap={'{"GroupId": balancer_group}': '{"GroupId": app_group}'},
)
def names_the_own_group() -> None:
    """You named the application's own group as the source; the rule then lets in its own members, not the balancer."""


@misconception(
    nobody_else_does,
    a_second_call_does_no_harm,
    swap={'"FromPort": port': '"FromPort": 0', '"ToPort": port': '"ToPort": 65535'},
)
def opens_every_port() -> None:
    """You opened every port to the balancer; it needs one, and the others are for whoever takes the balancer over."""


@misconception(
    the_balancer_gets_through,
    a_second_call_does_no_harm,
    swap={"GroupId=app_group, IpPermissions=[wanted]": "GroupId=balancer_group, IpPermissions=[wanted]"},
)
def opens_the_wrong_group() -> None:
    """You added the rule to the balancer's group; it belongs to the group of the one who is called."""


@misconception(
    nobody_else_does,
    a_second_call_does_no_harm,
    swap={
        """    if rules:
        ec2.revoke""": """    rules = [rule for rule in rules if not rule["UserIdGroupPairs"]]
    if rules:
        ec2.revoke"""
    },
)
def keeps_rules_with_groups() -> None:
    """You kept the rules that name groups; the right one is refused when it is added again, and a wrong one stays."""
