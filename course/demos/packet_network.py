"""The network of the packet walk: two subnets, a NAT gateway, an endpoint and a peer, built or broken by controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.models.packet import Packet, network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.models.packet import Network

VISITOR = "198.51.100.7"
PACKETS: Mapping[str, Packet] = {
    "a visitor asks the web server": Packet(VISITOR, "eni-web"),
    "a visitor asks the app server": Packet(VISITOR, "eni-app"),
    "web asks app": Packet("eni-web", "eni-app", port=8080),
    "app downloads an update": Packet("eni-app", VISITOR),
    "app reads from S3": Packet("eni-app", "s3"),
    "app asks the partner's VPC": Packet("eni-app", "eni-partner"),
}
NATS = ("in the public subnet", "in the private subnet", "none")
GROUPS = ("sg-web", "sg-app", "nobody")
ENDPOINTS = ("none", "gateway endpoint", "gateway endpoint, no route", "interface endpoint")
PEERING = ("routes on both sides", "route there only", "route back only")

SITUATIONS: Mapping[str, Mapping[str, Any]] = {
    "all is well": {},
    "no public IP": {"public_ip": False},
    "no route to the internet gateway": {"internet_route": False},
    "ephemeral ports forgotten outbound": {"ephemeral_outbound": False},
    "ephemeral ports forgotten inbound": {"packet": "app downloads an update", "ephemeral_inbound": False},
    "security group closed": {"web_open": False},
    "the wrong group is named": {"packet": "web asks app", "app_allows": "sg-app"},
    "NAT gateway in the private subnet": {"packet": "app downloads an update", "nat": "in the private subnet"},
    "endpoint without a route": {
        "packet": "app reads from S3",
        "nat": "none",
        "endpoint": "gateway endpoint, no route",
    },
    "S3 by a gateway endpoint": {"packet": "app reads from S3", "nat": "none", "endpoint": "gateway endpoint"},
    "peering route only one way": {"packet": "app asks the partner's VPC", "peering": "route there only"},
}
"""Prepared situations: the controls that differ from those of a network where all is well."""


def build(  # noqa: PLR0913 - one parameter a control
    *,
    public_ip: bool,
    internet_route: bool,
    nat: str,
    ephemeral_inbound: bool,
    ephemeral_outbound: bool,
    web_open: bool,
    app_allows: str,
    endpoint: str,
    peering: str,
) -> Network:
    """Build the network that the controls describe."""
    private: dict[str, str] = {}
    if nat != "none":
        private["0.0.0.0/0"] = "nat"
    if endpoint == "gateway endpoint":
        private["pl-s3"] = "vpce-s3"
    if peering != "route back only":
        private["10.9.0.0/16"] = "pcx"
    ephemeral = "120 allow tcp 1024-65535 0.0.0.0/0"
    data: dict[str, dict[str, dict[str, Any]]] = {
        "vpcs": {"vpc-shop": {"cidrs": ["10.0.0.0/16"]}, "vpc-partner": {"cidrs": ["10.9.0.0/16"]}},
        "subnets": {
            "subnet-public": _subnet("vpc-shop", "10.0.0.0/24", "rtb-public", "acl-public"),
            "subnet-private": _subnet("vpc-shop", "10.0.1.0/24", "rtb-private"),
            "subnet-partner": _subnet("vpc-partner", "10.9.0.0/24", "rtb-partner"),
        },
        "route_tables": {
            "rtb-public": {"vpc": "vpc-shop", "routes": {"0.0.0.0/0": "igw"} if internet_route else {}},
            "rtb-private": {"vpc": "vpc-shop", "routes": private},
            "rtb-partner": {
                "vpc": "vpc-partner",
                "routes": {} if peering == "route there only" else {"10.0.0.0/16": "pcx"},
            },
        },
        "network_acls": {
            "acl-public": {
                "vpc": "vpc-shop",
                "inbound": _entries(ephemeral if ephemeral_inbound else ""),
                "outbound": _entries(ephemeral if ephemeral_outbound else ""),
            }
        },
        "internet_gateways": {"igw": {"vpc": "vpc-shop"}},
        "nat_gateways": _nat(nat),
        "peering_connections": {"pcx": {"requester": "vpc-shop", "accepter": "vpc-partner"}},
        "security_groups": {
            "sg-web": {"vpc": "vpc-shop", "inbound": ["tcp 443 0.0.0.0/0"] if web_open else []},
            "sg-app": {"vpc": "vpc-shop", "inbound": [] if app_allows == "nobody" else [f"tcp 8080 {app_allows}"]},
            "sg-endpoint": {"vpc": "vpc-shop", "inbound": ["tcp 443 10.0.0.0/16"]},
            "sg-partner": {"vpc": "vpc-partner", "inbound": ["tcp 443 10.0.0.0/16"]},
        },
        "interfaces": {
            "eni-web": _interface("subnet-public", "10.0.0.10", "sg-web") | _public(public_ip=public_ip),
            "eni-app": _interface("subnet-private", "10.0.1.10", "sg-app"),
            "eni-partner": _interface("subnet-partner", "10.9.0.10", "sg-partner"),
        },
        "services": {"s3": {"cidrs": ["52.216.0.0/15"], "prefix_list": "pl-s3"}},
    }
    if endpoint == "interface endpoint":
        data["interfaces"]["eni-s3"] = _interface("subnet-private", "10.0.1.30", "sg-endpoint")
        data["interface_endpoints"] = {"vpce-s3": {"service": "s3", "interfaces": ["eni-s3"]}}
    elif endpoint != "none":
        data["gateway_endpoints"] = {"vpce-s3": {"vpc": "vpc-shop", "service": "s3"}}
    return network(data)


def _subnet(vpc: str, cidr: str, table: str, acl: str = "") -> dict[str, str]:
    return {"vpc": vpc, "cidr": cidr, "route_table": table, "acl": acl}


def _interface(subnet: str, address: str, group: str) -> dict[str, Any]:
    return {"subnet": subnet, "address": address, "groups": [group]}


def _public(*, public_ip: bool) -> dict[str, str]:
    return {"public_ip": "203.0.113.10"} if public_ip else {}


def _entries(ephemeral: str) -> list[str]:
    return ["100 allow tcp 443 0.0.0.0/0", "110 allow all 10.0.0.0/16", *filter(None, [ephemeral])]


def _nat(nat: str) -> dict[str, dict[str, str]]:
    if nat == "none":
        return {}
    subnet, address = ("subnet-public", "10.0.0.5") if nat == NATS[0] else ("subnet-private", "10.0.1.5")
    return {"nat": {"subnet": subnet, "address": address, "public_ip": "203.0.113.5"}}
