"""Why does it not hibernate?

A team wants its instances to hibernate overnight, and for some of them AWS refuses. The inventory describes each by a
`dict`; sizes are in GiB, and `used` is what already lies on the root volume.

```python
{
    "enabled_at_launch": True,
    "root": "ebs",
    "encrypted": True,
    "root_size": 40,
    "used": 12,
    "ram": 16,
    "operating_system": "linux",
    "bare_metal": False,
}
```

Write `hibernation_blockers(instance)`: return a `list` of everything that keeps it from hibernating, empty if nothing
does, in the order of this table.

| answer | it blocks, when |
|---|---|
| `"not enabled at launch"` | hibernation was not switched on at launch |
| `"root volume"` | the root device is an instance store (`"instance-store"`), not `"ebs"` |
| `"encryption"` | the EBS root volume is not encrypted |
| `"root size"` | the EBS root volume cannot hold the RAM beside what is already there |
| `"ram"` | there is more RAM than AWS hibernates with this operating system, `"linux"` or `"windows"` |
| `"bare metal"` | it is a bare metal instance |

The encryption and size of an instance store do not matter: there `"root volume"` says it all.

Objective: Check an instance against the prerequisites of hibernation.
Out of scope: Supported instance families and AMIs, Auto Scaling groups, the limit of 60 days.
Kind: function
Task: 3.2
Hint: Each row of the table is one condition; collect the answers of those that hold.
Hint: The RAM is written into a file on the root volume, and what is there stays there.
Hint: The limit is 150 with Linux and 16 with Windows, and an instance with just that much still hibernates.
"""

from typing import Any

from course.authoring import case, misconception


def hibernation_blockers(instance: dict[str, Any]) -> list[str]:
    """Return what keeps the instance from hibernating, in the order of the table."""
    ### BEGIN SOLUTION
    on_ebs = instance["root"] == "ebs"
    most = 16 if instance["operating_system"] == "windows" else 150
    blocks = {
        "not enabled at launch": not instance["enabled_at_launch"],
        "root volume": not on_ebs,
        "encryption": on_ebs and not instance["encrypted"],
        "root size": on_ebs and instance["used"] + instance["ram"] > instance["root_size"],
        "ram": instance["ram"] > most,
        "bare metal": instance["bare_metal"],
    }
    return [name for name, holds in blocks.items() if holds]
    ### END SOLUTION


@case(points=1)
def a_fit_instance_hibernates() -> None:
    """Is the answer empty for an instance that meets everything, also at the very limits?"""
    fit = {"enabled_at_launch": True, "root": "ebs", "encrypted": True, "root_size": 40, "used": 12}
    fit |= {"ram": 16, "operating_system": "linux", "bare_metal": False}
    got = hibernation_blockers(fit)
    assert (type(got), got) == (list, []), f"hibernation_blockers({fit}) gave {got!r}, expected []: nothing is missing"
    ### BEGIN HIDDEN TESTS
    for change in ({"root_size": 28}, {"ram": 150, "root_size": 162}, {"operating_system": "windows"}):
        got = hibernation_blockers(fit | change)
        assert got == [], f"hibernation_blockers({fit | change}) gave {got!r}, expected []: the limit itself is allowed"
    ### END HIDDEN TESTS


@case(points=1)
def the_launch_decides() -> None:
    """Are an instance that was launched without hibernation, and bare metal, found?"""
    fit = {"enabled_at_launch": True, "root": "ebs", "encrypted": True, "root_size": 40, "used": 12}
    fit |= {"ram": 16, "operating_system": "linux", "bare_metal": False}
    got = hibernation_blockers(fit | {"enabled_at_launch": False})
    assert got == ["not enabled at launch"], (
        f"an instance launched without hibernation gave {got!r}, expected ['not enabled at launch']: it "
        "cannot be added later"
    )
    ### BEGIN HIDDEN TESTS
    got = hibernation_blockers(fit | {"bare_metal": True})
    assert got == ["bare metal"], f"a bare metal instance gave {got!r}, expected ['bare metal']"
    ### END HIDDEN TESTS


@case(points=1)
def the_root_volume_must_take_the_ram() -> None:
    """Are an instance store, an unencrypted volume, and one without room for the RAM found?"""
    fit = {"enabled_at_launch": True, "root": "ebs", "encrypted": True, "root_size": 40, "used": 12}
    fit |= {"ram": 16, "operating_system": "linux", "bare_metal": False}
    for change, expected in (
        ({"encrypted": False}, ["encryption"]),
        ({"root_size": 20}, ["root size"]),
        ({"root": "instance-store", "encrypted": False, "root_size": 10}, ["root volume"]),
    ):
        got = hibernation_blockers(fit | change)
        assert got == expected, f"an instance with {change} gave {got!r}, expected {expected}"
    ### BEGIN HIDDEN TESTS
    got = hibernation_blockers(fit | {"root_size": 27})
    assert got == ["root size"], f"16 GiB of RAM and 12 GiB used on 27 GiB gave {got!r}, expected ['root size']"
    ### END HIDDEN TESTS


@case(points=1)
def the_ram_has_a_limit() -> None:
    """Is too much RAM found, by the limit of the operating system?"""
    fit = {"enabled_at_launch": True, "root": "ebs", "encrypted": True, "root_size": 400, "used": 12}
    fit |= {"ram": 16, "operating_system": "linux", "bare_metal": False}
    got = hibernation_blockers(fit | {"ram": 256})
    assert got == ["ram"], f"256 GiB of RAM with Linux gave {got!r}, expected ['ram']: the most is 150"
    got = hibernation_blockers(fit | {"ram": 32, "operating_system": "windows"})
    assert got == ["ram"], f"32 GiB of RAM with Windows gave {got!r}, expected ['ram']: the most is 16"


@case(points=1)
def all_blockers_are_named_in_order() -> None:
    """Does one answer name everything that blocks, in the order of the table?"""
    got = hibernation_blockers(
        {"enabled_at_launch": False, "root": "ebs", "encrypted": False, "root_size": 30, "used": 20}
        | {"ram": 64, "operating_system": "windows", "bare_metal": True}
    )
    expected = ["not enabled at launch", "encryption", "root size", "ram", "bare metal"]
    assert got == expected, f"an instance with five faults gave {got!r}, expected {expected}"
    ### BEGIN HIDDEN TESTS
    import random
    from typing import Any

    from course.models.hibernation import Machine, blockers

    dice = random.Random(3)
    for _ in range(60):
        one: dict[str, Any] = {
            "enabled_at_launch": dice.random() < 0.7,
            "root": dice.choice(["ebs", "ebs", "instance-store"]),
        }
        one |= {"encrypted": dice.random() < 0.7, "root_size": dice.randrange(16, 200), "used": dice.randrange(4, 16)}
        one |= {"ram": dice.choice([8, 16, 17, 64, 150, 151]), "operating_system": dice.choice(["linux", "windows"])}
        one |= {"bare_metal": dice.random() < 0.2}
        got, expected = hibernation_blockers(one), list(map(str, blockers(Machine(**one))))
        assert got == expected, f"hibernation_blockers({one}) gave {got!r}, expected {expected}"
    ### END HIDDEN TESTS


@misconception(
    the_ram_has_a_limit,
    all_blockers_are_named_in_order,
    swap={'16 if instance["operating_system"] == "windows" else 150': "150"},
)
def one_limit_for_all() -> None:
    """You took 150 GB for every operating system; Windows hibernates with 16 GB at most."""


@misconception(
    the_root_volume_must_take_the_ram,
    all_blockers_are_named_in_order,
    swap={'instance["used"] + instance["ram"] > instance["root_size"]': 'instance["ram"] > instance["root_size"]'},
)
def forgets_what_is_there() -> None:
    """You compared the RAM with the whole volume; the system and its data are on it already, and stay."""


@misconception(
    the_root_volume_must_take_the_ram,
    all_blockers_are_named_in_order,
    swap={'"encryption": on_ebs and not instance["encrypted"]': '"encryption": False'},
)
def encryption_is_a_choice() -> None:
    """You let unencrypted volumes pass; RAM holds keys and passwords, so AWS insists on an encrypted root."""


@misconception(
    the_launch_decides,
    all_blockers_are_named_in_order,
    swap={'"not enabled at launch": not instance["enabled_at_launch"]': '"not enabled at launch": False'},
)
def enables_it_later() -> None:
    """You thought hibernation can be switched on later; it is decided at launch, for the instance's whole life."""


@misconception(
    a_fit_instance_hibernates,
    all_blockers_are_named_in_order,
    swap={'"ram": instance["ram"] > most': '"ram": instance["ram"] >= most'},
)
def the_limit_is_too_much() -> None:
    """You refused an instance with exactly as much RAM as the limit; that much still hibernates."""


@misconception(all_blockers_are_named_in_order, swap={"if holds]": "if holds][:1]"})
def stops_at_the_first() -> None:
    """You named the first blocker only; the team would mend it, launch again, and find the next."""
