"""Let another account decrypt.

The analysts work in another account. They may read the lake's reports, which lie in S3 encrypted under your customer
managed key. A bucket policy alone does not help them: without the key they get `AccessDenied`.

Write `share_key(key_id, account)`. Change the **key policy** of `key_id` so that the account with the 12 digits
`account`

- may call `kms:Decrypt` and `kms:DescribeKey` with this key, and nothing else;
- while all that the policy said before still holds: your own account keeps its full access, an administrator stays
  one, a denial stays a denial, and accounts that were let in earlier are still in.

Which of *their* users may do it, the administrators over there decide with IAM policies; so name the account, not a
user.

```python
share_key("1234abcd-12ab-34cd-56ef-1234567890ab", "111122223333")
```

The offline AWS stores key policies but does not enforce them, so the cases read your policy and judge its text.

Objective: Open a key to another account by its key policy, without giving more than needed or losing what was there.
Out of scope: The IAM policy in the other account, the bucket policy, grants.
Kind: cloud
Task: 1.3
Hint: `get_key_policy(KeyId=…, PolicyName="default")["Policy"]` is JSON text, and `put_key_policy` takes it back.
Hint: Add one statement to the list `Statement`; do not write a new policy.
Hint: The account is named `{"AWS": "arn:aws:iam::111122223333:root"}`. This `root` means the whole account.
Hint: In a key policy `"Resource": "*"` means this key.
"""

import json

import boto3

from course.authoring import case, misconception


def share_key(key_id: str, account: str) -> None:
    """Let `account` decrypt with the key, and change nothing else in its key policy."""
    ### BEGIN SOLUTION
    kms = boto3.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Resource": "*",
        }
    )
    kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))
    ### END SOLUTION


@case(points=2)
def the_other_account_may_decrypt() -> None:
    """May a role of the other account decrypt with the key and describe it?"""
    import json

    import boto3

    from course import cloud
    from course.models.policy import Request, allows

    cloud.start()
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]
    share_key(key["KeyId"], "111122223333")
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    analyst = {"AWS": "arn:aws:iam::111122223333:role/analyst"}
    for action in ("kms:Decrypt", "kms:DescribeKey"):
        assert allows(policy, Request(analyst, action, key["Arn"])), (
            f"after share_key(…, '111122223333') the key policy does not let {analyst['AWS']} call {action}: {policy}"
        )
    ### BEGIN HIDDEN TESTS
    share_key(key["Arn"], "444455556666")
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    for account in ("111122223333", "444455556666"):
        user = {"AWS": f"arn:aws:iam::{account}:user/mei"}
        assert allows(policy, Request(user, "kms:Decrypt", key["Arn"])), (
            f"after the key was shared with two accounts, the key policy does not let {user['AWS']} decrypt: {policy}"
        )
    ### END HIDDEN TESTS


@case(points=2)
def nobody_gets_more() -> None:
    """Can the other account do nothing but that, and a third account nothing at all?"""
    import json

    import boto3

    from course import cloud
    from course.models.policy import Request, allows

    cloud.start()
    kms = boto3.client("kms")
    key = kms.create_key()["KeyMetadata"]
    before = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    share_key(key["KeyId"], "111122223333")
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    assert policy != before, "share_key left the key policy as it was, expected that account 111122223333 may decrypt"
    analyst = {"AWS": "arn:aws:iam::111122223333:role/analyst"}
    stranger = {"AWS": "arn:aws:iam::999999999999:role/analyst"}
    for principal, action in (
        (analyst, "kms:Encrypt"),
        (analyst, "kms:PutKeyPolicy"),
        (analyst, "kms:ScheduleKeyDeletion"),
        (analyst, "kms:CreateGrant"),
        (stranger, "kms:Decrypt"),
        (stranger, "kms:DescribeKey"),
    ):
        assert not allows(policy, Request(principal, action, key["Arn"])), (
            f"may {principal['AWS']} call {action} after share_key(…, '111122223333')? The key policy says yes, "
            f"expected no: {policy}"
        )
    ### BEGIN HIDDEN TESTS
    for action in ("kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:DisableKey", "kms:UpdateAlias", "kms:Sign"):
        assert not allows(policy, Request(analyst, action, key["Arn"])), (
            f"may the other account call {action}? The key policy says yes, expected no: {policy}"
        )
    ### END HIDDEN TESTS


@case(points=1)
def what_was_there_still_holds() -> None:
    """Do the earlier statements of the key policy still hold?"""
    import json

    import boto3

    from course import cloud
    from course.models.policy import Request, decision

    cloud.start()
    kms = boto3.client("kms")
    own, keeper = "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/key-admin"
    before = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": own}, "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"AWS": keeper}, "Action": "kms:Put*", "Resource": "*"},
            {"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"},
        ],
    }
    key = kms.create_key(Policy=json.dumps(before))["KeyMetadata"]
    share_key(key["KeyId"], "111122223333")
    policy = json.loads(kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    assert policy != before, "share_key left the key policy as it was, expected that account 111122223333 may decrypt"
    for principal, action, expected in (
        (own, "kms:PutKeyPolicy", "allowed"),
        (keeper, "kms:PutKeyPolicy", "allowed"),
        (own, "kms:Encrypt", "allowed"),
        (own, "kms:ScheduleKeyDeletion", "explicitDeny"),
    ):
        got = decision(policy, Request({"AWS": principal}, action, key["Arn"]))
        assert got == expected, (
            f"what does the key policy say to {principal} and {action} after share_key? {got}, expected {expected} as "
            f"before. A key whose own account has lost it can be rescued by AWS Support only: {policy}"
        )


@misconception(
    the_other_account_may_decrypt,
    what_was_there_still_holds,
    swap={
        'policy["Statement"].append(': 'policy["Statement"] = [',
        '"Resource": "*",\n        }\n    )': '"Resource": "*",\n        }\n    ]',
    },
)
def replaces_the_policy() -> None:
    """You replaced the statements instead of adding one; your own account has lost the key, and all data under it."""


@misconception(nobody_gets_more, swap={'{"AWS": f"arn:aws:iam::{account}:root"}': '"*"'})
def lets_everybody_decrypt() -> None:
    """You named everybody as principal; any AWS account whose administrator hears of the key can decrypt with it."""


@misconception(nobody_gets_more, swap={'["kms:Decrypt", "kms:DescribeKey"]': '"kms:*"'})
def gives_all_actions() -> None:
    """You gave the other account every action; it could change the key policy or delete your key."""


@misconception(
    the_other_account_may_decrypt,
    swap={'["kms:Decrypt", "kms:DescribeKey"]': '["kms:DescribeKey", "kms:GetPublicKey"]'},
)
def forgets_decrypt() -> None:
    """You let them look at the key but not use it; reading an object that is encrypted under it takes kms:Decrypt."""


@misconception(nobody_gets_more)
def joins_them_to_the_owners(key_id: str, account: str) -> None:
    """You put the other account beside your own in the first statement; it got the full access that only you need."""
    kms = boto3.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"])
    principal = policy["Statement"][0]["Principal"]
    own = principal["AWS"] if isinstance(principal["AWS"], list) else [principal["AWS"]]
    principal["AWS"] = [*own, f"arn:aws:iam::{account}:root"]
    kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=json.dumps(policy))


@misconception(
    the_other_account_may_decrypt,
    swap={'f"arn:aws:iam::{account}:root"': '"arn:aws:iam::123456789012:root"'},
)
def names_its_own_account() -> None:
    """You named your own account in the new statement; it had access before, the other account still has none."""
