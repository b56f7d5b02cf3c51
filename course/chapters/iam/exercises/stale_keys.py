"""Find the keys that are too old.

The security team wants no access key to be used for longer than 90 days. Nobody has looked at it for two years. A key
that is too old is **deactivated**, not deleted: if a forgotten program breaks, it can be switched on again at once,
and is replaced in peace.

Write `stale_keys(now)` with boto3. `now` is the time, as a text such as `"2026-11-02T09:00:00+00:00"` (in the offline
AWS time is not your computer's). It

- deactivates each **active** access key, of whatever user, that was created **more than 90 days** before `now`;
- leaves the other keys as they are, and deletes none;
- returns the ids of the keys that it deactivated, as a sorted list of texts.

```python
stale_keys("2026-11-02T09:00:00+00:00")  # ['AKIA…', 'AKIA…']
```

Objective: Audit the access keys of an account by their age, and take the old ones out of use without harm.
Out of scope: When a key was last used, the root user's keys (the offline AWS has none), making the new keys.
Kind: diagnosis
Task: 1.1
Hint: `list_users`, and for each user `list_access_keys(UserName=…)`. Without a UserName you see only your own keys.
Hint: Each key has a `CreateDate`, a datetime with a time zone. `datetime.fromisoformat(now)` has one as well, so that
one can be subtracted from the other.
Hint: A user has at most two keys, and both count.
Hint: `update_access_key(UserName=…, AccessKeyId=…, Status="Inactive")`.
"""

from datetime import datetime, timedelta

import boto3

from course.authoring import case, misconception


def stale_keys(now: str) -> list[str]:
    """Deactivate the active access keys older than 90 days; return their ids, sorted."""
    ### BEGIN SOLUTION
    iam = boto3.client("iam")
    oldest = datetime.fromisoformat(now) - timedelta(days=90)
    stale = []
    for page in iam.get_paginator("list_users").paginate():
        for user in page["Users"]:
            for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]:
                if key["Status"] == "Active" and key["CreateDate"] < oldest:
                    iam.update_access_key(UserName=user["UserName"], AccessKeyId=key["AccessKeyId"], Status="Inactive")
                    stale.append(key["AccessKeyId"])
    return sorted(stale)
    ### END SOLUTION


@case(points=2)
def old_keys_are_off() -> None:
    """Is every active key older than 90 days inactive now, the second of a user as well, and is its id returned?"""
    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    expected = []
    for user in ("ana", "ben"):
        iam.create_user(UserName=user)
        expected.append(iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"])
    expected.append(iam.create_access_key(UserName="ben")["AccessKey"]["AccessKeyId"])
    cloud.advance(91 * 86_400)
    got = stale_keys("2027-02-01T09:00:01+00:00")
    for user, count in (("ana", 1), ("ben", 2)):
        states = [key["Status"] for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
        assert states == ["Inactive"] * count, (
            f"the {count} old keys of {user} are {states} now, expected {['Inactive'] * count}"
        )
    assert type(got) is list, f"stale_keys gave {got!r}, expected a list"
    assert set(got) == set(expected), (
        f"91 days after ana got one key and ben two, stale_keys gave {got}, expected the ids {sorted(expected)}"
    )
    assert got == sorted(expected), f"stale_keys gave the right ids, but not sorted: {got}"
    ### BEGIN HIDDEN TESTS
    cloud.start()
    expected = []
    for number in range(12):
        iam.create_user(UserName=f"user-{number}")
        for _ in range(number % 3):
            expected.append(iam.create_access_key(UserName=f"user-{number}")["AccessKey"]["AccessKeyId"])
    cloud.advance(400 * 86_400)
    got = stale_keys("2027-12-07T09:00:01+00:00")
    assert got == sorted(expected), f"of 12 old keys of 12 users stale_keys gave {len(got)}: {got}"
    ### END HIDDEN TESTS


@case(points=2)
def the_others_stay() -> None:
    """Are younger keys left active, keys that were inactive before not reported, and none deleted?"""
    import boto3

    from course import cloud

    cloud.start()
    iam = boto3.client("iam")
    for user in ("ana", "ben", "cem"):
        iam.create_user(UserName=user)
    off = iam.create_access_key(UserName="ana")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="ana", AccessKeyId=off, Status="Inactive")
    old = iam.create_access_key(UserName="ben")["AccessKey"]["AccessKeyId"]
    cloud.advance(30 * 86_400)
    young = iam.create_access_key(UserName="cem")["AccessKey"]["AccessKeyId"]
    cloud.advance(61 * 86_400)
    got = stale_keys("2027-02-01T09:00:01+00:00")
    assert got == [old], (
        f"stale_keys gave {got}, expected {[old]}, ben's active key of 91 days: ana's {off} was inactive before, and "
        f"cem's {young} is 61 days old"
    )
    for user, key, status in (("ana", off, "Inactive"), ("ben", old, "Inactive"), ("cem", young, "Active")):
        keys = [(one["AccessKeyId"], one["Status"]) for one in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
        assert keys == [(key, status)], f"{user} has the keys {keys}, expected {[(key, status)]}"
    ### BEGIN HIDDEN TESTS
    again = stale_keys("2027-02-01T09:00:02+00:00")
    assert again == [], f"called a second time stale_keys gave {again}, expected nothing: those keys are off already"
    for now, days, expected in (
        ("2027-03-01T09:00:01+00:00", 89, []),
        ("2027-03-03T11:00:01+02:00", 91, [young]),
    ):
        got = stale_keys(now)
        assert got == expected, f"when cem's key is {days} days old stale_keys({now!r}) gave {got}, expected {expected}"
    ### END HIDDEN TESTS


@misconception(old_keys_are_off, the_others_stay, swap={'Status="Inactive")': 'Status="Active")'})
def only_reports_them() -> None:
    """You found the old keys and left them active; whoever has stolen one still gets in."""


@misconception(
    old_keys_are_off,
    the_others_stay,
    swap={
        'iam.update_access_key(UserName=user["UserName"], AccessKeyId=key["AccessKeyId"], Status="Inactive")': (
            'iam.delete_access_key(UserName=user["UserName"], AccessKeyId=key["AccessKeyId"])'
        )
    },
)
def deletes_them() -> None:
    """You deleted the keys; a program that still needs one cannot be helped by switching it on again."""


@misconception(the_others_stay, swap={' and key["CreateDate"] < oldest': ""})
def takes_every_key() -> None:
    """You deactivated keys of any age; those younger than 90 days are in use and keep the rule."""


@misconception(the_others_stay, swap={'key["Status"] == "Active" and ': ""})
def counts_inactive_ones() -> None:
    """You reported keys that were inactive before; the report must say what you changed."""


@misconception(old_keys_are_off, swap={'["AccessKeyMetadata"]:': '["AccessKeyMetadata"][:1]:'})
def looks_at_the_first_key() -> None:
    """You looked at the first key of each user; a user can have two, and the second may be the old one."""


@misconception(old_keys_are_off, the_others_stay, swap={"timedelta(days=90)": "timedelta(days=365)"})
def waits_for_a_year() -> None:
    """You let keys live for a year; the rule says 90 days."""


@misconception(old_keys_are_off, swap={"return sorted(stale)": "return stale[:1]"})
def stops_at_the_first() -> None:
    """You returned only one of the keys; the list names each key that was deactivated."""
