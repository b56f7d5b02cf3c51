"""An inventory of all accounts.

The security team has one account and looks after many. In each of the others there is a role that trusts it. Write
`inventory(accounts, role, external_id)`: for each account id in `accounts` assume the role `role` there, and list the
names of the account's S3 buckets with the credentials that STS hands out. Return a dict: the sorted names by account
id.

- Send the external ID with every AssumeRole.
- The sessions are needed for a moment only: ask for the shortest that STS gives, 15 minutes.
- Name each session `inventory`, so that CloudTrail in the other account shows who it was.

```python
inventory(["111122223333", "444455556666"], "auditor", "sec-7")
# {"111122223333": ["shop-logs"], "444455556666": []}
```

The offline AWS keeps the accounts apart, as AWS does, but it does not ask the trust policy; the cases look at what you
sent.

Objective: Assume a role in each of many accounts with STS and work with the temporary credentials.
Out of scope: Creating the roles, role chaining, refreshing credentials, errors of single accounts.
Kind: cloud
Task: 1.1
Hint: A role's ARN is `arn:aws:iam::111122223333:role/auditor`.
Hint: `assume_role` answers with `Credentials`: an access key id, a secret access key **and** a session token. All
three go into the client that you make with them.
Hint: `boto3.client("s3", aws_access_key_id=…, aws_secret_access_key=…, aws_session_token=…)`. A client without them
still works with your own credentials, in your own account.
"""

import boto3

from course.authoring import case, misconception


def inventory(accounts: list[str], role: str, external_id: str) -> dict[str, list[str]]:
    """Return the names of the S3 buckets of each account, read as its `role`."""
    ### BEGIN SOLUTION
    sts = boto3.client("sts")
    found = {}
    for account in accounts:
        credentials = sts.assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{role}",
            RoleSessionName="inventory",
            ExternalId=external_id,
            DurationSeconds=900,
        )["Credentials"]
        s3 = boto3.client(
            "s3",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        found[account] = sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])
    return found
    ### END SOLUTION


@case(points=2)
def each_account_shows_its_own_buckets() -> None:
    """Does each account show its own buckets, sorted, and not yours or a neighbour's?"""
    import boto3

    from course import cloud

    cloud.start()
    boto3.client("s3").create_bucket(Bucket="security-team")
    wanted = {"111122223333": ["shop-images", "shop-logs"], "444455556666": ["video-raw"], "777788889999": []}
    for account, names in wanted.items():
        arn = f"arn:aws:iam::{account}:role/setup"
        credentials = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="setup")["Credentials"]
        s3 = boto3.client(
            "s3",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        for name in reversed(names):
            s3.create_bucket(Bucket=name)
    got = inventory(list(wanted), "auditor", "sec-7")
    assert type(got) is dict, f"inventory gave {got!r}, expected a dict by account id"
    assert got == wanted, (
        f"inventory({list(wanted)}, 'auditor', 'sec-7') gave {got}, expected {wanted}: security-team is the bucket of "
        "your own account, which a client without the new credentials sees"
    )


@case(points=1)
def the_role_is_assumed_properly() -> None:
    """Does every AssumeRole name the role in that account, the external ID and the session?"""

    from course import cloud

    cloud.start()
    before = len(cloud.calls())
    inventory(["111122223333", "444455556666"], "auditor", "sec-7")
    assumed = [call.parameters for call in cloud.calls()[before:] if call.operation == "AssumeRole"]
    arns = [parameters.get("RoleArn") for parameters in assumed]
    expected = [f"arn:aws:iam::{account}:role/auditor" for account in ("111122223333", "444455556666")]
    assert arns == expected, f"inventory assumed {arns}, expected {expected}"
    for parameters in assumed:
        sent = parameters.get("ExternalId"), parameters.get("RoleSessionName")
        assert sent == ("sec-7", "inventory"), (
            f"inventory sent the ExternalId {sent[0]!r} and the RoleSessionName {sent[1]!r}, expected 'sec-7' and "
            "'inventory': the trust policy would refuse another ID, and the name stands in CloudTrail"
        )


@case(points=1)
def sessions_are_short() -> None:
    """Is a session of 15 minutes asked for, the shortest that there is?"""
    from course import cloud

    cloud.start()
    before = len(cloud.calls())
    inventory(["111122223333"], "auditor", "sec-7")
    asked = [c.parameters.get("DurationSeconds") for c in cloud.calls()[before:] if c.operation == "AssumeRole"]
    assert [str(seconds) for seconds in asked] == ["900"], (
        f"inventory asked for sessions of {asked} seconds, expected [900]: without DurationSeconds a session lasts an "
        "hour, and stolen credentials work as long"
    )


@misconception(
    each_account_shows_its_own_buckets,
    swap={
        """        s3 = boto3.client(
            "s3",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
""": """        s3 = boto3.client("s3")
"""
    },
)
def keeps_the_own_credentials() -> None:
    """You assumed the role and then used a client with your own credentials; the new ones count only where you pass
    them."""


@misconception(the_role_is_assumed_properly, swap={"            ExternalId=external_id,\n": ""})
def sends_no_external_id() -> None:
    """You sent no external ID; a trust policy that insists on it refuses the call."""


@misconception(sessions_are_short, swap={"            DurationSeconds=900,\n": ""})
def takes_the_default_hour() -> None:
    """You took the default of one hour; ask for 900 seconds, the minimum, when you need a moment only."""


@misconception(
    each_account_shows_its_own_buckets,
    the_role_is_assumed_properly,
    swap={
        "    for account in accounts:\n": "    for account in accounts[:1]:\n",
        '        found[account] = sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])': (
            '        names = sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])\n'
            "        found = {one: names for one in accounts}"
        ),
    },
)
def assumes_one_role_for_all() -> None:
    """You assumed one role and used it for every account; a session belongs to one account."""
