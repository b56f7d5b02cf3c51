"""Find room for a subnet in each zone.

A VPC has grown: subnets of all sizes lie in it, with gaps between them. A new application needs one subnet in each of
several Availability Zones, all of the same size, each for so many instances. AWS reserves **five** addresses in every
subnet, and a subnet is a /28 at least.

Write `subnets_for_zones(vpc, taken, instances, zones)`: `vpc` is the VPC's CIDR block, `taken` the list of the blocks
that are in use, `zones` the number of zones. Return a list with one CIDR block for each zone, as text. Each is the
**smallest** that holds the instances, lies in the VPC, and overlaps no other, neither new nor taken. Which of the gaps
they fill is yours to choose. If there is no room for all of them, return `None`. The standard library's `ipaddress` is
at hand.

```python
subnets_for_zones("10.0.0.0/24", ["10.0.0.0/26"], 29, 2)  # ["10.0.0.64/26", "10.0.0.128/26"], for instance
```

Objective: Size subnets with AWS's reserved addresses in mind, and place them in a VPC without overlap.
Out of scope: IPv6, secondary CIDR blocks, room for later growth, the names of the zones.
Kind: function
Task: 1.2
Hint: A /n has 2 to the power of 32 - n addresses. Go from /28 upwards until there are enough for instances and AWS.
Hint: A /26 can begin at .0, .64, .128 and .192 only. `ip_network(vpc).subnets(new_prefix=26)` yields all of them.
Hint: `a.overlaps(b)` also sees that one block lies in the other, whichever is the larger.
"""

from ipaddress import ip_network

from course.authoring import case, misconception


def subnets_for_zones(vpc: str, taken: list[str], instances: int, zones: int) -> list[str] | None:
    """Return a free block for each zone, or None when there is no room for all."""
    ### BEGIN SOLUTION
    whole = ip_network(vpc)
    prefix = 28
    while 2 ** (32 - prefix) - 5 < instances:
        prefix -= 1
    if prefix < whole.prefixlen:
        return None
    used = [ip_network(block) for block in taken]
    candidates = whole.subnets(new_prefix=prefix)
    free = [str(block) for block in candidates if not any(block.overlaps(other) for other in used)]
    return free[:zones] if len(free) >= zones else None
    ### END SOLUTION


@case(points=1)
def each_is_the_smallest() -> None:
    """Has each subnet the smallest size that holds its instances and the five addresses of AWS?"""
    for instances, expected in ((29, 26), (27, 27), (28, 26), (200, 24), (1, 28)):
        got = subnets_for_zones("10.0.0.0/16", [], instances, 2)
        call = f"subnets_for_zones('10.0.0.0/16', [], {instances}, 2)"
        sizes = [str(block).rpartition("/")[2] for block in got or []]
        assert sizes == [str(expected)] * 2, (
            f"{call} gave {got}, expected two /{expected}: of its {2 ** (32 - expected)} addresses AWS keeps 5, "
            f"{2 ** (32 - expected) - 5} are left, and AWS makes no subnet smaller than /28"
        )
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.cidr import smallest_subnet

    dice = random.Random(5)
    for instances in [11, 12, 59, 60, 123, 124, 251, 252, *dice.sample(range(2, 4000), 20)]:
        got = subnets_for_zones("10.0.0.0/16", [], instances, 1)
        expected = smallest_subnet(instances)
        assert [str(block).rpartition("/")[2] for block in got or []] == [str(expected)], (
            f"subnets_for_zones('10.0.0.0/16', [], {instances}, 1) gave {got}, expected one /{expected}: it is the "
            "first size that is enough, with AWS's 5 addresses"
        )
    ### END HIDDEN TESTS


@case(points=2)
def nothing_overlaps() -> None:
    """Do the subnets lie in the VPC, each at a boundary of its size, and none in another or in what is taken?"""
    from ipaddress import IPv4Network

    def look(vpc: str, taken: list[str], instances: int, zones: int) -> None:
        call = f"subnets_for_zones({vpc!r}, {taken}, {instances}, {zones})"
        got = subnets_for_zones(vpc, taken, instances, zones)
        assert got is not None, f"{call} gave None, expected {zones} blocks: there is room in the gaps"
        assert len(got) == zones, f"{call} gave {got}, expected {zones} blocks, one for each zone"
        others = [IPv4Network(block) for block in taken]
        for cidr in got:
            assert type(cidr) is str, f"{call} gave {cidr!r}, expected text such as '10.0.0.0/26'"
            block = IPv4Network(cidr, strict=False)
            assert str(block) == cidr, (
                f"{call} gave {cidr}, which is no CIDR block: the one that holds this address is {block}"
            )
            assert block.subnet_of(IPv4Network(vpc)), f"{call} gave {cidr}, which is not within {vpc}"
            for other in others:
                assert not block.overlaps(other), f"{call} gave {cidr}, which overlaps {other}"
            others.append(block)

    look("10.0.0.0/24", ["10.0.0.0/28", "10.0.0.128/26"], 29, 2)
    look("10.0.0.0/24", ["10.0.0.0/25"], 10, 3)
    look("10.0.0.0/24", ["10.0.0.192/26"], 50, 3)
    ### BEGIN HIDDEN TESTS
    import random

    look("172.16.64.0/20", ["172.16.64.16/28", "172.16.72.0/21"], 500, 3)
    dice = random.Random(17)
    for _ in range(10):
        taken = sorted({f"10.20.{dice.randrange(0, 250)}.{dice.choice((0, 64, 128))}/26" for _ in range(12)})
        look("10.20.0.0/16", taken, dice.randrange(1, 500), dice.randrange(1, 5))
    ### END HIDDEN TESTS


@case(points=1)
def too_much_is_refused() -> None:
    """Is the answer None when there is no room for all zones, and a plan when they just fit?"""
    for vpc, taken, instances, zones in (
        ("10.0.0.0/25", ["10.0.0.0/28"], 50, 2),
        ("10.0.0.0/25", [], 200, 1),
        ("10.0.0.0/24", ["10.0.0.96/28", "10.0.0.160/28"], 100, 1),
    ):
        got = subnets_for_zones(vpc, taken, instances, zones)
        assert got is None, (
            f"subnets_for_zones({vpc!r}, {taken}, {instances}, {zones}) gave {got}, expected None: fewer than {zones} "
            "blocks of that size are free"
        )
    full = subnets_for_zones("10.0.0.0/25", [], 50, 2)
    assert full is not None, (
        "subnets_for_zones('10.0.0.0/25', [], 50, 2) gave None, expected two blocks: two /26 fill a /25"
    )


@misconception(each_is_the_smallest, swap={" - 5 < instances": " < instances"})
def forgets_the_reserved() -> None:
    """You counted the instances alone; AWS keeps the first four addresses of a subnet and the last one."""


@misconception(each_is_the_smallest, swap={" - 5 < instances": " - 2 < instances"})
def reserves_two() -> None:
    """You kept two addresses, as on premises; AWS keeps five in every subnet."""


@misconception(each_is_the_smallest, swap={"prefix = 28": "prefix = 32"})
def makes_tiny_subnets() -> None:
    """You made a subnet smaller than /28; AWS refuses it."""


@misconception(nothing_overlaps, too_much_is_refused, swap={"any(block.overlaps(other) for other in used)": "False"})
def overlooks_what_is_taken() -> None:
    """You placed the new subnets without a look at those that exist; AWS refuses a subnet that overlaps another."""


@misconception(
    nothing_overlaps,
    too_much_is_refused,
    swap={"block.overlaps(other)": "block.network_address in other"},
)
def looks_at_first_addresses() -> None:
    """You looked whether a new block begins in a taken one; a taken block can also begin inside of the new one."""


@misconception(
    nothing_overlaps,
    swap={
        "if not any(block.overlaps(other) for other in used)": (
            "if all(int(block.network_address) > int(other.broadcast_address) for other in used)"
        )
    },
)
def only_goes_behind_the_last() -> None:
    """You placed everything behind the last taken block; the room is in the gaps before it."""


@misconception(too_much_is_refused, swap={" if len(free) >= zones else None": ""})
def returns_what_there_is() -> None:
    """You returned fewer blocks than there are zones; the application then lacks one without anybody noticing."""
