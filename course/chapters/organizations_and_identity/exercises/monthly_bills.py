"""What does one bill for all save?

Storage in Amazon S3 gets cheaper with the amount: the first gigabytes of a month cost most, those above a threshold
less. With **consolidated billing** AWS looks at the usage of all accounts of an organization *together*, so the cheap
tiers are reached sooner. That is the volume discount.

Write `monthly_bills(usage, tiers)`. `usage` has the gigabytes of each account. `tiers` is a list of
`(size, price)`, from the first tier to the last: so many gigabytes at this price, in mills (thousandths of a dollar)
per gigabyte. The size of the last tier is `None`: all the rest. Return two totals in mills, as a dict:

- `"separate"`: what the accounts pay in sum if each has its own bill;
- `"consolidated"`: what the organization pays on one bill.

```python
s3_standard = [(51_200, 23), (460_800, 22), (None, 21)]  # first 50 TB, next 450 TB, over 500 TB a month
monthly_bills({"shop": 40_000, "video": 40_000}, s3_standard)
# {"separate": 1_840_000, "consolidated": 1_811_200}   $1,840.00 against $1,811.20
```

Objective: Apply tiered prices to one account and to a whole organization.
Out of scope: Who gets which part of the saving, Reserved Instances and Savings Plans, free tiers, requests.
Kind: function
Task: 4.1
Hint: Write a function for the price of one amount first, and use it for each account and for the sum.
Hint: A tier's price counts only for the gigabytes in this tier. 60,000 GB are 51,200 GB at the first price and 8,800
GB at the second.
Hint: Go through the tiers with what is still left: `part = left if size is None else min(left, size)`.
"""

from course.authoring import case, misconception


def monthly_bills(usage: dict[str, int], tiers: list[tuple[int | None, int]]) -> dict[str, int]:
    """Return what the accounts pay in mills, on separate bills and on a consolidated one."""

    ### BEGIN SOLUTION
    def price(left: int) -> int:
        total = 0
        for size, mills in tiers:
            part = left if size is None else min(left, size)
            total += part * mills
            left -= part
        return total

    separate = sum(price(gigabytes) for gigabytes in usage.values())
    return {"separate": separate, "consolidated": price(sum(usage.values()))}
    ### END SOLUTION


@case(points=1)
def each_tier_has_its_price() -> None:
    """Does each gigabyte cost the price of its own tier, when there is only one account?"""
    tiers = [(51_200, 23), (460_800, 22), (None, 21)]
    for gigabytes, mills in ((1_000, 23_000), (60_000, 1_371_200), (600_000, 13_163_200)):
        got = monthly_bills({"shop": gigabytes}, tiers)
        assert type(got) is dict, f"monthly_bills gave {got!r}, expected a dict"
        assert got == {"separate": mills, "consolidated": mills}, (
            f"for one account with {gigabytes:,} GB monthly_bills gave {got}, expected {mills:,} mills for both: the "
            "cheaper price counts only for the gigabytes above the threshold, and one account has nothing to share"
        )
    ### BEGIN HIDDEN TESTS
    got = monthly_bills({"shop": 10}, [(1, 100), (2, 10), (3, 5), (None, 1)])
    assert got == {"separate": 139, "consolidated": 139}, (
        f"10 GB at 1 GB for 100, 2 GB for 10, 3 GB for 5, the rest for 1: monthly_bills gave {got}, expected 139"
    )
    ### END HIDDEN TESTS


@case(points=2)
def the_sum_reaches_the_cheap_tier() -> None:
    """Are the tiers filled by all accounts together on the consolidated bill, and by each alone on separate ones?"""
    tiers = [(51_200, 23), (460_800, 22), (None, 21)]
    got = monthly_bills({"shop": 40_000, "video": 40_000}, tiers)
    assert got == {"separate": 1_840_000, "consolidated": 1_811_200}, (
        f"for two accounts with 40,000 GB each monthly_bills gave {got}, expected separate 1,840,000 and consolidated "
        "1,811,200: together they have 80,000 GB, of which 28,800 are above the first 51,200"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(12)
    for _ in range(20):
        tiers = [(dice.randrange(1, 50), 30), (dice.randrange(1, 50), 20), (None, 10)]
        usage = {name: dice.randrange(0, 120) for name in "abcd"[: dice.randrange(1, 5)]}
        prices = [mills for size, mills in tiers[:2] for _ in range(size or 0)]
        separate = sum(sum((prices + [10] * 500)[:amount]) for amount in usage.values())
        together = sum((prices + [10] * 500)[: sum(usage.values())])
        got = monthly_bills(usage, tiers)
        assert got == {"separate": separate, "consolidated": together}, (
            f"monthly_bills({usage}, {tiers}) gave {got}, expected separate {separate} and consolidated {together}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def below_the_threshold_nothing_is_saved() -> None:
    """Are both bills the same when even the sum stays in the first tier, and nothing when nothing is stored?"""
    tiers = [(51_200, 23), (460_800, 22), (None, 21)]
    got = monthly_bills({"shop": 20_000, "video": 30_000, "empty": 0}, tiers)
    assert got == {"separate": 1_150_000, "consolidated": 1_150_000}, (
        f"for 50,000 GB in all monthly_bills gave {got}, expected 1,150,000 for both: no gigabyte is above 51,200"
    )
    got = monthly_bills({}, tiers)
    assert got == {"separate": 0, "consolidated": 0}, f"without accounts monthly_bills gave {got}, expected 0 for both"


@misconception(each_tier_has_its_price, the_sum_reaches_the_cheap_tier)
def prices_all_by_the_last_tier(usage: dict[str, int], tiers: list[tuple[int | None, int]]) -> dict[str, int]:
    """You gave all gigabytes the price of the last tier reached; only those above a threshold are cheaper."""

    def price(amount: int) -> int:
        start = 0
        for size, mills in tiers:
            if size is None or amount <= start + size:
                return amount * mills
            start += size
        return 0

    return {"separate": sum(map(price, usage.values())), "consolidated": price(sum(usage.values()))}


@misconception(the_sum_reaches_the_cheap_tier, swap={"price(sum(usage.values()))": "separate"})
def fills_tiers_by_account() -> None:
    """You let each account fill the tiers alone on the consolidated bill, too; there all accounts fill them
    together."""


@misconception(each_tier_has_its_price, the_sum_reaches_the_cheap_tier)
def takes_sizes_for_thresholds(usage: dict[str, int], tiers: list[tuple[int | None, int]]) -> dict[str, int]:
    """You took a tier's size for the amount at which it ends; `size` says how many gigabytes are in this tier."""

    def price(amount: int) -> int:
        total = start = 0
        for end, mills in tiers:
            part = max(0, amount - start if end is None else min(amount, end) - start)
            total += part * mills
            start += part
        return total

    return {"separate": sum(map(price, usage.values())), "consolidated": price(sum(usage.values()))}


@misconception(
    the_sum_reaches_the_cheap_tier,
    below_the_threshold_nothing_is_saved,
    swap={"price(sum(usage.values()))": "price(max(usage.values(), default=0)) * len(usage)"},
)
def multiplies_the_largest() -> None:
    """You multiplied the largest account; add up the gigabytes of all accounts before you price them."""
