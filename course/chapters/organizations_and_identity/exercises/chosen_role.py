"""Which role does the identity pool choose?

Somebody shows an identity pool an ID token, and the pool has to choose an IAM role. Write
`chosen_role(claims, mapping)` and return the role's name, or `"denied"`. `claims` is what the token says; `None` means
that there is no token, so it is a guest. `mapping` is how the pool is set up:

| key | what it holds |
|---|---|
| `"authenticated"` | the role for users who are signed in |
| `"guest"` | the role for guests, or `None`: then guests are denied |
| `"type"` | `"none"`, `"Token"` or `"Rules"` |
| `"rules"` | for `"Rules"`: a list of `(claim, value, role)` in their order |
| `"unresolved"` | `"AuthenticatedRole"` or `"Deny"`: what to do if token or rules give no role |

- `"none"`: every signed-in user gets the authenticated role.
- `"Token"`: the claim `cognito:preferred_role` decides. Without it the claim `cognito:roles` (a list) decides if it
  holds exactly one role. Otherwise the token gives no role.
- `"Rules"`: the first rule whose claim is in the token and **equals** the value gives its role.

```python
pool = {"authenticated": "member", "guest": None, "type": "Token", "rules": [], "unresolved": "Deny"}
chosen_role({"sub": "9a85", "cognito:roles": ["reader"]}, pool)  # "reader"
chosen_role(None, pool)  # "denied"
```

Objective: Tell how an identity pool maps tokens, groups, rules and guests to IAM roles.
Out of scope: Checking the token, the trust policies of the roles, match types other than Equals.
Kind: function
Task: 1.1
Hint: Deal with the guest first; a guest has no claims that you could ask.
Hint: "No role by token or rules" is one case with two outcomes. Let the code for both types end there.
Hint: `claims.get("cognito:roles", [])` is a list, also when the claim is missing.
"""

from typing import Any

from course.authoring import case, misconception


def chosen_role(claims: dict[str, Any] | None, mapping: dict[str, Any]) -> str:
    """Return the name of the role for these claims (None for a guest), or 'denied'."""
    ### BEGIN SOLUTION
    if claims is None:
        return mapping["guest"] or "denied"
    found = None
    if mapping["type"] == "none":
        found = mapping["authenticated"]
    elif mapping["type"] == "Token":
        roles = claims.get("cognito:roles", [])
        found = claims.get("cognito:preferred_role") or (roles[0] if len(roles) == 1 else None)
    else:
        found = next((role for claim, value, role in mapping["rules"] if claims.get(claim) == value), None)
    if found:
        return str(found)
    return mapping["authenticated"] if mapping["unresolved"] == "AuthenticatedRole" else "denied"
    ### END SOLUTION


@case(points=1)
def guests_and_members() -> None:
    """Does a guest get the guest role or nothing, and a user of a plain pool the authenticated role?"""
    pool: dict[str, Any] = {"authenticated": "member", "type": "none", "rules": [], "unresolved": "Deny"}
    for claims, guest, expected in (
        (None, "visitor", "visitor"),
        (None, None, "denied"),
        ({"sub": "9a85", "cognito:preferred_role": "editor"}, "visitor", "member"),
    ):
        mapping = {**pool, "guest": guest}
        got = chosen_role(claims, mapping)
        assert got == expected, (
            f"chosen_role({claims}, …) with type 'none' and guest {guest!r} gave {got!r}, expected {expected!r}: "
            "without a mapping the token's roles do not count, and without a guest role guests get nothing"
        )


@case(points=2)
def the_token_names_the_role() -> None:
    """Does the preferred role decide, then a single role, and in doubt the pool's setting?"""
    for claims, unresolved, expected in (
        ({"cognito:roles": ["reader", "editor"], "cognito:preferred_role": "editor"}, "Deny", "editor"),
        ({"cognito:roles": ["reader"]}, "Deny", "reader"),
        ({"cognito:roles": ["reader", "editor"]}, "Deny", "denied"),
        ({"cognito:roles": ["reader", "editor"]}, "AuthenticatedRole", "member"),
        ({"sub": "9a85"}, "AuthenticatedRole", "member"),
        ({"sub": "9a85"}, "Deny", "denied"),
    ):
        mapping = {
            "authenticated": "member",
            "guest": None,
            "type": "Token",
            "rules": [("sub", "9a85", "admin")],
            "unresolved": unresolved,
        }
        got = chosen_role(claims, mapping)
        assert got == expected, (
            f"chosen_role({claims}, …) with type 'Token' and unresolved {unresolved!r} gave {got!r}, expected "
            f"{expected!r}: the preferred role goes first, then a role that is the only one, then what unresolved says"
        )
    ### BEGIN HIDDEN TESTS
    import random

    from course.models.cognito import IdentityPool, Refused, UserPool

    dice = random.Random(5)
    for _ in range(40):
        said: dict[str, Any] = {"sub": "1"}
        if dice.random() < 0.7:
            said["cognito:roles"] = dice.sample(["a", "b", "c"], dice.randrange(1, 4))
        if dice.random() < 0.3:
            said["cognito:preferred_role"] = "b"
        strict = dice.random() < 0.5
        pool = IdentityPool(
            UserPool(()), "m", {}, mapping="Token", unresolved="Deny" if strict else "AuthenticatedRole"
        )
        mapping = {"authenticated": "m", "guest": None, "type": "Token", "rules": [], "unresolved": pool.unresolved}
        try:
            expected = pool.choose_role(said)[0]
        except Refused:
            expected = "denied"
        got = chosen_role(said, mapping)
        assert got == expected, f"chosen_role({said}, {mapping}) gave {got!r}, expected {expected!r}"
    ### END HIDDEN TESTS


@case(points=1)
def the_first_rule_decides() -> None:
    """Does the first rule that fits decide, and the pool's setting where none does?"""
    rules = [("department", "press", "editor"), ("email", "anna@example.com", "admin"), ("department", "press", "late")]
    for claims, unresolved, expected in (
        ({"email": "anna@example.com", "department": "press"}, "Deny", "editor"),
        ({"email": "anna@example.com"}, "Deny", "admin"),
        ({"email": "ben@example.com", "cognito:preferred_role": "reader"}, "Deny", "denied"),
        ({"department": "pressing"}, "AuthenticatedRole", "member"),
    ):
        mapping = {"authenticated": "member", "guest": None, "type": "Rules", "rules": rules, "unresolved": unresolved}
        got = chosen_role(claims, mapping)
        assert got == expected, (
            f"chosen_role({claims}, …) with the rules {rules} and unresolved {unresolved!r} gave {got!r}, expected "
            f"{expected!r}: the first rule that fits decides, and the token's own roles have no say"
        )


@misconception(
    the_token_names_the_role,
    the_first_rule_decides,
    swap={'if mapping["unresolved"] == "AuthenticatedRole" else': "or"},
)
def always_falls_back() -> None:
    """You always fell back to the authenticated role; a pool that is set to Deny gives nothing then."""


@misconception(the_token_names_the_role, swap={"(roles[0] if len(roles) == 1 else None)": "next(iter(roles), None)"})
def takes_the_first_of_many() -> None:
    """You took the first of several roles; without a preferred role a token with several roles gives none."""


@misconception(guests_and_members, swap={'return mapping["guest"] or "denied"': 'return str(mapping["authenticated"])'})
def treats_guests_as_members() -> None:
    """You gave a guest the authenticated role; that one is for users who are signed in."""


@misconception(the_first_rule_decides, swap={'in mapping["rules"] if': 'in reversed(mapping["rules"]) if'})
def lets_the_last_rule_decide() -> None:
    """You let the last rule that fits decide; rules are read from the top, the first one counts."""


@misconception(
    guests_and_members,
    the_first_rule_decides,
    swap={
        "    found = None\n": "    found = None\n"
        '    if "cognito:preferred_role" in claims:\n        return str(claims["cognito:preferred_role"])\n'
    },
)
def always_believes_the_token() -> None:
    """You let the token's role decide in every pool; it counts only where the mapping's type is Token."""
