"""The network that stands in the AWS that `cloud.start()` started, as a `Network` of the packet model.

What has a Name tag goes by its name. The VPC that AWS makes by itself, the default VPC, is left out. The offline AWS
gives NAT gateways and interface endpoints addresses outside of their subnets, so here each takes a free one inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import boto3

from course.models.packet import (
    EgressOnlyInternetGateway,
    Entry,
    GatewayEndpoint,
    Instance,
    Interface,
    InterfaceEndpoint,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    PeeringConnection,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Service,
    Subnet,
    Traffic,
    Vpc,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.models.packet import Protocol, Resource

RANGES: Mapping[str, str] = {"s3": "52.216.0.0/15", "dynamodb": "52.94.0.0/22"}
"""One public range of each service with a gateway endpoint, as in AWS's ip-ranges.json of us-east-1."""
OTHER_RANGE = "52.46.128.0/19"
_PROTOCOLS: Mapping[str, Protocol] = {
    "-1": "all",
    "6": "tcp",
    "tcp": "tcp",
    "17": "udp",
    "udp": "udp",
    "1": "icmp",
    "icmp": "icmp",
}
_DEFAULT_RULE = 32_767


def read_network() -> Network:
    """Read all VPCs but the default one, with what is in them.

    Raises NetworkError where a thing cannot be part of a network, such as a route to what does not exist any more.
    """
    return _Reader(boto3.client("ec2")).network()


@dataclass(slots=True)
class _Reader:
    """Reads the things of one AWS.

    `names` and `lists` are the names here, of resources and of prefix lists, by AWS's ids; `taken` the addresses in
    use; `found` what was asked for already.
    """

    ec2: Any
    names: dict[str, str] = field(default_factory=dict)
    vpcs: list[str] = field(default_factory=list)
    subnets: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def network(self) -> Network:
        vpcs = self.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
        self.vpcs = [vpc["VpcId"] for vpc in vpcs]
        for tag in self.ec2.describe_tags(Filters=[{"Name": "key", "Values": ["Name"]}])["Tags"]:
            self.names[tag["ResourceId"]] = tag["Value"]
        self.subnets = {subnet["SubnetId"]: subnet["CidrBlock"] for subnet in self._in_vpcs("subnets")}
        self.taken = {found["PrivateIpAddress"] for found in self._in_vpcs("network_interfaces")}
        for found in self.ec2.describe_prefix_lists()["PrefixLists"]:
            self.lists[found["PrefixListId"]] = f"pl-{found['PrefixListName'].rpartition('.')[2]}"
        parts: list[Resource] = [
            *map(self._vpc, vpcs),
            *self._groups(),
            *self._acls(),
            *self._subnets(),
            *self._gateways(),
            *self._peerings(),
            *self._nats(),
            *self._endpoints(),
            *self._interfaces(),
            *self._tables(),
        ]
        return Network(tuple(parts))

    def _name(self, id_: str) -> str:
        return self.names.get(id_, id_)

    def _in_vpcs(self, what: str) -> list[dict[str, Any]]:
        """Return what a describe call finds in the VPCs; it is made once."""
        if not self.vpcs:  # AWS takes no filter without a value
            return []
        if what not in self.found:
            describe, wanted = getattr(self.ec2, f"describe_{what}"), [{"Name": "vpc-id", "Values": self.vpcs}]
            self.found[what] = describe(Filters=wanted)["".join(word.capitalize() for word in what.split("_"))]
        return self.found[what]

    def _vpc(self, vpc: Mapping[str, Any]) -> Vpc:
        blocks = [block["CidrBlock"] for block in vpc["CidrBlockAssociationSet"]]
        six = [block["Ipv6CidrBlock"] for block in vpc.get("Ipv6CidrBlockAssociationSet", [])]
        return Vpc(self._name(vpc["VpcId"]), (*blocks, *six))

    def _groups(self) -> Iterator[SecurityGroup]:
        for group in self._in_vpcs("security_groups"):
            inbound, outbound = (tuple(self._rules(group[key])) for key in ("IpPermissions", "IpPermissionsEgress"))
            yield SecurityGroup(self._name(group["GroupId"]), self._name(group["VpcId"]), inbound, outbound)

    def _rules(self, permissions: list[dict[str, Any]]) -> Iterator[Rule]:
        for permission in permissions:
            protocol = _PROTOCOLS[permission["IpProtocol"]]
            ports = (permission["FromPort"], permission["ToPort"]) if protocol in ("tcp", "udp") else ()
            traffic = Traffic(protocol, *ports)
            peers = [found["CidrIp"] for found in permission.get("IpRanges", [])]
            peers += [found["CidrIpv6"] for found in permission.get("Ipv6Ranges", [])]
            peers += [self._name(found["GroupId"]) for found in permission.get("UserIdGroupPairs", [])]
            peers += [self.lists.get(found["PrefixListId"], "") for found in permission.get("PrefixListIds", [])]
            yield from (Rule(traffic, peer) for peer in peers)

    def _acls(self) -> Iterator[NetworkAcl]:
        for acl in self._in_vpcs("network_acls"):
            entries: dict[bool, list[Entry]] = {False: [], True: []}
            for entry in acl["Entries"]:
                if entry["RuleNumber"] < _DEFAULT_RULE and "CidrBlock" in entry:
                    ports = entry.get("PortRange", {})
                    traffic = Traffic(_PROTOCOLS[entry["Protocol"]], *(ports[end] for end in ("From", "To") if ports))
                    read = Entry(entry["RuleNumber"], entry["RuleAction"], traffic, entry["CidrBlock"])
                    entries[entry["Egress"]].append(read)
            inbound, outbound = tuple(entries[False]), tuple(entries[True])
            yield NetworkAcl(self._name(acl["NetworkAclId"]), self._name(acl["VpcId"]), inbound, outbound)

    def _subnets(self) -> Iterator[Subnet]:
        tables = self._associated("route_tables", "RouteTableId")
        acls = self._associated("network_acls", "NetworkAclId")
        for subnet in self._in_vpcs("subnets"):
            id_ = subnet["SubnetId"]
            yield Subnet(
                self._name(id_),
                self._name(subnet["VpcId"]),
                subnet["CidrBlock"],
                zone=subnet["AvailabilityZone"][-1],
                route_table=tables.get(id_, ""),
                acl=acls.get(id_, ""),
            )

    def _associated(self, what: str, key: str) -> dict[str, str]:
        return {
            association["SubnetId"]: self._name(found[key])
            for found in self._in_vpcs(what)
            for association in found["Associations"]
            if association.get("SubnetId")
        }

    def _gateways(self) -> Iterator[Resource]:
        for gateway in self.ec2.describe_internet_gateways()["InternetGateways"]:
            for attachment in gateway["Attachments"]:
                if attachment["VpcId"] in self.vpcs:
                    yield InternetGateway(self._name(gateway["InternetGatewayId"]), self._name(attachment["VpcId"]))
        for gateway in self.ec2.describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"]:
            id_, vpc = gateway["EgressOnlyInternetGatewayId"], gateway["Attachments"][0]["VpcId"]
            yield EgressOnlyInternetGateway(self._name(id_), self._name(vpc))

    def _peerings(self) -> Iterator[PeeringConnection]:
        for found in self.ec2.describe_vpc_peering_connections()["VpcPeeringConnections"]:
            ends = [found[f"{side}VpcInfo"]["VpcId"] for side in ("Requester", "Accepter")]
            if all(end in self.vpcs for end in ends) and found["Status"]["Code"] not in ("deleted", "rejected"):
                one, other = (self._name(end) for end in ends)
                active = found["Status"]["Code"] == "active"
                yield PeeringConnection(self._name(found["VpcPeeringConnectionId"]), one, other, active)

    def _nats(self) -> Iterator[NatGateway]:
        for nat in self._in_vpcs("nat_gateways"):
            if nat["State"] != "available":
                continue
            public = nat["NatGatewayAddresses"][0].get("PublicIp", "") if nat["NatGatewayAddresses"] else ""
            yield NatGateway(
                self._name(nat["NatGatewayId"]),
                self._name(nat["SubnetId"]),
                self._free(nat["SubnetId"]),
                public,
                "public" if public else "private",
            )

    def _free(self, subnet: str) -> str:
        """Take the highest free address of a subnet."""
        network = ip_network(self.subnets[subnet])
        hosts = (str(network[-number]) for number in range(2, network.num_addresses))
        address = next(host for host in hosts if host not in self.taken)
        self.taken.add(address)
        return address

    def _endpoints(self) -> Iterator[Resource]:
        ranges = dict(RANGES)
        found = self._in_vpcs("vpc_endpoints")
        for name in [endpoint["ServiceName"].rpartition(".")[2] for endpoint in found]:
            ranges.setdefault(name, OTHER_RANGE)
        for name, cidr in ranges.items():
            yield Service(name, (cidr,), f"pl-{name}" if name in RANGES else "")
        for endpoint in found:
            id_, service = self._name(endpoint["VpcEndpointId"]), endpoint["ServiceName"].rpartition(".")[2]
            if endpoint.get("VpcEndpointType", "Gateway") == "Gateway":
                yield GatewayEndpoint(id_, self._name(endpoint["VpcId"]), service)
                continue
            groups = tuple(self._name(group["GroupId"]) for group in endpoint["Groups"])
            ends = [
                Interface(f"{id_}-{self._name(subnet)}", self._name(subnet), self._free(subnet), groups)
                for subnet in endpoint["SubnetIds"]
            ]
            yield from ends
            private_dns = endpoint.get("PrivateDnsEnabled", False)
            yield InterfaceEndpoint(id_, service, tuple(end.id for end in ends), private_dns)

    def _interfaces(self) -> Iterator[Resource]:
        for reservation in self.ec2.describe_instances()["Reservations"]:
            for instance in reservation["Instances"]:
                if instance.get("VpcId") in self.vpcs:
                    zone, running = (
                        instance["Placement"]["AvailabilityZone"][-1],
                        instance["State"]["Name"] == "running",
                    )
                    yield Instance(self._name(instance["InstanceId"]), zone, running)
        made = {end for endpoint in self._in_vpcs("vpc_endpoints") for end in endpoint["NetworkInterfaceIds"]}
        made |= {a["NetworkInterfaceId"] for nat in self._in_vpcs("nat_gateways") for a in nat["NatGatewayAddresses"]}
        for found in self._in_vpcs("network_interfaces"):
            if found["NetworkInterfaceId"] in made:
                continue
            attachment = found.get("Attachment", {})
            yield Interface(
                self._name(found["NetworkInterfaceId"]),
                self._name(found["SubnetId"]),
                found["PrivateIpAddress"],
                tuple(self._name(group["GroupId"]) for group in found["Groups"]),
                public_ip=found.get("Association", {}).get("PublicIp", ""),
                instance=self._name(attachment["InstanceId"]) if attachment.get("InstanceId") else "",
                primary=attachment.get("DeviceIndex", 0) == 0,
                source_dest_check=found["SourceDestCheck"],
                mac=found["MacAddress"],
            )

    def _tables(self) -> Iterator[RouteTable]:
        gone = {nat["NatGatewayId"] for nat in self._in_vpcs("nat_gateways") if nat["State"] != "available"}
        for table in self._in_vpcs("route_tables"):
            routes = []
            for route in table["Routes"]:
                target = next((route[key] for key in _TARGETS if route.get(key)), "")
                # the routes of gateway endpoints are read from the endpoints: moto forgets them when one is modified
                if target != "local" and not target.startswith("vpce-"):
                    lost = target in gone or route.get("State") == "blackhole"
                    routes.append(Route(self._destination(route), "blackhole" if lost else self._name(target)))
            routes += self._endpoint_routes(table["RouteTableId"])
            main = any(association.get("Main") for association in table["Associations"])
            yield RouteTable(self._name(table["RouteTableId"]), self._name(table["VpcId"]), tuple(routes), main)

    def _destination(self, route: Mapping[str, str]) -> str:
        listed = route.get("DestinationPrefixListId", "")
        return (
            route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or self.lists.get(listed, listed)
        )

    def _endpoint_routes(self, table: str) -> Iterator[Route]:
        for endpoint in self._in_vpcs("vpc_endpoints"):
            if table in endpoint.get("RouteTableIds", []):
                service = endpoint["ServiceName"].rpartition(".")[2]
                yield Route(f"pl-{service}", self._name(endpoint["VpcEndpointId"]))


_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "TransitGatewayId",
    "EgressOnlyInternetGatewayId",
)
