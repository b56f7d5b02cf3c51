"""Which route takes this packet?

A route table is a list of destinations with targets. For each packet the router of the VPC takes the **most specific**
route that holds the packet's destination: the one with the longest prefix. If a static route and one that a virtual
private gateway has **propagated** have the same destination, the static one wins.

Write `next_hop(routes, address)`: return the target of the route that takes the packet, or `None` if the table has none
for it (AWS then drops the packet). Each route has a `destination` and a `target`; a propagated one also has
`"propagated": True`. IPv4 and IPv6 routes can stand in one table, and the order of the routes means nothing.

```python
routes = [
    {"destination": "10.0.0.0/16", "target": "local"},
    {"destination": "0.0.0.0/0", "target": "igw-1"},
    {"destination": "10.0.7.0/24", "target": "eni-firewall"},
]
next_hop(routes, "10.0.7.9")  # "eni-firewall"
```

Objective: Look up a route by the longest prefix, and say what happens without one.
Out of scope: Prefix lists, priorities among several propagated routes, targets that were deleted.
Kind: function
Task: 3.4
Hint: `ip_address(a) in ip_network(n)` tells whether a network holds an address.
Hint: Collect all routes that hold the address first, then choose among them.
Hint: `max` takes a `key`, and a key can be a tuple: the prefix length first, and then what decides between equals.
"""

from ipaddress import ip_address, ip_network
from typing import Any

from course.authoring import case, misconception


def next_hop(routes: list[dict[str, Any]], address: str) -> str | None:
    """Return the target of the most specific route to the address, or None."""
    ### BEGIN SOLUTION
    holding = [route for route in routes if ip_address(address) in ip_network(route["destination"])]
    if not holding:
        return None
    best = max(
        holding,
        key=lambda route: (ip_network(route["destination"]).prefixlen, not route.get("propagated")),
    )
    target: str = best["target"]
    return target
    ### END SOLUTION


@case(points=2)
def the_longest_prefix_wins() -> None:
    """Does the most specific route take the packet, wherever it stands in the table?"""
    routes = [
        {"destination": "0.0.0.0/0", "target": "igw-1"},
        {"destination": "10.0.0.0/16", "target": "local"},
        {"destination": "10.8.0.0/16", "target": "pcx-1"},
        {"destination": "10.8.1.0/24", "target": "tgw-1"},
        {"destination": "10.0.7.0/24", "target": "eni-firewall"},
    ]
    expected = {
        "10.0.3.4": "local",
        "10.0.7.9": "eni-firewall",
        "10.8.0.5": "pcx-1",
        "10.8.1.5": "tgw-1",
        "52.216.0.9": "igw-1",
    }
    for address, target in expected.items():
        for table in (routes, routes[::-1]):
            got = next_hop(table, address)
            shown = ", ".join(f"{route['destination']} → {route['target']}" for route in table)
            assert got == target, f"next_hop for {address} in the table [{shown}] gave {got!r}, expected {target!r}"
    ### BEGIN HIDDEN TESTS
    import random
    from ipaddress import ip_address

    from course.models.packet import (
        InternetGateway,
        NatGateway,
        Network,
        PeeringConnection,
        Route,
        RouteTable,
        Subnet,
        Vpc,
        lookup,
    )

    dice = random.Random(3)
    fixed = (
        Vpc("vpc", ("10.0.0.0/16",)),
        Vpc("other", ("10.8.0.0/16",)),
        Subnet("subnet", "vpc", "10.0.0.0/24"),
        InternetGateway("igw", "vpc"),
        NatGateway("nat", "subnet", "10.0.0.9", "203.0.113.9"),
        PeeringConnection("pcx", "vpc", "other"),
    )
    for _ in range(30):
        made: dict[str, str] = {}
        for _ in range(6):
            prefix = dice.choice((0, 8, 9, 10, 11, 12, 13))
            number = dice.getrandbits(24) | 0xAC000000
            block = f"{ip_address(number >> (32 - prefix) << (32 - prefix))}/{prefix}"
            made[block] = dice.choice(("igw", "nat", "pcx"))
        rtb = RouteTable("rtb", "vpc", tuple(Route(*one) for one in made.items()))
        sent_to = ip_address(dice.getrandbits(24) | 0xAC000000)
        match = lookup(Network((*fixed, rtb)), rtb, sent_to)
        wanted = match.route.target if match else None
        plain = [{"destination": "10.0.0.0/16", "target": "local"}]
        plain += [{"destination": block, "target": name} for block, name in made.items()]
        got = next_hop(plain, str(sent_to))
        assert got == wanted, f"next_hop({plain}, '{sent_to}') gave {got!r}, expected {wanted!r}"
    ### END HIDDEN TESTS


@case(points=1)
def no_route_no_target() -> None:
    """Is the answer None when no route holds the address?"""
    routes = [{"destination": "10.0.0.0/16", "target": "local"}, {"destination": "10.8.0.0/16", "target": "pcx-1"}]
    for address in ("198.51.100.7", "10.9.0.1"):
        got = next_hop(routes, address)
        assert got is None, (
            f"next_hop for {address} in a table with routes to 10.0.0.0/16 and 10.8.0.0/16 only gave {got!r}, expected "
            "None: without a default route the packet is dropped"
        )


@case(points=1)
def static_before_propagated() -> None:
    """Does a static route win over a propagated one to the same destination, and lose to a more specific one?"""
    routes: list[dict[str, object]] = [
        {"destination": "192.168.0.0/16", "target": "vgw-1", "propagated": True},
        {"destination": "192.168.0.0/16", "target": "tgw-1"},
        {"destination": "192.168.5.0/24", "target": "vgw-1", "propagated": True},
    ]
    for address, target in (("192.168.1.1", "tgw-1"), ("192.168.5.1", "vgw-1")):
        for table in (routes, routes[::-1]):
            got = next_hop(table, address)
            assert got == target, (
                f"next_hop for {address}, with 192.168.0.0/16 propagated by vgw-1 and static to tgw-1 and "
                f"192.168.5.0/24 propagated by vgw-1, gave {got!r}, expected {target!r}: the prefix decides first, and "
                "only between equal ones the static route"
            )


@case(points=1)
def six_is_another_family() -> None:
    """Does an IPv6 packet follow the IPv6 routes only, and an IPv4 packet the IPv4 ones?"""
    routes = [
        {"destination": "0.0.0.0/0", "target": "nat-1"},
        {"destination": "::/0", "target": "eigw-1"},
        {"destination": "10.0.0.0/16", "target": "local"},
    ]
    for address, target in (("2001:db8::7", "eigw-1"), ("198.51.100.7", "nat-1")):
        got = next_hop(routes, address)
        assert got == target, (
            f"next_hop for {address} with 0.0.0.0/0 → nat-1 and ::/0 → eigw-1 gave {got!r}, expected {target!r}: "
            "0.0.0.0/0 is all of IPv4, ::/0 all of IPv6"
        )
    got = next_hop([routes[0]], "2001:db8::7")
    assert got is None, f"next_hop for 2001:db8::7 with 0.0.0.0/0 → nat-1 only gave {got!r}, expected None"


@misconception(
    the_longest_prefix_wins,
    static_before_propagated,
    swap={
        """max(
        holding,
        key=lambda route: (ip_network(route["destination"]).prefixlen, not route.get("propagated")),
    )""": "holding[0]"
    },
)
def takes_the_first_match() -> None:
    """You took the first route that matches, as in a network ACL; a route table has no order, the longest prefix
    wins."""


@misconception(
    the_longest_prefix_wins,
    swap={
        "    best = max(": """    if any(route["target"] == "local" for route in holding):
        return "local"
    best = max("""
    },
)
def prefers_local() -> None:
    """You let the local route win always; a more specific route can send traffic within the VPC elsewhere."""


@misconception(the_longest_prefix_wins, static_before_propagated, swap={"best = max(": "best = min("})
def takes_the_widest() -> None:
    """You took the widest route; 0.0.0.0/0 then takes every packet, even those that stay in the VPC."""


@misconception(
    no_route_no_target,
    six_is_another_family,
    swap={"return None": 'return "local"'},
)
def assumes_local() -> None:
    """You sent a packet without a route to the VPC itself; the local route holds the VPC's own blocks only, and
    everything else is dropped."""


@misconception(
    static_before_propagated, swap={", not route.get(": ", bool(route.get(", '"propagated"))': '"propagated")))'}
)
def prefers_propagated() -> None:
    """You let the propagated route win over a static one to the same destination; what somebody has written by hand
    goes first."""


@misconception(
    static_before_propagated,
    swap={
        'ip_network(route["destination"]).prefixlen, not route.get("propagated")': (
            'not route.get("propagated"), ip_network(route["destination"]).prefixlen'
        )
    },
)
def compares_static_first() -> None:
    """You let every static route win over every propagated one; the longer prefix is looked at first."""
