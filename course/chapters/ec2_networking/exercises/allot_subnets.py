"""Divide a VPC into subnets.

A VPC has one block, and three teams want a subnet each for their instances. Each subnet shall be the **smallest that
AWS allows** for its instances, one address each: AWS keeps five addresses of every subnet, and makes none smaller than
a /28.

Write `allot_subnets(vpc, instances)`: given the VPC's block and the number of instances by team, return each team's
block as a `dict` from team to text. Give the largest subnets their place first (teams with equally large ones in
alphabetical order), each at the lowest address that is free. If they do not all fit into the VPC, return `{}`.

```python
allot_subnets("10.0.0.0/24", {"web": 29, "db": 6, "app": 60})
# {"app": "10.0.0.0/25", "web": "10.0.0.128/26", "db": "10.0.0.192/28"}
```

Objective: Size subnets by instances and AWS's five reserved addresses, and place them without overlap.
Out of scope: Room for growth, Availability Zones, IPv6.
Kind: function
Task: 3.4
Hint: Work on the sizes first: 29 instances need 34 addresses, and sizes are powers of two.
Hint: `ipaddress.ip_network("10.0.0.0/24")` knows its first address, its prefix length and its number of addresses.
Hint: From the largest to the smallest, each block may begin where the last one ended: it is then at a multiple of its
own size, as every block must be.
"""

import ipaddress

from course.authoring import case, misconception


def allot_subnets(vpc: str, instances: dict[str, int]) -> dict[str, str]:
    """Return the block of each team's subnet, largest first; an empty dict if they do not fit."""
    ### BEGIN SOLUTION
    network = ipaddress.ip_network(vpc)
    free = int(network.network_address)
    end = free + network.num_addresses
    sizes = {team: max(16, 1 << (count + 5 - 1).bit_length()) for team, count in instances.items()}
    blocks = {}
    for team in sorted(sizes, key=lambda team: (-sizes[team], team)):
        prefix = 32 - (sizes[team].bit_length() - 1)
        blocks[team] = f"{ipaddress.ip_address(free)}/{prefix}"
        free += sizes[team]
    return blocks if free <= end else {}
    ### END SOLUTION


@case(points=1)
def sizes_count_the_reserved_addresses() -> None:
    """Is each subnet just large enough for its instances and the five addresses that AWS keeps?"""
    got = allot_subnets("10.0.0.0/24", {"web": 29, "db": 12, "app": 60})
    assert type(got) is dict, f"allot_subnets gave {got!r}, expected a dict from team to block"
    sizes = {team: str(block).partition("/")[2] for team, block in got.items()}
    assert sizes == {"web": "26", "db": "27", "app": "25"}, (
        f"for 29, 12 and 60 instances in 10.0.0.0/24 allot_subnets gave {got}, expected a /26 (a /27 leaves 27), a /27 "
        "(a /28 leaves 11) and a /25 (a /26 leaves 59)"
    )
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.cidr import smallest_subnet

    dice = random.Random(5)
    for count in [11, 27, 28, 59, 251, 252, *dice.sample(range(12, 4000), 12)]:
        got = allot_subnets("10.0.0.0/16", {"team": count})
        expected = {"team": f"10.0.0.0/{smallest_subnet(count)}"}
        assert got == expected, f"allot_subnets for {count} instances in 10.0.0.0/16 gave {got!r}, expected {expected}"
    ### END HIDDEN TESTS


@case(points=1)
def none_is_smaller_than_28() -> None:
    """Does a single instance get a /28, the smallest subnet there is?"""
    got = allot_subnets("10.0.0.0/24", {"bastion": 1})
    assert got == {"bastion": "10.0.0.0/28"}, (
        f"for 1 instance allot_subnets gave {got!r}, expected 10.0.0.0/28: AWS makes no smaller subnet"
    )
    ### BEGIN HIDDEN TESTS
    for count in (2, 3, 10, 11):
        got = allot_subnets("192.168.7.0/26", {"bastion": count})
        assert got == {"bastion": "192.168.7.0/28"}, f"for {count} instances allot_subnets gave {got!r}, expected a /28"
    ### END HIDDEN TESTS


@case(points=2)
def blocks_do_not_overlap() -> None:
    """Does each block begin at the lowest free address that fits it, within the VPC and beside the others?"""
    got = allot_subnets("10.0.0.0/24", {"web": 29, "db": 12, "app": 60})
    assert got == {"app": "10.0.0.0/25", "web": "10.0.0.128/26", "db": "10.0.0.192/27"}, (
        f"allot_subnets gave {got!r}, expected app at 10.0.0.0/25, web behind it at 10.0.0.128/26, db at 10.0.0.192/27"
    )
    ### BEGIN HIDDEN TESTS
    import ipaddress
    import random

    dice = random.Random(8)
    for _ in range(10):
        wanted = {f"team-{n}": dice.randrange(12, 900) for n in range(dice.randrange(2, 7))}
        got = allot_subnets("172.20.0.0/16", wanted)
        networks = [ipaddress.IPv4Network(block) for block in got.values()]
        assert len(networks) == len(wanted), f"allot_subnets({wanted}) gave {got!r}, expected a block for each team"
        whole = ipaddress.IPv4Network("172.20.0.0/16")
        assert all(network.subnet_of(whole) for network in networks), f"allot_subnets({wanted}) left the VPC: {got}"
        clash = [(a, b) for a in networks for b in networks if a is not b and a.overlaps(b)]
        assert not clash, f"allot_subnets({wanted}) gave blocks that overlap: {got}"
    got = allot_subnets("10.1.0.0/24", {"b": 30, "a": 31, "c": 32})
    assert got == {"a": "10.1.0.0/26", "b": "10.1.0.64/26", "c": "10.1.0.128/26"}, (
        f"three equally large subnets came out as {got!r}, expected them in alphabetical order"
    )
    ### END HIDDEN TESTS


@case(points=1)
def what_does_not_fit_is_refused() -> None:
    """Is the answer empty when the VPC has too few addresses, and not when they just suffice?"""
    got = allot_subnets("10.0.0.0/26", {"app": 200})
    assert got == {}, f"200 instances in a /26 of 64 addresses: allot_subnets gave {got!r}, expected {{}}"
    ### BEGIN HIDDEN TESTS
    got = allot_subnets("10.0.0.0/25", {"a": 40, "b": 40, "c": 40})
    assert got == {}, f"three /26 in a /25: allot_subnets gave {got!r}, expected {{}}"
    ### END HIDDEN TESTS


@misconception(sizes_count_the_reserved_addresses, blocks_do_not_overlap, swap={"count + 5 - 1": "count - 1"})
def forgets_the_reserved_addresses() -> None:
    """You made room for the instances alone; AWS keeps five addresses of every subnet for itself."""


@misconception(sizes_count_the_reserved_addresses, blocks_do_not_overlap, swap={"count + 5 - 1": "count + 2 - 1"})
def reserves_two() -> None:
    """You reserved two addresses, as in any network; AWS keeps five: network, router, DNS, future use, broadcast."""


@misconception(
    none_is_smaller_than_28, swap={"max(16, 1 << (count + 5 - 1).bit_length())": "1 << (count + 5 - 1).bit_length()"}
)
def goes_below_28() -> None:
    """You made a subnet smaller than a /28; AWS refuses that, however few the instances are."""


@misconception(
    blocks_do_not_overlap,
    what_does_not_fit_is_refused,
    swap={"        free += sizes[team]\n": "", "free <= end": "free + max(sizes.values()) <= end"},
)
def starts_all_at_the_base() -> None:
    """You let every subnet begin at the VPC's first address; subnets of one VPC must not overlap."""


@misconception(blocks_do_not_overlap, swap={"sorted(sizes, key=lambda team: (-sizes[team], team))": "sizes"})
def keeps_the_given_order() -> None:
    """You placed the teams in the order in which they came; behind a small block a large one is not at a multiple of
    its size, so its host bits are not 0."""


@misconception(what_does_not_fit_is_refused, swap={"blocks if free <= end else {}": "blocks"})
def leaves_the_vpc() -> None:
    """You did not look where the VPC ends; a subnet must lie inside its VPC's block."""
