"""Plan the subnets of a VPC.

A team tells you how many addresses each of its subnets needs, and the VPC's CIDR block is fixed. AWS reserves **five**
addresses in every subnet, and a subnet is a /28 at least.

Write `plan_subnets(vpc, wanted)`: `vpc` is a CIDR block, `wanted` the number of instances by the name of the subnet.
Return the CIDR block of each subnet, as text, by its name. Each block is the **smallest** that holds its instances,
lies in the VPC, and overlaps no other. Which part of the VPC a subnet gets is yours to choose. If they do not fit into
the VPC together, return `None`. The standard library's `ipaddress` is at hand.

```python
plan_subnets("10.0.0.0/24", {"web": 29, "db": 6})  # {"web": "10.0.0.0/26", "db": "10.0.0.64/28"}, for instance
```

Objective: Size subnets with AWS's reserved addresses in mind, and lay them out in a VPC without overlap.
Out of scope: IPv6, secondary CIDR blocks, room for later growth.
Kind: function
Task: 1.2
Hint: A /n has 2 to the power of 32 - n addresses. Go from /28 upwards until there are enough for instances and AWS.
Hint: A /26 can begin at .0, .64, .128 and .192 only. A block always begins at a multiple of its own size.
Hint: Place the largest block first, and the next one where it ends. Then every block begins where it may.
"""

from ipaddress import ip_network

from course.authoring import case, misconception


def plan_subnets(vpc: str, wanted: dict[str, int]) -> dict[str, str] | None:
    """Return a CIDR block for each subnet, or None when they do not fit into the VPC together."""
    ### BEGIN SOLUTION
    whole = ip_network(vpc)
    plan, free = {}, int(whole.network_address)
    for name, instances in sorted(wanted.items(), key=lambda one: -one[1]):
        size = 16
        while size < instances + 5:
            size *= 2
        if free + size > int(whole.broadcast_address) + 1:
            return None
        prefix = 33 - size.bit_length()
        plan[name] = str(ip_network((free, prefix), strict=False))
        free += size
    return plan
    ### END SOLUTION


@case(points=1)
def each_is_the_smallest() -> None:
    """Has each subnet the smallest size that holds its instances and the five addresses of AWS?"""
    from ipaddress import ip_network

    for instances, expected in ((29, 26), (27, 27), (28, 26), (200, 24)):
        got = str((plan_subnets("10.0.0.0/16", {"web": instances}) or {}).get("web"))
        assert got.endswith(f"/{expected}"), (
            f"plan_subnets('10.0.0.0/16', {{'web': {instances}}}) gave web {got}, expected a /{expected}: of the "
            f"{2 ** (32 - expected)} addresses of a /{expected}, AWS keeps 5, and {2 ** (32 - expected) - 5} are left"
        )
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.cidr import smallest_subnet

    dice = random.Random(5)
    for instances in [12, 59, 60, 123, 124, 251, 252, *dice.sample(range(12, 4000), 20)]:
        got = str((plan_subnets("10.0.0.0/16", {"web": instances}) or {}).get("web"))
        expected = smallest_subnet(instances)
        assert got.endswith(f"/{expected}"), (
            f"plan_subnets('10.0.0.0/16', {{'web': {instances}}}) gave web {got}, expected a /{expected}: its "
            f"{ip_network(f'10.0.0.0/{expected}').num_addresses} addresses less 5 are the first to be enough"
        )
    ### END HIDDEN TESTS


@case(points=1)
def aws_takes_the_size() -> None:
    """Is a subnet for a handful of instances as large as AWS demands?"""
    got = str((plan_subnets("10.0.0.0/24", {"nat": 1}) or {}).get("nat"))
    assert got.endswith("/28"), (
        f"plan_subnets('10.0.0.0/24', {{'nat': 1}}) gave nat {got}, expected a /28: AWS makes no smaller subnet"
    )


@case(points=2)
def nothing_overlaps() -> None:
    """Do the subnets lie in the VPC, each at a boundary of its size, and none in another?"""
    from ipaddress import IPv4Network

    def look(vpc: str, wanted: dict[str, int]) -> None:
        call = f"plan_subnets({vpc!r}, {wanted})"
        plan = plan_subnets(vpc, wanted)
        assert plan is not None, f"{call} gave None, expected a plan: placed from large to small, they fit"
        assert sorted(plan) == sorted(wanted), f"{call} planned {sorted(plan)}, expected each name of {sorted(wanted)}"
        blocks: dict[str, IPv4Network] = {}
        for name, cidr in plan.items():
            assert type(cidr) is str, f"{call} gave {name} {cidr!r}, expected text such as '10.0.0.0/26'"
            aligned = IPv4Network(cidr, strict=False)
            assert str(aligned) == cidr, (
                f"{call} gave {name} {cidr}, which is no CIDR block: the one that holds this address is {aligned}"
            )
            assert aligned.subnet_of(IPv4Network(vpc)), f"{call} gave {name} {cidr}, which is not within {vpc}"
            for other, block in blocks.items():
                assert not aligned.overlaps(block), f"{call} gave {name} {cidr} and {other} {block}, which overlap"
            blocks[name] = aligned

    look("10.0.0.0/24", {"db-a": 6, "db-b": 6, "web-a": 50, "web-b": 50})
    ### BEGIN HIDDEN TESTS
    import random

    look("172.16.64.0/20", {"lb": 11, "app": 1000, "db": 27, "web": 500})
    look("192.168.0.0/25", {"a": 11, "b": 27, "c": 59})
    dice = random.Random(17)
    for _ in range(10):
        look("10.20.0.0/16", {f"subnet-{n}": dice.randrange(1, 2000) for n in range(8)})
    ### END HIDDEN TESTS


@case(points=1)
def too_much_is_refused() -> None:
    """Is the answer None when the VPC is too small, and a plan when they just fit?"""
    got = plan_subnets("10.0.0.0/25", {"web-a": 50, "web-b": 50, "db": 6})
    assert got is None, (
        f"plan_subnets('10.0.0.0/25', {{'web-a': 50, 'web-b': 50, 'db': 6}}) gave {got}, expected None: "
        "two /26 fill a /25, and the /28 finds no room"
    )
    full = plan_subnets("10.0.0.0/25", {"web-a": 50, "web-b": 50})
    assert full is not None, (
        "plan_subnets('10.0.0.0/25', {'web-a': 50, 'web-b': 50}) gave None, expected a plan: two /26 fill a /25"
    )


@misconception(each_is_the_smallest, swap={"instances + 5": "instances"})
def forgets_the_reserved() -> None:
    """You counted the instances alone; AWS keeps the first four addresses of a subnet and the last one."""


@misconception(each_is_the_smallest, swap={"instances + 5": "instances + 2"})
def reserves_two() -> None:
    """You kept two addresses, as on premises; AWS keeps five in every subnet."""


@misconception(aws_takes_the_size, swap={"size = 16": "size = 1"})
def makes_tiny_subnets() -> None:
    """You made a subnet smaller than /28; AWS refuses it."""


@misconception(nothing_overlaps, swap={"sorted(wanted.items(), key=lambda one: -one[1])": "wanted.items()"})
def places_in_the_given_order() -> None:
    """You placed the blocks in the order given; a large block behind a small one begins where no block of its size
    can begin, and its CIDR then means another range."""


@misconception(nothing_overlaps, too_much_is_refused, swap={"free += size": ""})
def always_starts_at_the_front() -> None:
    """You let every subnet begin at the start of the VPC; they overlap, and AWS refuses the second one."""


@misconception(
    too_much_is_refused,
    swap={"if free + size > int(whole.broadcast_address) + 1:\n            return None\n        ": ""},
)
def runs_over_the_end() -> None:
    """You did not look where the VPC ends; the last subnets lie outside of it."""


@misconception(
    too_much_is_refused,
    swap={"int(whole.broadcast_address) + 1": "int(whole.broadcast_address)"},
)
def stops_one_too_early() -> None:
    """You refused a block that ends with the VPC's last address; the two may end together."""
