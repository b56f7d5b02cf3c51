"""A password that nobody chooses and that does not grow old.

A program in us-east-1 and its standby in another Region log in to one database. The password shall be random, shall
change every few days by a Lambda function that exists already, and shall be readable in both Regions, so that the
standby needs no call to a Region that may be down.

Write `rotating_secret(name, user, days, function_arn, region)`. Store a secret of that name in AWS Secrets Manager and
return its **ARN**:

- its value is JSON text with the keys `username` and `password`. The password is random, has 32 characters, and none of
  `/`, `@`, `"` and space, which a database refuses;
- it rotates every `days` days by the Lambda function `function_arn`, but not at once: the password is new;
- `region` has a replica of it.

```python
arn = rotating_secret("shop/db", "shop", 30, "arn:aws:lambda:us-east-1:123456789012:function:rotate", "eu-west-1")
```

Objective: Create a secret with a generated password, a rotation schedule and a replica in another Region.
Out of scope: The code of the rotation function, managed rotation, the resource policy.
Kind: cloud
Task: 1.3
Hint: Secrets Manager makes passwords itself: `get_random_password`. See its arguments `PasswordLength`,
`ExcludeCharacters` and `IncludeSpace`.
Hint: `create_secret` takes `AddReplicaRegions=[{"Region": region}]`.
Hint: `rotate_secret` sets the function and the schedule: `RotationLambdaARN` and
`RotationRules={"AutomaticallyAfterDays": days}`. Unless `RotateImmediately=False`, it rotates at once.
"""

import json

import boto3

from course.authoring import case, misconception


def rotating_secret(name: str, user: str, days: int, function_arn: str, region: str) -> str:
    """Create the secret with a random password, its rotation and its replica; return its ARN."""
    ### BEGIN SOLUTION
    secrets = boto3.client("secretsmanager")
    password = secrets.get_random_password(PasswordLength=32, ExcludeCharacters='/@" ')["RandomPassword"]
    value = json.dumps({"username": user, "password": password})
    secret = secrets.create_secret(Name=name, SecretString=value, AddReplicaRegions=[{"Region": region}])
    rules = {"AutomaticallyAfterDays": days}
    secrets.rotate_secret(
        SecretId=secret["ARN"], RotationLambdaARN=function_arn, RotationRules=rules, RotateImmediately=False
    )
    return str(secret["ARN"])
    ### END SOLUTION


@case(points=2)
def the_password_is_random() -> None:
    """Is the value JSON with the user and a random password that a database takes?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trusted = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = boto3.client("iam").create_role(RoleName="rotation", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    function = boto3.client("lambda").create_function(
        FunctionName="rotate", Runtime="python3.13", Role=role, Handler="rotate.main", Code={"ZipFile": b"code"}
    )["FunctionArn"]
    secrets = boto3.client("secretsmanager")
    passwords = set()
    for number in range(12):
        arn = rotating_secret(f"shop/db{number}", "shop", 30, function, "eu-west-1")
        expected = secrets.describe_secret(SecretId=f"shop/db{number}")["ARN"]
        assert arn == expected, f"rotating_secret('shop/db{number}', …) gave {arn!r}, expected the ARN {expected!r}"
        text = secrets.get_secret_value(SecretId=arn, VersionStage="AWSCURRENT")["SecretString"]
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        assert type(value) is dict, f"the secret's value is {text[:12]!r}…, expected JSON text of a dictionary"
        assert sorted(value) == ["password", "username"], (
            f"the secret's value has the keys {sorted(value)}, expected password and username"
        )
        assert value["username"] == "shop", f"the username is {value['username']!r}, expected 'shop'"
        assert len(value["password"]) == 32, f"the password has {len(value['password'])} characters, expected 32"
        refused = sorted(set(value["password"]) & set('/@" '))
        assert not refused, f"the password contains {refused}, which a database refuses"
        passwords.add(value["password"])
    assert len(passwords) == 12, (
        f"twelve secrets have {len(passwords)} different passwords, expected 12: let Secrets Manager make them"
    )


@case(points=1)
def it_rotates() -> None:
    """Does the secret rotate by the function, in the days that were asked for?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trusted = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = boto3.client("iam").create_role(RoleName="rotation", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    function = boto3.client("lambda").create_function(
        FunctionName="rotate", Runtime="python3.13", Role=role, Handler="rotate.main", Code={"ZipFile": b"code"}
    )["FunctionArn"]
    rotating_secret("shop/db", "shop", 45, function, "eu-west-1")
    got = boto3.client("secretsmanager").describe_secret(SecretId="shop/db")
    assert got.get("RotationEnabled"), "the secret does not rotate after rotating_secret, expected that it does"
    assert got.get("RotationLambdaARN") == function, (
        f"the secret rotates by {got.get('RotationLambdaARN') or 'no function'}, expected {function}: only secrets "
        "that another service manages, such as RDS, rotate without one"
    )
    days = got.get("RotationRules", {}).get("AutomaticallyAfterDays")
    assert days == 45, f"the secret rotates every {days} days, expected 45"
    asked = [call.parameters.get("RotateImmediately") for call in cloud.calls() if call.operation == "RotateSecret"]
    assert asked[-1] is False, (
        f"RotateSecret was called with RotateImmediately={asked[-1]}, expected False: left out it means yes, and the "
        "password that was just made is changed at once"
    )


@case(points=1)
def the_other_region_has_it() -> None:
    """Can the secret be read in the other Region, as a replica and not as a secret of its own?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trusted = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = boto3.client("iam").create_role(RoleName="rotation", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    function = boto3.client("lambda").create_function(
        FunctionName="rotate", Runtime="python3.13", Role=role, Handler="rotate.main", Code={"ZipFile": b"code"}
    )["FunctionArn"]
    rotating_secret("shop/db", "shop", 30, function, "ap-southeast-2")
    here = boto3.client("secretsmanager")
    regions = [status["Region"] for status in here.describe_secret(SecretId="shop/db").get("ReplicationStatus", [])]
    assert regions == ["ap-southeast-2"], (
        f"the secret is replicated to {regions}, expected ['ap-southeast-2']: a second secret made there by hand does "
        "not follow when this one rotates"
    )
    there = boto3.client("secretsmanager", region_name="ap-southeast-2").get_secret_value(
        SecretId="shop/db", VersionStage="AWSCURRENT"
    )
    now = here.get_secret_value(SecretId="shop/db", VersionStage="AWSCURRENT")
    assert there["SecretString"] == now["SecretString"], "the replica has another value than the primary secret"


@misconception(
    the_password_is_random,
    swap={
        """secrets.get_random_password(PasswordLength=32, ExcludeCharacters='/@" ')["RandomPassword"]""": (
            "'Summer2026'.ljust(32, '!')"
        )
    },
)
def chooses_the_password() -> None:
    """You made the password in the code; whoever reads the code can guess it, so let Secrets Manager make it."""


@misconception(the_password_is_random, swap={""", ExcludeCharacters='/@" '""": ""})
def allows_all_characters() -> None:
    """You allowed every character; a database refuses some of them in a password, and the rotation fails."""


@misconception(the_password_is_random, swap={'json.dumps({"username": user, "password": password})': "password"})
def stores_the_password_alone() -> None:
    """You stored the bare password; rotation functions and the drivers of AWS expect JSON with a username too."""


@misconception(
    it_rotates,
    swap={
        """secrets.rotate_secret(
        SecretId=secret["ARN"], RotationLambdaARN=function_arn, RotationRules=rules, RotateImmediately=False
    )""": ""
    },
)
def forgets_rotation() -> None:
    """You set no rotation; without it a secret is only a password in another place, and grows old there."""


@misconception(it_rotates, swap={"RotationLambdaARN=function_arn, ": ""})
def names_no_function() -> None:
    """You set a schedule but no function; Secrets Manager does not know how to change a password in your database."""


@misconception(it_rotates, swap={", RotateImmediately=False": ""})
def rotates_at_once() -> None:
    """You let the secret rotate at once; the password is new, and the function may not yet be allowed to change it."""


@misconception(it_rotates, swap={'{"AutomaticallyAfterDays": days}': '{"AutomaticallyAfterDays": 30}'})
def rotates_every_30_days() -> None:
    """You rotated every 30 days; the number of days was an argument."""


@misconception(the_other_region_has_it, swap={', AddReplicaRegions=[{"Region": region}]': ""})
def forgets_the_replica() -> None:
    """You made no replica; when the first Region is down, the standby cannot read its password."""


@misconception(
    the_other_region_has_it,
    swap={
        'secrets.create_secret(Name=name, SecretString=value, AddReplicaRegions=[{"Region": region}])': (
            "secrets.create_secret(Name=name, SecretString=value)\n"
            '    boto3.client("secretsmanager", region_name=region).create_secret(Name=name, SecretString=value)'
        )
    },
)
def makes_a_second_secret() -> None:
    """You made a second secret in the other Region; after the first rotation it holds a password that no longer
    works."""
