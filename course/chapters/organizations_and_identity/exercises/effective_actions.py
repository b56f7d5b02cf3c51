"""What do the SCPs leave over?

An SCP (service control policy) grants nothing. It says what the policies inside an account may grant at most. SCPs
hang on the root, on each OU below it and on the account, and an action comes through if

- at **every** level at least one SCP that is attached there allows it, and
- at **no** level an attached SCP denies it.

Write `effective_actions(path, actions)`. `path` has one list for each level, from the root down to the account; in it
stand the statements of all SCPs attached to this level, each with an `Effect` (`"Allow"` or `"Deny"`) and an `Action`,
a list of patterns. A pattern is `"*"` (everything), `"s3:*"` (a whole service) or a single action such as
`"s3:GetObject"`. Return those of `actions` that come through, as a list in the same order.

```python
full = {"Effect": "Allow", "Action": ["*"]}  # the SCP FullAWSAccess
no_redshift = {"Effect": "Deny", "Action": ["redshift:*"]}
effective_actions(
    [[full], [full, no_redshift], [full]],  # root, OU, account
    ["s3:GetObject", "redshift:CreateCluster"],
)  # ["s3:GetObject"]
```

Objective: Follow SCPs from the root to an account, as a deny list and as an allow list.
Out of scope: Conditions, resources, NotAction, the policies inside the account, the management account.
Kind: function
Task: 1.1
Hint: Take one action and one level first: is the action allowed there by any statement, and denied by any?
Hint: A pattern without `*` fits only itself. One with `*` at its end fits everything that begins like it; that is
true of `"*"` as well.
Hint: `all(…)` over the levels for the allows, `any(…)` over all statements of all levels for the denies.
"""

from typing import Any

from course.authoring import case, misconception


def effective_actions(path: list[list[dict[str, Any]]], actions: list[str]) -> list[str]:
    """Return the `actions` that the SCPs on the way from the root to the account let through."""

    ### BEGIN SOLUTION
    def said(level: list[dict[str, Any]], effect: str, action: str) -> bool:
        return any(
            action == pattern or (pattern.endswith("*") and action.startswith(pattern[:-1]))
            for statement in level
            if statement["Effect"] == effect
            for pattern in statement["Action"]
        )

    return [
        action
        for action in actions
        if all(said(level, "Allow", action) for level in path)
        and not any(said(level, "Deny", action) for level in path)
    ]
    ### END SOLUTION


@case(points=1)
def a_deny_list_takes_away() -> None:
    """With FullAWSAccess at every level, is everything left but what an SCP denies, wherever it hangs?"""
    full = {"Effect": "Allow", "Action": ["*"]}
    no_redshift = {"Effect": "Deny", "Action": ["redshift:*"]}
    asked = ["redshift:CreateCluster", "s3:GetObject", "redshift-data:ExecuteStatement"]
    expected = ["s3:GetObject", "redshift-data:ExecuteStatement"]
    for where, path in (
        ("the root", [[full, no_redshift], [full], [full]]),
        ("the OU", [[full], [no_redshift, full], [full]]),
        ("the account", [[full], [full], [full, no_redshift]]),
    ):
        got = effective_actions(path, asked)
        assert type(got) is list, f"effective_actions gave {got!r}, expected a list of actions"
        assert got == expected, (
            f"with a Deny of redshift:* on {where} and FullAWSAccess everywhere, effective_actions gave {got}, "
            f"expected {expected}: a Deny counts from wherever it hangs, and redshift-data is another service"
        )
    ### BEGIN HIDDEN TESTS
    one = {"Effect": "Deny", "Action": ["ec2:RunInstances", "s3:DeleteBucket"]}
    got = effective_actions([[full], [full, one]], ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "ec2:StopInstances"])
    assert got == ["s3:DeleteBucketPolicy", "ec2:StopInstances"], (
        f"with a Deny of s3:DeleteBucket, effective_actions gave {got}, expected s3:DeleteBucketPolicy and "
        "ec2:StopInstances: a pattern without * fits only the action of exactly this name"
    )
    ### END HIDDEN TESTS


@case(points=2)
def an_allow_list_must_hold_at_every_level() -> None:
    """Is only that left which every level allows, so that one short list narrows everything below it?"""
    full = {"Effect": "Allow", "Action": ["*"]}
    data = {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"]}
    store = {"Effect": "Allow", "Action": ["s3:*", "sqs:*"]}
    asked = ["s3:GetObject", "dynamodb:Scan", "sqs:SendMessage"]
    got = effective_actions([[full], [data], [full]], asked)
    assert got == ["s3:GetObject", "dynamodb:Scan"], (
        f"with the allow list s3:*, dynamodb:* on the OU, effective_actions gave {got}, expected s3:GetObject and "
        "dynamodb:Scan: FullAWSAccess on the account cannot bring back what the OU above does not allow"
    )
    got = effective_actions([[full], [data], [store]], asked)
    assert got == ["s3:GetObject"], (
        f"with s3:*, dynamodb:* on the OU and s3:*, sqs:* on the account, effective_actions gave {got}, expected "
        "s3:GetObject: an action needs an Allow at each level, and only s3 has both"
    )
    got = effective_actions([[full], [], [full]], asked)
    assert got == [], (
        f"with no SCP at all on the OU, effective_actions gave {got}, expected []: an Allow is not inherited, a level "
        "without one lets nothing through"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(41)
    services = ["s3", "sqs", "sns", "ec2", "iam"]
    for _ in range(30):
        lists = [dice.sample(services, dice.randrange(1, 5)) for _ in range(dice.randrange(2, 6))]
        path = [[{"Effect": "Allow", "Action": [f"{name}:*"]} for name in names] for names in lists]
        common = [name for name in services if all(name in names for names in lists)]
        got = effective_actions(path, [f"{name}:Tag" for name in services])
        assert got == [f"{name}:Tag" for name in common], (
            f"with allow lists for {lists} from the root to the account, effective_actions gave {got}, expected the "
            f"services that stand in each of them: {common}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def a_deny_beats_every_allow() -> None:
    """Does a Deny win over an Allow of the same action, at its own level and at those below?"""
    full = {"Effect": "Allow", "Action": ["*"]}
    stop = {"Effect": "Deny", "Action": ["cloudtrail:StopLogging"]}
    trail = {"Effect": "Allow", "Action": ["cloudtrail:StopLogging"]}
    got = effective_actions(
        [[full, stop], [full], [full, trail]], ["cloudtrail:StopLogging", "cloudtrail:LookupEvents"]
    )
    assert got == ["cloudtrail:LookupEvents"], (
        f"with a Deny of cloudtrail:StopLogging on the root and an Allow of it on the account, effective_actions gave "
        f"{got}, expected cloudtrail:LookupEvents only: an explicit Deny wins, however near the Allow is"
    )


@misconception(an_allow_list_must_hold_at_every_level, swap={"if all(said": "if any(said"})
def lets_one_allow_do() -> None:
    """You were content with one Allow anywhere on the way; an action needs an Allow at every level."""


@misconception(
    a_deny_list_takes_away,
    an_allow_list_must_hold_at_every_level,
    a_deny_beats_every_allow,
    swap={
        'all(said(level, "Allow", action) for level in path)': 'said(path[-1], "Allow", action)',
        'any(said(level, "Deny", action) for level in path)': 'said(path[-1], "Deny", action)',
    },
)
def looks_at_the_account_only() -> None:
    """You looked only at the SCPs on the account; those on the OUs above it and on the root bind it, too."""


@misconception(
    a_deny_list_takes_away,
    a_deny_beats_every_allow,
    swap={'and not any(said(level, "Deny", action) for level in path)': ""},
)
def forgets_the_denies() -> None:
    """You only looked at Allow; a Deny at any level takes the action away."""


@misconception(
    an_allow_list_must_hold_at_every_level,
    swap={'"Allow", action) for level in path)': '"Allow", action) for level in path if level)'},
)
def inherits_over_an_empty_level() -> None:
    """You skipped a level without SCPs; nothing is inherited, so such a level allows nothing (AWS keeps you from
    making one)."""


@misconception(
    a_deny_list_takes_away,
    a_deny_beats_every_allow,
    swap={'any(said(level, "Deny", action) for level in path)': 'said(path[-1], "Deny", action)'},
)
def binds_only_where_it_hangs() -> None:
    """You let a Deny count on the account only; a Deny on the root or an OU reaches every account below it."""
