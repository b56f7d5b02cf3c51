"""Make a network of the packet model in the AWS that `cloud.start()` started, with boto3."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3

from course.labs.error import LabError
from course.models.packet import (
    GatewayEndpoint,
    Interface,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    PeeringConnection,
    RouteTable,
    SecurityGroup,
    Service,
    Subnet,
    Vpc,
)

if TYPE_CHECKING:
    from course.models.packet import Entry, Network, Resource, Route, Rule

_KINDS = (
    GatewayEndpoint,
    Interface,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    PeeringConnection,
    RouteTable,
    SecurityGroup,
    Service,
    Subnet,
    Vpc,
)
_TARGETS = {
    InternetGateway: "GatewayId",
    NatGateway: "NatGatewayId",
    PeeringConnection: "VpcPeeringConnectionId",
    Interface: "NetworkInterfaceId",
}
_NUMBERS = {"all": "-1", "tcp": "6", "udp": "17", "icmp": "1"}


def create_network(network: Network) -> None:
    """Make every resource, with its id as its Name tag; public IPs are Elastic IPs, whose addresses AWS chooses.

    Raises LabError for a kind of resource that the labs do not use.
    """
    for resource in network.resources:
        if not isinstance(resource, _KINDS):
            raise LabError(f"{resource.id} is a {type(resource).__name__}, which no lab makes in AWS; leave it out.")
    _Maker(boto3.client("ec2"), network).make()


@dataclass(slots=True)
class _Maker:
    """Makes resources kind by kind; `ids` are AWS's ids by the names here."""

    ec2: Any
    network: Network
    ids: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        for vpc in self.network.all(Vpc):
            self.ids[vpc.id] = self.ec2.create_vpc(CidrBlock=vpc.cidrs[0], **_named(vpc, "vpc"))["Vpc"]["VpcId"]
        for gateway in self.network.all(InternetGateway):
            made = self.ec2.create_internet_gateway(**_named(gateway, "internet-gateway"))["InternetGateway"]
            self.ids[gateway.id] = made["InternetGatewayId"]
            self.ec2.attach_internet_gateway(InternetGatewayId=self.ids[gateway.id], VpcId=self.ids[gateway.vpc])
        for peering in self.network.all(PeeringConnection):
            ends = {"VpcId": self.ids[peering.requester], "PeerVpcId": self.ids[peering.accepter]}
            made = self.ec2.create_vpc_peering_connection(**ends, **_named(peering, "vpc-peering-connection"))
            self.ids[peering.id] = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
            self.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=self.ids[peering.id])
        self._firewalls()
        self._subnets()
        for table in self.network.all(RouteTable):
            for route in table.routes:
                self._route(table, route)
        for endpoint in self.network.all(GatewayEndpoint):
            self._endpoint(endpoint)

    def _firewalls(self) -> None:
        for group in self.network.all(SecurityGroup):
            told = {"GroupName": group.id, "Description": group.id, "VpcId": self.ids[group.vpc]}
            self.ids[group.id] = self.ec2.create_security_group(**told, **_named(group, "security-group"))["GroupId"]
        for group in self.network.all(SecurityGroup):
            if group.inbound:
                permissions = [self._permission(rule) for rule in group.inbound]
                self.ec2.authorize_security_group_ingress(GroupId=self.ids[group.id], IpPermissions=permissions)
        for acl in self.network.all(NetworkAcl):
            made = self.ec2.create_network_acl(VpcId=self.ids[acl.vpc], **_named(acl, "network-acl"))
            self.ids[acl.id] = made["NetworkAcl"]["NetworkAclId"]
            for egress, entries in ((False, acl.inbound), (True, acl.outbound)):
                for entry in entries:
                    self._entry(acl, entry, egress=egress)

    def _permission(self, rule: Rule) -> dict[str, Any]:
        traffic = rule.traffic
        permission: dict[str, Any] = {"IpProtocol": "-1" if traffic.protocol == "all" else traffic.protocol}
        if traffic.protocol in ("tcp", "udp"):
            permission |= {"FromPort": traffic.first, "ToPort": traffic.last}
        if rule.peer in self.ids:
            return {**permission, "UserIdGroupPairs": [{"GroupId": self.ids[rule.peer]}]}
        return {**permission, "IpRanges": [{"CidrIp": rule.peer}]}

    def _entry(self, acl: NetworkAcl, entry: Entry, *, egress: bool) -> None:
        ports = {}
        if entry.traffic.protocol in ("tcp", "udp"):
            ports = {"PortRange": {"From": entry.traffic.first, "To": entry.traffic.last}}
        self.ec2.create_network_acl_entry(
            NetworkAclId=self.ids[acl.id],
            RuleNumber=entry.number,
            Protocol=_NUMBERS[entry.traffic.protocol],
            RuleAction=entry.action,
            Egress=egress,
            CidrBlock=entry.cidr,
            **ports,
        )

    def _subnets(self) -> None:
        for table in self.network.all(RouteTable):
            self._table(table)
        for subnet in self.network.all(Subnet):
            made = self.ec2.create_subnet(
                VpcId=self.ids[subnet.vpc],
                CidrBlock=subnet.cidr,
                AvailabilityZone=f"us-east-1{subnet.zone}",
                **_named(subnet, "subnet"),
            )
            self.ids[subnet.id] = made["Subnet"]["SubnetId"]
            if subnet.route_table:
                ends = {"RouteTableId": self.ids[subnet.route_table], "SubnetId": self.ids[subnet.id]}
                self.ec2.associate_route_table(**ends)
            if subnet.acl:
                self._associate_acl(subnet)
        for interface in self.network.all(Interface):
            self._interface(interface)
        for nat in self.network.all(NatGateway):
            allocation = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
            ends = {"SubnetId": self.ids[nat.subnet], "AllocationId": allocation}
            made = self.ec2.create_nat_gateway(**ends, **_named(nat, "natgateway"))
            self.ids[nat.id] = made["NatGateway"]["NatGatewayId"]

    def _table(self, table: RouteTable) -> None:
        """Make a table, or name the main one that the VPC came with."""
        vpc = self.ids[table.vpc]
        if table.main:
            wanted = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
            made = self.ec2.describe_route_tables(Filters=wanted)["RouteTables"][0]
            self.ec2.create_tags(Resources=[made["RouteTableId"]], Tags=_name_tag(table))
        else:
            made = self.ec2.create_route_table(VpcId=vpc, **_named(table, "route-table"))["RouteTable"]
        self.ids[table.id] = made["RouteTableId"]

    def _associate_acl(self, subnet: Subnet) -> None:
        for acl in self.ec2.describe_network_acls()["NetworkAcls"]:
            for association in acl["Associations"]:
                if association["SubnetId"] == self.ids[subnet.id]:
                    self.ec2.replace_network_acl_association(
                        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=self.ids[subnet.acl]
                    )

    def _interface(self, interface: Interface) -> None:
        made = self.ec2.create_network_interface(
            SubnetId=self.ids[interface.subnet],
            PrivateIpAddress=interface.address,
            Groups=[self.ids[name] for name in interface.groups],
            **_named(interface, "network-interface"),
        )["NetworkInterface"]["NetworkInterfaceId"]
        self.ids[interface.id] = made
        if interface.public_ip:
            allocation = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
            self.ec2.associate_address(AllocationId=allocation, NetworkInterfaceId=made)

    def _route(self, table: RouteTable, route: Route) -> None:
        target = self.network.find(route.target)
        for kind, key in _TARGETS.items():
            if isinstance(target, kind):
                self.ec2.create_route(
                    RouteTableId=self.ids[table.id],
                    DestinationCidrBlock=route.destination,
                    **{key: self.ids[route.target]},
                )

    def _endpoint(self, endpoint: GatewayEndpoint) -> None:
        """Make a gateway endpoint; AWS itself adds its routes to the tables that it is associated with."""
        tables = [
            self.ids[table.id]
            for table in self.network.all(RouteTable)
            if any(route.target == endpoint.id for route in table.routes)
        ]
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.ids[endpoint.vpc],
            ServiceName=f"com.amazonaws.us-east-1.{endpoint.service}",
            RouteTableIds=tables,
            **_named(endpoint, "vpc-endpoint"),
        )
        self.ids[endpoint.id] = made["VpcEndpoint"]["VpcEndpointId"]


def _named(resource: Resource, kind: str) -> dict[str, Any]:
    """Return what a create call wants to hear, so that a resource of this kind has its Name tag from the beginning."""
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": _name_tag(resource)}]}


def _name_tag(resource: Resource) -> list[dict[str, str]]:
    return [{"Key": "Name", "Value": resource.id}]
