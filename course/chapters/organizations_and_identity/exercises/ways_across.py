"""Across the border: which way works?

A user in account A has a task that touches both accounts, for instance scan a DynamoDB table in A and write the
result to an S3 bucket in B. There are two ways to reach the resources in B:

- `"resource-based policy"`: B's resources name the user in their own policies. The user keeps its permissions.
- `"role"`: the user assumes a role in B. For the time of the session it has the role's permissions *instead of* its
  own.

Write `ways_across(task, own, granted, role)` and return the ways by which **one** set of credentials can do the whole
task: a list with none, one or both of the two names, in the order above.

- `task`: a list of `(action, account)`, the account (`"A"` or `"B"`) being the one that owns the resource;
- `own`: the actions that the user's identity-based policies allow;
- `granted`: the actions that resource-based policies allow to the user, as such pairs as in `task`;
- `role`: the actions that the role's identity-based policies allow. The role is in B, the user may assume it, and no
  resource in A knows it.

```python
ways_across(
    [("dynamodb:Scan", "A"), ("s3:PutObject", "B")],
    ["dynamodb:Scan", "s3:PutObject"],
    [("s3:PutObject", "B")],
    ["dynamodb:Scan", "s3:PutObject"],
)  # ["resource-based policy"]: as the role, the user cannot reach the table in A
```

Objective: Choose between a resource-based policy and a role for access to another account.
Out of scope: Denies, conditions, SCPs and boundaries, switching between credentials within the task.
Kind: function
Task: 1.1
Hint: Write down for each pair of the task what has to be there: in the user's own account, and in the other one.
Hint: Inside one account an Allow in the identity-based *or* in the resource-based policy is enough. Across accounts
both sides have to allow it.
Hint: As the role, the user is a principal of account B: its own policies in A are gone, and A is now the foreign
account.
"""

from course.authoring import case, misconception


def ways_across(
    task: list[tuple[str, str]], own: list[str], granted: list[tuple[str, str]], role: list[str]
) -> list[str]:
    """Return the ways by which one set of credentials can do the whole task."""

    ### BEGIN SOLUTION
    def as_user(action: str, account: str) -> bool:
        named = any(action == a and account == b for a, b in granted)
        return (action in own and named) if account == "B" else (action in own or named)

    ways = []
    if all(as_user(action, account) for action, account in task):
        ways.append("resource-based policy")
    if all(account == "B" and action in role for action, account in task):
        ways.append("role")
    return ways
    ### END SOLUTION


@case(points=1)
def both_sides_must_allow() -> None:
    """Does access to the other account by its policy need an Allow on both sides?"""
    task = [("s3:PutObject", "B")]
    got = ways_across(task, ["s3:PutObject"], [("s3:PutObject", "B")], [])
    assert got == ["resource-based policy"], (
        f"allowed by the user's own policy and by the bucket policy, ways_across gave {got!r}, expected "
        "['resource-based policy']"
    )
    for own, granted, missing in (
        (["s3:PutObject"], [], "the bucket policy of B"),
        ([], [("s3:PutObject", "B")], "the user's own policy in A"),
    ):
        got = ways_across(task, own, granted, [])
        assert got == [], (
            f"without an Allow in {missing} ways_across gave {got!r}, expected []: across accounts both sides have to "
            "agree"
        )


@case(points=1)
def at_home_one_side_is_enough() -> None:
    """Is an Allow on either side enough for a resource of the user's own account?"""
    task = [("sqs:SendMessage", "A"), ("s3:GetObject", "B")]
    for own, granted in (
        (["sqs:SendMessage", "s3:GetObject"], [("s3:GetObject", "B")]),
        (["s3:GetObject"], [("s3:GetObject", "B"), ("sqs:SendMessage", "A")]),
    ):
        got = ways_across(task, own, granted, [])
        assert got == ["resource-based policy"], (
            f"with own {own} and granted {granted}, ways_across gave {got!r}, expected ['resource-based policy']: "
            "inside an account the identity-based or the resource-based policy is enough"
        )
    got = ways_across(task, ["s3:GetObject"], [("s3:GetObject", "B"), ("sqs:SendMessage", "B")], [])
    assert got == [], (
        f"sqs:SendMessage is granted for queues of B only, and the queue is in A: ways_across gave {got!r}, expected []"
    )


@case(points=2)
def a_role_replaces_the_own_permissions() -> None:
    """Does the role work only for a task that lies wholly in B, with nothing but the role's permissions?"""
    role = ["s3:PutObject", "dynamodb:Scan", "s3:ListBucket"]
    got = ways_across([("s3:PutObject", "B"), ("s3:ListBucket", "B")], [], [], role)
    assert got == ["role"], (
        f"for a task in B that the role allows, ways_across gave {got!r}, expected ['role']: the role needs no "
        "permissions of the user, and no bucket policy"
    )
    task, own = [("dynamodb:Scan", "A"), ("s3:PutObject", "B")], ["dynamodb:Scan", "s3:PutObject"]
    got = ways_across(task, own, [("s3:PutObject", "B")], role)
    assert got == ["resource-based policy"], (
        f"for a scan in A and a write in B, ways_across gave {got!r}, expected ['resource-based policy']: who assumes "
        "the role gives up the own permissions, and with them the table in A"
    )
    got = ways_across([("s3:PutObject", "B"), ("kms:Encrypt", "B")], ["kms:Encrypt"], [], ["s3:PutObject"])
    assert got == [], (
        f"the role allows s3:PutObject, the user's own policy kms:Encrypt: ways_across gave {got!r}, expected []: a "
        "session never has both"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(3)
    actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
    for _ in range(80):
        task = [(a, dice.choice("AB")) for a in dice.sample(actions, dice.randrange(1, 4))]
        own, role = dice.sample(actions, dice.randrange(4)), dice.sample(actions, dice.randrange(4))
        granted = [(a, b) for a in actions for b in "AB" if dice.random() < 0.6]
        user = [(a in own) + ((a, b) in granted) > (b == "B") for a, b in task]
        expected = ["resource-based policy"] * all(user) + ["role"] * all(b == "B" and a in role for a, b in task)
        got = ways_across(task, own, granted, role)
        assert got == expected, (
            f"ways_across({task}, {own}, {granted}, {role}) gave {got!r}, expected {expected!r}: in A one Allow is "
            "enough, in B it takes both, and the role reaches B only"
        )
    ### END HIDDEN TESTS


@misconception(
    both_sides_must_allow,
    at_home_one_side_is_enough,
    a_role_replaces_the_own_permissions,
    swap={
        'all(account == "B" and action in role for action, account in task)': (
            "all(action in role or action in own for action, account in task)"
        ),
        "    ways = []": "    ways: list[str] = []",
    },
)
def adds_the_role_to_the_own() -> None:
    """You added the role's permissions to the user's own; for the session they take the place of the own ones."""


@misconception(both_sides_must_allow, a_role_replaces_the_own_permissions, swap={"(action in own and named)": "named"})
def trusts_the_bucket_policy_alone() -> None:
    """You let the policy in B decide alone; across accounts the user's own account has to allow it, too."""


@misconception(
    at_home_one_side_is_enough,
    a_role_replaces_the_own_permissions,
    swap={"(action in own or named)": "(action in own and named)"},
)
def asks_both_sides_at_home() -> None:
    """You asked for both Allows inside one account, too; there one of them is enough."""


@misconception(a_role_replaces_the_own_permissions, swap={'account == "B" and action in role': "action in role"})
def takes_the_role_home() -> None:
    """You let the role of account B reach into A; to A it is a stranger whom no policy there names."""
