"""Does the network ACL let this connection through, there and back?

A network ACL reads its rules in the order of their **numbers**. The first one that matches decides, allow or deny,
and the rest is not read. If none matches, the packet is dropped. And it is **stateless**: the response is judged by
itself, by the rules of the other direction. It goes to the port that the client chose for itself, its ephemeral port.

Write `acl_verdict(inbound, outbound, client, client_port, port)` for a client outside of the subnet that opens a TCP
connection to a server in it. Return `"answered"`, `"request dropped"` or `"response dropped"`.

A rule has a `number`, an `action` (`"allow"` or `"deny"`), a `cidr` (of the client, in both directions) and the `ports`
that the packet may be sent **to**, as a pair, both ends included. All rules are for TCP.

```python
inbound = [{"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": (443, 443)}]
outbound = [{"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": (1024, 65535)}]
acl_verdict(inbound, outbound, "198.51.100.7", 50000, 443)  # "answered"
```

Objective: Evaluate a network ACL rule by rule, in both directions, with the right port in each.
Out of scope: Other protocols, IPv6, security groups, connections that begin in the subnet.
Kind: function
Task: 1.2
Hint: Write a helper that takes the rules, an address and a port, and says whether the packet passes.
Hint: The rules may be given in any order; `sorted` takes a `key`.
Hint: The request goes to the server's port, and is judged inbound. To which port does the response go?
"""

from ipaddress import ip_address, ip_network
from typing import Any

from course.authoring import case, misconception


def acl_verdict(
    inbound: list[dict[str, Any]], outbound: list[dict[str, Any]], client: str, client_port: int, port: int
) -> str:
    """Return 'answered', 'request dropped' or 'response dropped'."""
    ### BEGIN SOLUTION

    def passes(rules: list[dict[str, Any]], to_port: int) -> bool:
        for rule in sorted(rules, key=lambda rule: int(rule["number"])):
            first, last = rule["ports"]
            if ip_address(client) in ip_network(rule["cidr"]) and first <= to_port <= last:
                return bool(rule["action"] == "allow")
        return False

    if not passes(inbound, port):
        return "request dropped"
    return "answered" if passes(outbound, client_port) else "response dropped"
    ### END SOLUTION


@case(points=1)
def the_first_match_decides() -> None:
    """Does the rule with the lowest number that matches decide, whatever stands behind it?"""
    everything_back = [{"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": (0, 65535)}]
    deny_first = [
        {"number": 90, "action": "deny", "cidr": "203.0.113.0/24", "ports": (443, 443)},
        {"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": (443, 443)},
    ]
    deny_last = [deny_first[1], deny_first[0] | {"number": 110}]
    for rules, client, expected in (
        (deny_first, "203.0.113.66", "request dropped"),
        (deny_first, "198.51.100.7", "answered"),
        (deny_last, "203.0.113.66", "answered"),
        (deny_first[::-1], "203.0.113.66", "request dropped"),
    ):
        got = acl_verdict(rules, everything_back, client, 50_000, 443)
        shown = ", then ".join(f"{rule['number']} {rule['action']} {rule['cidr']}" for rule in rules)
        assert got == expected, (
            f"acl_verdict with the inbound rules [{shown}] for {client} gave {got!r}, expected {expected!r}: the rules "
            "are read by number, and the first that matches decides"
        )
    ### BEGIN HIDDEN TESTS
    rules = [
        {"number": 1000, "action": "deny", "cidr": "198.51.100.0/24", "ports": (443, 443)},
        {"number": 200, "action": "allow", "cidr": "198.51.100.7/32", "ports": (443, 443)},
        {"number": 99, "action": "deny", "cidr": "198.51.100.8/32", "ports": (0, 65535)},
    ]
    for client, expected in (
        ("198.51.100.7", "answered"),
        ("198.51.100.8", "request dropped"),
        ("198.51.100.9", "request dropped"),
    ):
        got = acl_verdict(rules, everything_back, client, 50_000, 443)
        assert got == expected, (
            f"acl_verdict with the inbound rules {rules} for {client} gave {got!r}, expected {expected!r}"
        )
    ### END HIDDEN TESTS


@case(points=2)
def the_answer_needs_a_rule() -> None:
    """Is the response judged by the outbound rules, at the client's port?"""
    web_in = [{"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": (443, 443)}]
    for ports, client_port, expected in (
        ((443, 443), 50_000, "response dropped"),
        ((1024, 65535), 50_000, "answered"),
        ((32768, 60999), 1055, "response dropped"),
        ((32768, 60999), 60_999, "answered"),
    ):
        outbound = [{"number": 100, "action": "allow", "cidr": "0.0.0.0/0", "ports": ports}]
        got = acl_verdict(web_in, outbound, "198.51.100.7", client_port, 443)
        assert got == expected, (
            f"443 is allowed in, and {ports[0]}-{ports[1]} out; acl_verdict for a client at port {client_port} gave "
            f"{got!r}, expected {expected!r}: the response goes from port 443 to port {client_port}"
        )
    ### BEGIN HIDDEN TESTS
    import random
    from typing import Any

    from course.models.packet import Packet, network, walk

    def line(rule: dict[str, Any]) -> str:
        first, last = rule["ports"]
        return f"{rule['number']} {rule['action']} tcp {first}-{last} {rule['cidr']}"

    dice = random.Random(29)
    blocks = ("0.0.0.0/0", "198.51.100.0/24", "198.51.100.64/26", "203.0.113.0/24")
    ranges = ((443, 443), (1024, 65535), (32768, 60999), (0, 65535), (80, 443))
    for _ in range(25):
        both: list[list[dict[str, Any]]] = []
        for _ in range(2):
            numbers = dice.sample(range(90, 120), 3)
            both.append(
                [
                    {
                        "number": number,
                        "action": dice.choice(("allow", "allow", "deny")),
                        "cidr": dice.choice(blocks),
                        "ports": dice.choice(ranges),
                    }
                    for number in numbers
                ]
            )
        client = dice.choice(("198.51.100.7", "198.51.100.70", "203.0.113.9"))
        client_port = dice.choice((1055, 50_000, 61_500))
        acl = {"vpc": "shop", "inbound": [line(r) for r in both[0]], "outbound": [line(r) for r in both[1]]}
        net = network(
            {
                "vpcs": {"shop": {"cidrs": ["10.0.0.0/16"]}},
                "subnets": {"subnet": {"vpc": "shop", "cidr": "10.0.0.0/24", "route_table": "rtb", "acl": "acl"}},
                "route_tables": {"rtb": {"vpc": "shop", "routes": {"0.0.0.0/0": "igw"}}},
                "internet_gateways": {"igw": {"vpc": "shop"}},
                "security_groups": {"sg": {"vpc": "shop", "inbound": ["tcp 443 0.0.0.0/0"]}},
                "network_acls": {"acl": acl},
                "interfaces": {
                    "eni": {"subnet": "subnet", "address": "10.0.0.9", "groups": ["sg"], "public_ip": "192.0.2.9"}
                },
            }
        )
        expected = walk(net, Packet(client, "eni", port=443, source_port=client_port)).verdict
        got = acl_verdict(both[0], both[1], client, client_port, 443)
        assert got == expected, (
            f"acl_verdict({both[0]}, {both[1]}, '{client}', {client_port}, 443) gave {got!r}, expected {expected!r}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def nothing_matches_nothing_passes() -> None:
    """Is a packet dropped that no rule matches, in both directions?"""
    web = {"number": 100, "action": "allow", "cidr": "198.51.100.0/24", "ports": (443, 443)}
    back = {"number": 100, "action": "allow", "cidr": "198.51.100.0/24", "ports": (1024, 65535)}
    for inbound, outbound, client, expected in (
        ([], [back], "198.51.100.7", "request dropped"),
        ([web], [back], "203.0.113.9", "request dropped"),
        ([web], [], "198.51.100.7", "response dropped"),
    ):
        got = acl_verdict(inbound, outbound, client, 50_000, 443)
        assert got == expected, (
            f"acl_verdict({inbound}, {outbound}, '{client}', 50000, 443) gave {got!r}, expected {expected!r}: behind "
            "all rules stands the rule *, which denies"
        )


@misconception(
    the_answer_needs_a_rule,
    nothing_matches_nothing_passes,
    swap={'"answered" if passes(outbound, client_port) else "response dropped"': '"answered"'},
)
def thinks_it_is_stateful() -> None:
    """You let every response out; a security group remembers a connection, a network ACL does not."""


@misconception(
    the_answer_needs_a_rule,
    swap={"passes(outbound, client_port)": "passes(outbound, port)"},
)
def answers_to_the_servers_port() -> None:
    """You judged the response by the server's port; it comes from there, and goes to the client's ephemeral port."""


@misconception(
    the_first_match_decides,
    the_answer_needs_a_rule,
    swap={
        'sorted(rules, key=lambda rule: int(rule["number"]))': (
            'sorted(rules, key=lambda rule: rule["action"], reverse=True)'
        )
    },
)
def lets_deny_win() -> None:
    """You let a deny win wherever it stands, as in IAM; in a network ACL the lowest number that matches decides."""


@misconception(
    the_first_match_decides,
    the_answer_needs_a_rule,
    swap={'sorted(rules, key=lambda rule: int(rule["number"]))': "rules"},
)
def reads_in_the_given_order() -> None:
    """You read the rules in the order in which they were given; what counts is their numbers."""


@misconception(
    the_first_match_decides,
    the_answer_needs_a_rule,
    swap={
        'sorted(rules, key=lambda rule: int(rule["number"]))': ('sorted(rules, key=lambda rule: -int(rule["number"]))')
    },
)
def reads_from_the_highest() -> None:
    """You read from the highest number down; the lowest is read first."""


@misconception(the_answer_needs_a_rule, nothing_matches_nothing_passes, swap={"return False": "return True"})
def allows_by_default() -> None:
    """You let a packet through that no rule matches; the last rule, *, denies it."""
