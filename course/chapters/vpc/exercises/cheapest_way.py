"""Which way to the service is the cheapest?

The servers in private subnets call an AWS service and move so many gigabytes a month. Three ways lead there, at the
prices of us-east-1 (a month has 730 hours):

| way | per hour | per GB | serves |
|---|---|---|---|
| `"NAT gateway"` | $0.045 for each zone's gateway | $0.045 | everything |
| `"interface endpoint"` | $0.01 for each zone's network interface | $0.01 | nearly every service, S3 too |
| `"gateway endpoint"` | nothing | nothing | S3 and DynamoDB only |

Write `cheapest_way(service, zones, gigabytes, *, nat_needed)`: return the cheapest way as one of the three texts.
`nat_needed` says whether the NAT gateways are there anyway, for other traffic. Then their hours are paid in any case
and do not count. If two ways cost the same, return the one that stands further down in the table.

```python
cheapest_way("sqs", 2, 1000.0, nat_needed=True)  # "interface endpoint": $14.60 + $10.00, instead of $45.00
```

Objective: Compare what NAT gateways and endpoints cost, with the hours that are paid anyway left out.
Out of scope: Data transfer between zones, the tiers of large volumes, IPv6.
Kind: function
Task: 4.4
Hint: Work out the cost of each way on its own, and leave a way out that does not lead to the service.
Hint: `min` over pairs of cost and way needs a rule for ties. Cents are safer to compare than sums of floats: round.
Hint: With many gigabytes the price per GB decides, with few the hours: there is a break-even between the two.
"""

from course.authoring import case, misconception


def cheapest_way(service: str, zones: int, gigabytes: float, *, nat_needed: bool) -> str:
    """Return 'NAT gateway', 'interface endpoint' or 'gateway endpoint'."""
    ### BEGIN SOLUTION
    nat_hours = 0 if nat_needed else 730
    costs = {
        "gateway endpoint": 0.0,
        "interface endpoint": zones * 730 * 0.01 + gigabytes * 0.01,
        "NAT gateway": zones * nat_hours * 0.045 + gigabytes * 0.045,
    }
    if service not in ("s3", "dynamodb"):
        del costs["gateway endpoint"]
    return min(costs, key=lambda way: round(costs[way], 6))
    ### END SOLUTION


@case(points=1)
def s3_and_dynamodb_go_free() -> None:
    """Is the gateway endpoint taken for the two services that have one, and for no other?"""
    for service, expected in (
        ("s3", "gateway endpoint"),
        ("dynamodb", "gateway endpoint"),
        ("kms", "interface endpoint"),
    ):
        got = cheapest_way(service, 2, 5000.0, nat_needed=True)
        assert got == expected, (
            f"cheapest_way({service!r}, 2, 5000.0, nat_needed=True) gave {got!r}, expected {expected!r}: gateway "
            "endpoints cost nothing, and there are two, for S3 and DynamoDB"
        )


@case(points=2)
def nat_is_there_anyway() -> None:
    """Does the amount of data decide when the NAT gateways are needed for other traffic?"""
    for zones, gigabytes, expected in (
        (2, 1000.0, "interface endpoint"),
        (3, 100.0, "NAT gateway"),
        (3, 625.0, "NAT gateway"),
        (3, 626.0, "interface endpoint"),
        (1, 208.0, "NAT gateway"),
    ):
        got = cheapest_way("sqs", zones, gigabytes, nat_needed=True)
        hours = zones * 7.3
        assert got == expected, (
            f"cheapest_way('sqs', {zones}, {gigabytes}, nat_needed=True) gave {got!r}, expected {expected!r}: the "
            f"endpoint costs ${hours + gigabytes * 0.01:.2f}, the NAT gateway ${gigabytes * 0.045:.2f}, as its "
            "hours are paid anyway"
        )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(44)
    for _ in range(30):
        zones, gigabytes = dice.randrange(1, 7), dice.randrange(3000)
        # in tenths of a cent: the endpoint 7,300 a zone and 10 a GB, the NAT gateway 45 a GB
        expected = "NAT gateway" if gigabytes * 45 < zones * 7300 + gigabytes * 10 else "interface endpoint"
        got = cheapest_way("sqs", zones, float(gigabytes), nat_needed=True)
        assert got == expected, (
            f"cheapest_way('sqs', {zones}, {float(gigabytes)}, nat_needed=True) gave {got!r}, expected {expected!r}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def nat_only_for_this() -> None:
    """Is the interface endpoint taken when the NAT gateways would be there for this service alone?"""
    for zones, gigabytes in ((1, 10.0), (3, 50.0), (3, 9000.0)):
        got = cheapest_way("ssm", zones, gigabytes, nat_needed=False)
        assert got == "interface endpoint", (
            f"cheapest_way('ssm', {zones}, {gigabytes}, nat_needed=False) gave {got!r}, expected 'interface endpoint': "
            f"${zones * 7.3:.2f} for the hours instead of ${zones * 32.85:.2f}, and $0.01 a GB instead of $0.045"
        )


@case(points=1)
def a_tie_goes_to_the_endpoint() -> None:
    """Is the way further down in the table taken when two cost the same?"""
    # 7 zones: $51.10 for the hours of the endpoint, which 1,460 GB save at $0.035 each
    got = cheapest_way("sqs", 7, 1460.0, nat_needed=True)
    assert got == "interface endpoint", (
        f"cheapest_way('sqs', 7, 1460.0, nat_needed=True) gave {got!r}, expected 'interface endpoint': both cost "
        "$65.70, and the endpoint stands further down in the table"
    )


@misconception(nat_is_there_anyway, swap={"0 if nat_needed else 730": "730"})
def counts_what_is_paid_anyway() -> None:
    """You counted the hours of NAT gateways that are there anyway; what is paid in any case does not speak for the
    endpoint."""


@misconception(
    s3_and_dynamodb_go_free,
    nat_is_there_anyway,
    nat_only_for_this,
    a_tie_goes_to_the_endpoint,
    swap={'    if service not in ("s3", "dynamodb"):\n        del costs["gateway endpoint"]\n': ""},
)
def gives_every_service_a_gateway() -> None:
    """You took a gateway endpoint for a service that has none; only S3 and DynamoDB do."""


@misconception(s3_and_dynamodb_go_free, swap={'("s3", "dynamodb")': '("s3",)'})
def forgets_dynamodb() -> None:
    """You gave a gateway endpoint to S3 alone; DynamoDB has one too."""


@misconception(nat_is_there_anyway, swap={"zones * 730 * 0.01": "730 * 0.01"})
def pays_for_one_zone() -> None:
    """You paid for one network interface; an interface endpoint is billed for one in each zone."""


@misconception(nat_is_there_anyway, swap={" + gigabytes * 0.01": ""})
def ignores_the_endpoints_gigabytes() -> None:
    """You left out what an interface endpoint bills for each gigabyte; it is less than a NAT gateway's, not nothing."""


@misconception(
    a_tie_goes_to_the_endpoint,
    swap={
        "min(costs, key=lambda way: round(costs[way], 6))": (
            "min(reversed(costs), key=lambda way: round(costs[way], 6))"
        )
    },
)
def gives_a_tie_to_nat() -> None:
    """You gave a tie to the NAT gateway; at the same price the endpoint stays within AWS's network."""
