"""What do the public addresses cost?

Since February 1, 2024 AWS charges **$0.005 an hour for every public IPv4 address**, whether it is used or not.
Addresses that a company brought along itself (BYOIP) are free of it, as are private addresses and IPv6.

Write `public_ipv4_bill(addresses, hours)`: given the account's addresses and how many hours each of them existed,
return the charge for public IPv4 in US dollars, rounded to cents. Each address is a `dict` with its `kind` and whether
it is `attached` to a running instance.

| kind | what it is |
|---|---|
| `"auto"` | a public IPv4 address that an instance got at launch |
| `"elastic"` | an Elastic IP from Amazon's addresses |
| `"byoip"` | an Elastic IP from the company's own range |
| `"private"`, `"ipv6"` | a private IPv4 address, an IPv6 address |

```python
public_ipv4_bill([{"kind": "elastic", "attached": True}, {"kind": "private", "attached": True}], 730)  # 3.65
```

Objective: Know which addresses are billed since 2024, and what one costs a month.
Out of scope: Data transfer, the price of a NAT gateway or load balancer beside its addresses.
Kind: function
Task: 4.4
Hint: Read the first sentence again: does it matter whether an address is in use?
Hint: Only two of the kinds are billed.
Hint: The charge is the number of billed addresses times the hours times 0.005.
"""

from typing import Any

from course.authoring import case, misconception


def public_ipv4_bill(addresses: list[dict[str, Any]], hours: int) -> float:
    """Return what the addresses cost in US dollars for so many hours."""
    ### BEGIN SOLUTION
    billed = [address for address in addresses if address["kind"] in ("auto", "elastic")]
    return round(len(billed) * hours * 0.005, 2)
    ### END SOLUTION


@case(points=2)
def an_address_in_use_is_billed() -> None:
    """Does an address on a running instance cost 0.005 dollars an hour, automatic or elastic?"""
    got = public_ipv4_bill([{"kind": "elastic", "attached": True}], 730)
    assert got == 3.65, (
        f"an Elastic IP on a running instance, 730 hours: public_ipv4_bill gave {got!r}, expected 3.65 (0.005 x 730)"
    )
    ### BEGIN HIDDEN TESTS
    got = public_ipv4_bill([{"kind": "auto", "attached": True}], 730)
    assert got == 3.65, f"an automatic public address, 730 hours: public_ipv4_bill gave {got!r}, expected 3.65"
    got = public_ipv4_bill([{"kind": "elastic", "attached": True}, {"kind": "auto", "attached": True}] * 10, 24)
    assert got == 2.4, f"20 addresses in use, 24 hours: public_ipv4_bill gave {got!r}, expected 2.4"
    ### END HIDDEN TESTS


@case(points=1)
def an_idle_address_is_billed() -> None:
    """Does an Elastic IP that nothing uses cost just as much?"""
    got = public_ipv4_bill([{"kind": "elastic", "attached": False}] * 4, 100)
    assert got == 2.0, (
        f"four idle Elastic IPs, 100 hours: public_ipv4_bill gave {got!r}, expected 2.0 (4 x 100 x 0.005)"
    )


@case(points=1)
def other_addresses_are_free() -> None:
    """Do private addresses, IPv6 addresses and addresses of one's own cost nothing?"""
    kinds = ("private", "ipv6", "byoip")
    got = public_ipv4_bill([{"kind": kind, "attached": attached} for kind in kinds for attached in (True, False)], 730)
    assert got == 0, f"private, IPv6 and BYOIP addresses only: public_ipv4_bill gave {got!r}, expected 0"
    ### BEGIN HIDDEN TESTS
    for kind in kinds:
        got = public_ipv4_bill([{"kind": kind, "attached": True}], 9000)
        assert got == 0, f"one address of kind {kind}: public_ipv4_bill gave {got!r}, expected 0"
    ### END HIDDEN TESTS


@misconception(
    an_address_in_use_is_billed, swap={'in ("auto", "elastic")': 'in ("auto", "elastic") and not address["attached"]'}
)
def attached_is_free() -> None:
    """You let addresses in use go free; that was the rule for Elastic IPs until January 2024."""


@misconception(
    an_idle_address_is_billed, swap={'in ("auto", "elastic")': 'in ("auto", "elastic") and address["attached"]'}
)
def idle_is_free() -> None:
    """You let idle addresses go free; they are what the charge is to discourage, and cost as much as those in use."""


@misconception(other_addresses_are_free, swap={'in ("auto", "elastic")': 'in ("auto", "elastic", "byoip")'})
def bills_your_own() -> None:
    """You billed addresses from the company's own range; AWS charges for its own public IPv4 addresses only."""


@misconception(other_addresses_are_free, swap={'in ("auto", "elastic")': '!= "private"'})
def bills_ipv6() -> None:
    """You billed everything that is not private; IPv6 addresses and those of your own range are free."""


@misconception(an_address_in_use_is_billed, swap={'("auto", "elastic")': '("elastic",)'})
def only_elastic() -> None:
    """You billed Elastic IPs alone; the public address that an instance gets at launch costs the same."""
