"""Six networks that drop the wrong packets: what one sees, what may be changed, and a judge of every repair.

A lab is judged by which packets get through and which must not: no repair is expected by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from course.ec2_network import read_network
from course.labs.error import pick
from course.labs.network_lab import Flow, Lab, merged
from course.labs.packet_aws import create_network
from course.models.packet import NetworkError, Packet

if TYPE_CHECKING:
    from collections.abc import Mapping

VISITOR, INTRUDER, MIRROR = "198.51.100.7", "203.0.113.66", "192.0.2.80"


def lab(name: str) -> Lab:
    """Return a lab by its name. Raises LabError for a name that is none."""
    return pick(LABS, name)


def deploy(name: str) -> None:
    """Make a lab's network in the AWS that `cloud.start()` started; everything has its name as its Name tag."""
    create_network(lab(name).prepared())


def judge(name: str) -> list[str]:
    """Send a lab's packets through the network that stands in AWS now; return the complaints, none when it is healed.

    The ends of the packets are network interfaces by their Name tags.
    """
    try:
        return lab(name).healthy(read_network())
    except (ClientError, NetworkError) as error:
        return [f"The network cannot be judged: {error}"]


_SHOP: dict[str, Any] = {
    "vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}},
    "internet_gateways": {"igw-shop": {"vpc": "vpc-shop"}},
}


def _network(**parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a VPC with an internet gateway, and these parts."""
    return merged(_SHOP, parts)


def _subnet(number: int, table: str, acl: str = "") -> dict[str, str]:
    return {"vpc": "vpc-shop", "cidr": f"10.0.{number}.0/24", "route_table": table, "acl": acl}


def _table(**routes: str) -> dict[str, Any]:
    return {"vpc": "vpc-shop", "routes": routes}


def _routes(table: str, **routes: str | None) -> dict[str, Any]:
    return {"route_tables": {table: {"routes": routes}}}


def _group(*inbound: str) -> dict[str, Any]:
    return {"vpc": "vpc-shop", "inbound": list(inbound)}


def _end(subnet: str, address: str, group: str, public_ip: str = "") -> dict[str, Any]:
    return {"subnet": subnet, "address": address, "groups": [group], "public_ip": public_ip}


_OUT = {"0.0.0.0/0": "igw-shop"}

LABS: Mapping[str, Lab] = {
    "no-internet-route": Lab(
        title="A shop that nobody reaches",
        symptom=(
            "Visitors wait until their browsers give up. The web server runs, has a public IP, and its security group "
            "lets port 443 in; a packet capture on it even shows the requests arrive."
        ),
        data=_network(
            subnets={"subnet-web": _subnet(0, "rtb-web"), "subnet-db": _subnet(2, "")},
            route_tables={
                "rtb-main": {**_table(), "main": True},
                "rtb-web": _table(),
                "rtb-old": _table(**_OUT),
            },
            security_groups={"sg-web": _group("tcp 443 0.0.0.0/0"), "sg-db": _group("tcp 5432 0.0.0.0/0")},
            interfaces={
                "eni-web": _end("subnet-web", "10.0.0.10", "sg-web", "203.0.113.10"),
                "eni-db": _end("subnet-db", "10.0.2.10", "sg-db", "203.0.113.30"),
            },
        ),
        flows=(
            Flow("A visitor's request to the web server", Packet(VISITOR, "eni-web")),
            Flow("The web server's question to the database", Packet("eni-web", "eni-db", port=5432)),
            Flow("A visitor's question to the database", Packet(VISITOR, "eni-db", port=5432), wanted=False),
        ),
        knobs={
            "rtb-web": {"local route only (as it is)": {}, "0.0.0.0/0 to igw-shop": _routes("rtb-web", **_OUT)},
            "rtb-main": {"local route only (as it is)": {}, "0.0.0.0/0 to igw-shop": _routes("rtb-main", **_OUT)},
            "table of subnet-web": {
                "rtb-web (as it is)": {},
                "rtb-old": {"subnets": {"subnet-web": {"route_table": "rtb-old"}}},
                "rtb-main": {"subnets": {"subnet-web": {"route_table": "rtb-main"}}},
            },
        },
    ),
    "ephemeral-ports": Lab(
        title="A shop that hears and does not answer",
        symptom=(
            "Since the network ACL was made strict, with port 443 in and port 443 out, no visitor gets an answer. "
            "The ACL also keeps out a network from which attacks came, and must go on doing so."
        ),
        data=_network(
            subnets={"subnet-web": _subnet(0, "rtb-web", "acl-web")},
            route_tables={"rtb-web": _table(**_OUT)},
            network_acls={
                "acl-web": {
                    "vpc": "vpc-shop",
                    "inbound": ["90 deny all 203.0.113.64/26", "100 allow tcp 443 0.0.0.0/0"],
                    "outbound": ["100 allow tcp 443 0.0.0.0/0"],
                }
            },
            security_groups={"sg-web": _group("tcp 443 0.0.0.0/0")},
            interfaces={"eni-web": _end("subnet-web", "10.0.0.10", "sg-web", "203.0.113.10")},
        ),
        flows=(
            Flow("A visitor's request", Packet(VISITOR, "eni-web", source_port=50_000)),
            Flow("The request of a visitor behind a NAT device", Packet(VISITOR, "eni-web", source_port=1024)),
            Flow("A request from the attackers' network", Packet(INTRUDER, "eni-web"), wanted=False),
        ),
        knobs={
            "outbound": {
                "port 443 (as it is)": {},
                **{
                    f"{ports}": {"network_acls": {"acl-web": {"outbound": ["100 allow tcp 443 0.0.0.0/0", rule]}}}
                    for ports, rule in {
                        "and ports 1024-65535": "110 allow tcp 1024-65535 0.0.0.0/0",
                        "and ports 49152-65535": "110 allow tcp 49152-65535 0.0.0.0/0",
                        "and everything": "110 allow all 0.0.0.0/0",
                    }.items()
                },
            },
            "acl of subnet-web": {
                "acl-web (as it is)": {},
                "the default network ACL": {"subnets": {"subnet-web": {"acl": ""}}},
            },
        },
    ),
    "wrong-group": Lab(
        title="A web server that its app server does not know",
        symptom=(
            "The web server gets no answer from the app server on port 8080. The batch host must not reach the app "
            "server at all; it may only ask the database."
        ),
        data=_network(
            subnets={"subnet-web": _subnet(0, "rtb-web"), "subnet-app": _subnet(1, "")},
            route_tables={"rtb-web": _table(**_OUT)},
            security_groups={
                "sg-web": _group("tcp 443 0.0.0.0/0"),
                "sg-app": _group("tcp 8080 sg-db"),
                "sg-db": _group("tcp 5432 sg-app", "tcp 5432 sg-batch"),
                "sg-batch": _group(),
            },
            interfaces={
                "eni-web": _end("subnet-web", "10.0.0.10", "sg-web", "203.0.113.10"),
                "eni-app": _end("subnet-app", "10.0.1.10", "sg-app"),
                "eni-db": _end("subnet-app", "10.0.1.20", "sg-db"),
                "eni-batch": _end("subnet-app", "10.0.1.30", "sg-batch"),
            },
        ),
        flows=(
            Flow("The web server's request to the app server", Packet("eni-web", "eni-app", port=8080)),
            Flow("The batch host's question to the database", Packet("eni-batch", "eni-db", port=5432)),
            Flow("The batch host's request to the app server", Packet("eni-batch", "eni-app", port=8080), wanted=False),
            Flow("The batch host's request to the web server", Packet("eni-batch", "eni-web", port=5432), wanted=False),
        ),
        knobs={
            "sg-app lets in": {
                "tcp 8080 sg-db (as it is)": {},
                **{
                    rule: {"security_groups": {"sg-app": {"inbound": [rule]}}}
                    for rule in (
                        "tcp 8080 sg-web",
                        "tcp 8080 10.0.0.0/24",
                        "tcp 8080 10.0.0.0/16",
                        "tcp 8080 0.0.0.0/0",
                    )
                },
            },
            "groups of eni-web": {
                "sg-web (as it is)": {},
                "sg-web and sg-db": {"interfaces": {"eni-web": {"groups": ["sg-web", "sg-db"]}}},
            },
        },
    ),
    "nat-in-private": Lab(
        title="An app server without updates",
        symptom=(
            "There is a NAT gateway with an Elastic IP, and the app server's subnet sends 0.0.0.0/0 to it; still no "
            "update arrives. From the internet nobody may reach the app server."
        ),
        data=_network(
            subnets={
                "subnet-web": _subnet(0, "rtb-public"),
                "subnet-app": _subnet(1, "rtb-private"),
                "subnet-nat": _subnet(3, "rtb-private"),
            },
            route_tables={"rtb-public": _table(**_OUT), "rtb-private": _table(**{"0.0.0.0/0": "nat-shop"})},
            nat_gateways={"nat-shop": {"subnet": "subnet-nat", "address": "10.0.3.5", "public_ip": "203.0.113.5"}},
            security_groups={"sg-app": _group("tcp 8080 0.0.0.0/0")},
            interfaces={"eni-app": _end("subnet-app", "10.0.1.10", "sg-app")},
        ),
        flows=(
            Flow("The app server's download", Packet("eni-app", MIRROR)),
            Flow("A visitor's request to the app server", Packet(VISITOR, "eni-app", port=8080), wanted=False),
        ),
        knobs={
            "table of subnet-nat": {
                "rtb-private (as it is)": {},
                "rtb-public": {"subnets": {"subnet-nat": {"route_table": "rtb-public"}}},
            },
            "rtb-private": {
                "0.0.0.0/0 to nat-shop (as it is)": {},
                "0.0.0.0/0 to a new NAT gateway in subnet-web": {
                    "nat_gateways": {
                        "nat-new": {"subnet": "subnet-web", "address": "10.0.0.5", "public_ip": "203.0.113.6"}
                    },
                    **_routes("rtb-private", **{"0.0.0.0/0": "nat-new"}),
                },
                "0.0.0.0/0 to igw-shop": _routes("rtb-private", **_OUT),
            },
            "public IP of eni-app": {
                "none (as it is)": {},
                "an Elastic IP": {"interfaces": {"eni-app": {"public_ip": "203.0.113.11"}}},
            },
        },
    ),
    "one-way-peering": Lab(
        title="A partner who hears and does not answer",
        symptom=(
            "The peering connection is active, and the app server's table sends 10.9.0.0/16 to it; the partner's API "
            "gives no answer. The API must go on fetching its own updates, and must not get at the shop's database."
        ),
        data=_network(
            vpcs={"vpc-partner": {"cidrs": ["10.9.0.0/16"]}},
            internet_gateways={"igw-partner": {"vpc": "vpc-partner"}},
            subnets={
                "subnet-db": _subnet(2, "rtb-db"),
                "subnet-app": _subnet(1, "rtb-app"),
                "subnet-api": {"vpc": "vpc-partner", "cidr": "10.9.0.0/24", "route_table": "rtb-partner"},
            },
            route_tables={
                "rtb-app": _table(**{"10.9.0.0/16": "pcx-partner"}),
                "rtb-db": _table(),
                "rtb-partner": {"vpc": "vpc-partner", "routes": {"0.0.0.0/0": "igw-partner"}},
            },
            peering_connections={"pcx-partner": {"requester": "vpc-shop", "accepter": "vpc-partner"}},
            security_groups={
                "sg-app": _group(),
                "sg-db": _group("tcp 5432 10.0.0.0/8"),
                "sg-api": {"vpc": "vpc-partner", "inbound": ["tcp 443 10.0.0.0/16"]},
            },
            interfaces={
                "eni-app": _end("subnet-app", "10.0.1.10", "sg-app"),
                "eni-db": _end("subnet-db", "10.0.2.10", "sg-db"),
                "eni-api": _end("subnet-api", "10.9.0.10", "sg-api", "203.0.113.90"),
            },
        ),
        flows=(
            Flow("The app server's request to the partner's API", Packet("eni-app", "eni-api")),
            Flow("The API's own update", Packet("eni-api", MIRROR)),
            Flow("The API's question to the shop's database", Packet("eni-api", "eni-db", port=5432), wanted=False),
        ),
        knobs={
            "rtb-partner": {
                "no route back (as it is)": {},
                **{
                    f"{cidr} to pcx-partner": _routes("rtb-partner", **{cidr: "pcx-partner"})
                    for cidr in ("10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "0.0.0.0/0")
                },
            },
            "rtb-db": {
                "local route only (as it is)": {},
                "10.9.0.0/16 to pcx-partner": _routes("rtb-db", **{"10.9.0.0/16": "pcx-partner"}),
            },
        },
    ),
    "endpoint-route": Lab(
        title="An archive that S3 never gets",
        symptom=(
            "There is a gateway endpoint for S3, yet the app server's uploads to S3 wait for ever. The app server must "
            "not be able to send anything to other hosts on the internet."
        ),
        data=_network(
            subnets={"subnet-web": _subnet(0, "rtb-public"), "subnet-app": _subnet(1, "rtb-app")},
            route_tables={
                "rtb-public": _table(**_OUT, **{"pl-s3": "vpce-s3"}),
                "rtb-app": _table(),
            },
            gateway_endpoints={"vpce-s3": {"vpc": "vpc-shop", "service": "s3"}},
            services={"s3": {"cidrs": ["52.216.0.0/15"], "prefix_list": "pl-s3"}},
            security_groups={"sg-app": _group(), "sg-endpoint": _group("tcp 443 10.0.0.0/16")},
            interfaces={"eni-app": _end("subnet-app", "10.0.1.10", "sg-app")},
        ),
        flows=(
            Flow("The app server's upload to S3", Packet("eni-app", "s3")),
            Flow("The app server's request to a host on the internet", Packet("eni-app", MIRROR), wanted=False),
        ),
        knobs={
            "rtb-app": {
                "local route only (as it is)": {},
                "pl-s3 to vpce-s3": _routes("rtb-app", **{"pl-s3": "vpce-s3"}),
                "0.0.0.0/0 to a NAT gateway": {
                    "nat_gateways": {
                        "nat-new": {"subnet": "subnet-web", "address": "10.0.0.5", "public_ip": "203.0.113.6"}
                    },
                    **_routes("rtb-app", **{"0.0.0.0/0": "nat-new"}),
                },
                "0.0.0.0/0 to igw-shop": _routes("rtb-app", **_OUT),
            },
            "interface endpoint": {
                "none (as it is)": {},
                "in subnet-app, sg-endpoint": {
                    "interfaces": {"eni-s3": _end("subnet-app", "10.0.1.30", "sg-endpoint")},
                    "interface_endpoints": {"vpce-new": {"service": "s3", "interfaces": ["eni-s3"]}},
                },
            },
        },
    ),
}
