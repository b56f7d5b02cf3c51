"""Repair the keys of this account.

On Friday somebody tidied up the KMS keys. Since then three applications fail with `KMSInvalidStateException` or
`NotFoundException`, one writes under a key that it never used before, and the auditors complain about rotation. What
you have is last week's log of the calls to KMS, as CloudTrail keeps it, oldest first: which alias an application
named, and the ID of the key that answered. Some calls name no alias: to decrypt, KMS reads in the ciphertext which key
it needs.

```python
{"time": "2026-10-29T08:15:00Z", "event": "GenerateDataKey", "alias": "alias/orders", "key": "1234abcd-…"}
{"time": "2026-10-29T08:16:00Z", "event": "Decrypt", "alias": None, "key": "1234abcd-…"}
```

Write `repair_keys(log)`. After it

- every key of the log can be used again: its state is `Enabled`, whether somebody has disabled it or scheduled its
  deletion;
- every alias of the log leads to the key that answered to it **last**. Aliases may have been moved or deleted, and one
  was moved on purpose in the middle of the week: a rotation by hand;
- automatic rotation is on for the keys of the log that can rotate by themselves: symmetric, with key material from KMS;
- keys and aliases that the log does not name are as they were. A key that nobody used may stay on its way out.

Return the IDs of the keys that you saved from deletion, in ascending order.

The offline AWS encrypts and decrypts with a disabled key too, and lets any key rotate; AWS does neither. And for most
of the calls that you need, it knows a key by its ID only; AWS takes the ARN too.

Objective: Read key states, aliases and rotation, and bring them back to what applications need.
Out of scope: Key policies, who did it, keys that are deleted already (nothing brings these back).
Kind: diagnosis
Task: 1.3
Hint: `describe_key(KeyId=key)["KeyMetadata"]` tells `KeyState`, `KeySpec` and `Origin`.
Hint: After `cancel_key_deletion` a key is not yet usable: look at its state.
Hint: Go through the log from old to new and note for each alias the key; the last one stays. An old key is needed
all the same, for the data that it has encrypted.
Hint: `update_alias` moves an alias that exists, `create_alias` makes one that does not. AWS lists 50 aliases at a
time: `get_paginator("list_aliases")` goes on to the next.
"""

from typing import Any

import boto3

from course.authoring import case, misconception


def repair_keys(log: list[dict[str, Any]]) -> list[str]:
    """Make the log's keys usable, its aliases right, its keys rotate; return the keys saved from deletion."""
    ### BEGIN SOLUTION
    kms = boto3.client("kms")
    saved = []
    for key_id in sorted({entry["key"] for entry in log}):
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            kms.cancel_key_deletion(KeyId=key_id)
            saved.append(key_id)
        if key["KeyState"] != "Enabled":
            kms.enable_key(KeyId=key_id)
        if key["KeySpec"] == "SYMMETRIC_DEFAULT" and key["Origin"] == "AWS_KMS":
            kms.enable_key_rotation(KeyId=key_id)
    pages = kms.get_paginator("list_aliases").paginate()
    existing = {alias["AliasName"] for page in pages for alias in page["Aliases"]}
    for name, key_id in {entry["alias"]: entry["key"] for entry in log if entry["alias"]}.items():
        if name in existing:
            kms.update_alias(AliasName=name, TargetKeyId=key_id)
        else:
            kms.create_alias(AliasName=name, TargetKeyId=key_id)
    return saved
    ### END SOLUTION


@case(points=2)
def used_keys_work_again() -> None:
    """Is every key of the log enabled again, and are those named that were on their way out?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    keys = [kms.create_key(Description=name)["KeyMetadata"]["KeyId"] for name in ("orders", "payroll", "photos")]
    kms.schedule_key_deletion(KeyId=keys[0], PendingWindowInDays=7)
    kms.disable_key(KeyId=keys[1])
    log = [
        {"time": f"2026-10-29T08:0{n}:00Z", "event": "Decrypt", "alias": None, "key": key} for n, key in enumerate(keys)
    ]
    got = repair_keys(log)
    for key, was in zip(keys, ("PendingDeletion", "Disabled", "Enabled"), strict=True):
        state = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
        assert state == "Enabled", f"a key of the log that was {was} is {state} after repair_keys, expected Enabled"
    assert (type(got), got) == (list, [keys[0]]), (
        f"repair_keys gave {got!r}, expected {[keys[0]]}: of three keys one was to be deleted"
    )
    ### BEGIN HIDDEN TESTS
    keys = sorted(kms.create_key(Description=f"team {n}")["KeyMetadata"]["KeyId"] for n in range(6))
    for key in keys[1::2]:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    log = [
        {"time": f"2026-10-30T0{n}:00:00Z", "event": "Decrypt", "alias": None, "key": key}
        for n, key in enumerate([*reversed(keys), keys[1]])
    ]
    got = repair_keys(log)
    assert (type(got), got) == (list, keys[1::2]), f"repair_keys gave {got!r}, expected {keys[1::2]}, each once"
    states = {kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] for key in keys}
    assert states == {"Enabled"}, f"the states of six used keys are {states}, expected Enabled"
    ### END HIDDEN TESTS


@case(points=2)
def aliases_lead_where_they_led() -> None:
    """Does each alias lead to the key that answered to it last?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    orders, payroll, old, new = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(4))
    kms.create_alias(AliasName="alias/orders", TargetKeyId=payroll)  # the wrong key
    kms.create_alias(AliasName="alias/photos", TargetKeyId=new)
    seen = [
        ("alias/photos", old),
        ("alias/orders", orders),
        ("alias/photos", new),
        (None, old),
        ("alias/payroll", payroll),  # deleted since
    ]
    log = [
        {
            "time": f"2026-10-29T08:0{n}:00Z",
            "event": "GenerateDataKey" if alias else "Decrypt",
            "alias": alias,
            "key": key,
        }
        for n, (alias, key) in enumerate(seen)
    ]
    repair_keys(log)
    targets = {alias["AliasName"]: alias.get("TargetKeyId") for alias in kms.list_aliases()["Aliases"]}
    for name, key, why in (
        ("alias/orders", orders, "it was moved to the key of another application"),
        ("alias/payroll", payroll, "it was deleted"),
        ("alias/photos", new, "it was moved on purpose from an older key, and answered from the new one last"),
    ):
        got, expected = targets.get(name), key
        assert got == expected, f"after repair_keys {name} leads to {got}, expected {expected}: {why}"


@case(points=1)
def keys_rotate_where_they_can() -> None:
    """Does every symmetric key with key material from KMS rotate, and no other?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    plain = kms.create_key()["KeyMetadata"]["KeyId"]
    pair = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    imported = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    log = [
        {"time": f"2026-10-29T08:0{n}:00Z", "event": event, "alias": None, "key": key}
        for n, (event, key) in enumerate((("Decrypt", plain), ("Sign", pair), ("Decrypt", imported)))
    ]
    before = len(cloud.calls())
    repair_keys(log)
    assert kms.get_key_rotation_status(KeyId=plain)["KeyRotationEnabled"], (
        "a symmetric key with key material from KMS does not rotate after repair_keys, expected that it does"
    )
    asked = {
        str(call.parameters.get("KeyId")) for call in cloud.calls()[before:] if call.operation == "EnableKeyRotation"
    }
    for key, kind in ((pair, "an asymmetric key"), (imported, "a key with imported key material")):
        assert key not in asked, (
            f"repair_keys called EnableKeyRotation for {kind}, expected no such call: AWS refuses it, and your "
            "program stops there"
        )


@case(points=1)
def nothing_else_changes() -> None:
    """Are keys and aliases that the log does not name as they were?"""
    import boto3

    from course import cloud

    cloud.start()
    kms = boto3.client("kms")
    used, going, resting = (kms.create_key()["KeyMetadata"] for _ in range(3))
    kms.create_alias(AliasName="alias/spare", TargetKeyId=resting["KeyId"])
    kms.schedule_key_deletion(KeyId=going["KeyId"], PendingWindowInDays=7)
    kms.disable_key(KeyId=resting["KeyId"])
    got = repair_keys(
        [{"time": "2026-10-29T08:00:00Z", "event": "Encrypt", "alias": "alias/used", "key": used["KeyId"]}]
    )
    assert got == [], f"repair_keys gave {got!r}, expected []: no key of the log was to be deleted"
    for key, expected in ((going, "PendingDeletion"), (resting, "Disabled")):
        state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        assert state == expected, f"a key that nobody used is {state} after repair_keys, expected {expected} as before"
    targets = {alias["AliasName"]: alias.get("TargetKeyId") for alias in kms.list_aliases()["Aliases"]}
    assert targets.get("alias/spare") == resting["KeyId"], "after repair_keys alias/spare, which nobody used, has moved"


@misconception(used_keys_work_again, swap={'if key["KeyState"] != "Enabled":': 'if key["KeyState"] == "Disabled":'})
def stops_after_cancelling() -> None:
    """You cancelled the deletion and stopped there; the key is then Disabled, and must be enabled as well."""


@misconception(
    nothing_else_changes,
    swap={'sorted({entry["key"] for entry in log})': 'sorted(key["KeyId"] for key in kms.list_keys()["Keys"])'},
)
def saves_every_key() -> None:
    """You repaired every key of the account; those that nobody used may go, and were asked to be left alone."""


@misconception(
    aliases_lead_where_they_led,
    swap={'for entry in log if entry["alias"]}': 'for entry in reversed(log) if entry["alias"]}'},
)
def takes_the_first_key_of_an_alias() -> None:
    """You moved each alias back to the first key of the log; a rotation by hand in between is undone by that."""


@misconception(
    used_keys_work_again,
    keys_rotate_where_they_can,
    swap={
        'sorted({entry["key"] for entry in log})': (
            'sorted({entry["alias"]: entry["key"] for entry in log if entry["alias"]}.values())'
        )
    },
)
def forgets_the_keys_without_alias() -> None:
    """You repaired only the keys that an alias leads to; data under an older key is decrypted without any alias."""


@misconception(
    keys_rotate_where_they_can,
    swap={'if key["KeySpec"] == "SYMMETRIC_DEFAULT" and key["Origin"] == "AWS_KMS":': "if key_id:"},
)
def rotates_every_key() -> None:
    """You asked for rotation of every key; AWS refuses it for asymmetric keys and for imported key material."""


@misconception(
    aliases_lead_where_they_led,
    swap={
        """
        else:
            kms.create_alias(AliasName=name, TargetKeyId=key_id)""": ""
    },
)
def leaves_deleted_aliases_out() -> None:
    """You moved only the aliases that are still there; an application whose alias was deleted finds no key."""
