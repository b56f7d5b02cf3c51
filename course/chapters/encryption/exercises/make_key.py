"""Make a key that rotates.

Every team gets a customer managed key of its own, known by its **alias** and rotated by KMS. The program that sets
this up runs again with each deployment, and a key costs $1 a month: it must not make a second one.

Write `make_key(alias, days)`. See to it that there is a key behind `alias` (such as `"alias/orders"`), and return its
**ARN**:

- where the alias does not exist yet, make a customer managed, symmetric encryption key, with its key material from
  KMS, and give it the alias;
- where the alias exists, take the key behind it. Data is encrypted under it, so the alias must not move;
- in both cases switch automatic rotation on, every `days` days (90 to 2,560).

```python
make_key("alias/orders", 180)  # 'arn:aws:kms:us-east-1:123456789012:key/…'
```

The offline AWS forgets the rotation period, so your call to KMS is what is checked.

Objective: Create a customer managed key with alias and automatic rotation, without making it twice.
Out of scope: The key policy, imported key material, aliases of other Regions.
Kind: cloud
Task: 1.3
Hint: `create_key()` without any argument makes the right kind of key.
Hint: `describe_key` takes an alias too, and raises `NotFoundException` (in `kms.exceptions`) where there is none.
Hint: `enable_key_rotation` wants the ID or ARN of the key, not its alias.
Hint: Calling `enable_key_rotation` again for the same key only changes the period.
"""

import boto3

from course.authoring import case, misconception


def make_key(alias: str, days: int) -> str:
    """Return the ARN of the key behind `alias`, made if need be, which rotates every `days` days."""
    ### BEGIN SOLUTION
    kms = boto3.client("kms")
    try:
        key = kms.describe_key(KeyId=alias)["KeyMetadata"]
    except kms.exceptions.NotFoundException:
        key = kms.create_key()["KeyMetadata"]
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=days)
    return str(key["Arn"])
    ### END SOLUTION


@case(points=1)
def the_key_is_of_the_right_kind() -> None:
    """Is there an enabled, symmetric, customer managed key behind the alias, and is its ARN returned?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    got = make_key("alias/orders", 180)
    targets = {entry["AliasName"]: entry.get("TargetKeyId") for entry in kms.list_aliases()["Aliases"]}
    assert "alias/orders" in targets, f"make_key('alias/orders', 180) left no alias/orders, only {sorted(targets)[:3]}…"
    key = kms.describe_key(KeyId=targets["alias/orders"])["KeyMetadata"]
    assert got == key["Arn"], f"make_key('alias/orders', 180) gave {got!r}, expected the key's ARN {key['Arn']!r}"
    for name, expected in (("KeySpec", "SYMMETRIC_DEFAULT"), ("Origin", "AWS_KMS"), ("KeyState", "Enabled")):
        assert key[name] == expected, (
            f"the key behind alias/orders has the {name} {key[name]}, expected {expected}: AWS services encrypt with "
            "symmetric keys, and only key material from KMS rotates by itself"
        )
    own = targets["alias/orders"] not in [key for name, key in targets.items() if name.startswith("alias/aws/")]
    assert own, "alias/orders leads to an AWS managed key, expected a customer managed one"


@case(points=1)
def it_rotates() -> None:
    """Is automatic rotation on, with the period that was asked for?"""
    import boto3

    from course import cloud

    for days in (180, 2560):
        cloud.start()
        kms = boto3.client("kms")
        make_key("alias/orders", days)
        key = kms.describe_key(KeyId="alias/orders")["KeyMetadata"]["KeyId"]
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], (
            f"after make_key('alias/orders', {days}) rotation is off, expected on: KMS rotates a customer managed key "
            "only where it was switched on"
        )
        periods = [
            call.parameters.get("RotationPeriodInDays") for call in cloud.calls() if "Rotation" in call.operation
        ]
        periods = [period for period in periods if period is not None]
        assert periods[-1:] == [days], (
            f"make_key('alias/orders', {days}) asked KMS for the period {periods[-1:] or 'that is the default'}, "
            f"expected {days} days; without RotationPeriodInDays it is 365"
        )


@case(points=2)
def a_second_run_makes_nothing_new() -> None:
    """Does a second run keep the key and the alias, and set the rotation all the same?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    first = make_key("alias/orders", 180)
    keys = {key["KeyId"] for key in kms.list_keys()["Keys"]}
    second = make_key("alias/orders", 90)
    more = {key["KeyId"] for key in kms.list_keys()["Keys"]} - keys
    assert not more, f"the second make_key('alias/orders', …) made {len(more)} more key, each costs $1 a month"
    assert second == first, f"the second make_key('alias/orders', …) gave {second!r}, expected {first!r} again"
    old = kms.create_key(Description="made by hand, without rotation")["KeyMetadata"]
    kms.create_alias(AliasName="alias/payroll", TargetKeyId=old["KeyId"])
    make_key("alias/payroll", 365)
    target = kms.describe_key(KeyId="alias/payroll")["KeyMetadata"]["KeyId"]
    assert target == old["KeyId"], (
        "after make_key('alias/payroll', 365) the alias leads to another key than before: what was encrypted under "
        "the old one is not re-encrypted by that"
    )
    assert kms.get_key_rotation_status(KeyId=target)["KeyRotationEnabled"], (
        "alias/payroll was there already, and after make_key('alias/payroll', 365) its key still does not rotate"
    )


@misconception(
    it_rotates,
    a_second_run_makes_nothing_new,
    swap={'kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=days)': ""},
)
def forgets_rotation() -> None:
    """You left rotation off; AWS managed keys rotate by themselves, a customer managed key only when you say so."""


@misconception(it_rotates, swap={", RotationPeriodInDays=days": ""})
def takes_the_default_period() -> None:
    """You did not pass the period on; KMS then rotates every 365 days."""


@misconception(
    the_key_is_of_the_right_kind,
    swap={"kms.create_key()": 'kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")'},
)
def makes_a_key_pair() -> None:
    """You made an asymmetric key; AWS services cannot use it for your data, and KMS cannot rotate it by itself."""


@misconception(a_second_run_makes_nothing_new)
def makes_a_key_each_time(alias: str, days: int) -> str:
    """You made a new key in each run and moved the alias to it; every run costs another $1 a month, and rotation is
    KMS's own work."""
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]
    if alias in [entry["AliasName"] for entry in kms.list_aliases()["Aliases"]]:
        kms.update_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    else:
        kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    kms.enable_key_rotation(KeyId=key["KeyId"], RotationPeriodInDays=days)
    return str(key["Arn"])


@misconception(
    a_second_run_makes_nothing_new,
    swap={
        """
    except kms.exceptions.NotFoundException:""": """
        return str(key["Arn"])
    except kms.exceptions.NotFoundException:"""
    },
)
def leaves_an_old_key_as_it_is() -> None:
    """You returned a key that was there already without looking at its rotation; somebody may have left it off."""


@misconception(the_key_is_of_the_right_kind, swap={'str(key["Arn"])': 'str(key["KeyId"])'})
def returns_the_id() -> None:
    """You returned the key's ID; in another account or Region nobody can tell from it which key is meant."""
