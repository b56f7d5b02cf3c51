"""Repair the parameters of this account.

An audit has found passwords in Parameter Store that everybody with `ssm:GetParameter*` can read, because their type is
`String`. By the company's rule the last part of a secret's name ends with `password`, `token` or `secret`:

```
/shop/dev/db-url          String   is no secret
/shop/dev/db-password     String   must be a SecureString
/shop/prod/eu/mail-token  String   must be a SecureString
```

Write `plain_passwords(path, key_id)`. It looks through everything below `path`, at any depth, and sees to it that

- each secret is a `SecureString` under the KMS key `key_id`, with the value that it had;
- no earlier version of it can be read in plain text. Parameter Store keeps up to 100 versions, and AWS refuses to
  change a parameter's type anyhow (`HierarchyTypeMismatchException`; the offline AWS lets you): delete it and make it
  anew;
- parameters that are no secrets, or are a `SecureString` already, are not touched.

Return the names of the parameters that you repaired, in ascending order: whoever read them may have kept them, so
their owners have to choose new ones.

```python
plain_passwords("/shop/", "alias/shop")  # ['/shop/dev/db-password', '/shop/prod/eu/mail-token']
```

Objective: Find secrets that lie in plain text, store them encrypted, and leave no readable copy.
Out of scope: Choosing new passwords, labels and tags of the parameters, Secrets Manager.
Kind: diagnosis
Task: 1.3
Hint: `get_parameters_by_path` looks at one level unless `Recursive=True`.
Hint: One answer holds ten parameters at most. `get_paginator("get_parameters_by_path")` goes through them all.
Hint: `get_parameter_history` shows what an overwritten parameter still tells.
Hint: Read the value first, then `delete_parameter`, then `put_parameter` with `Type="SecureString"` and `KeyId`.
"""

import boto3

from course.authoring import case, misconception


def plain_passwords(path: str, key_id: str) -> list[str]:
    """Encrypt the secrets below `path` that are in plain text; return their names."""
    ### BEGIN SOLUTION
    ssm = boto3.client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True)
    repaired = []
    for parameter in [parameter for page in pages for parameter in page["Parameters"]]:
        name, value = parameter["Name"], parameter["Value"]
        if parameter["Type"] == "String" and name.endswith(("password", "token", "secret")):
            ssm.delete_parameter(Name=name)
            ssm.put_parameter(Name=name, Value=value, Type="SecureString", KeyId=key_id)
            repaired.append(name)
    return sorted(repaired)
    ### END SOLUTION


@case(points=2)
def secrets_are_encrypted() -> None:
    """Is each secret below the path a SecureString under the key, with its value, and is its name returned?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    boto3.client("kms").create_alias(
        AliasName="alias/shop", TargetKeyId=boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    )
    plain = {"/shop/dev/db-password": "Tiger!", "/shop/prod/eu/mail-token": "t0k3n", "/shop/oauth-secret": "s3cr3t"}
    for name, value in plain.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")
    got = plain_passwords("/shop/", "alias/shop")
    assert (type(got), got) == (list, sorted(plain)), (
        f"plain_passwords('/shop/', 'alias/shop') gave {got!r}, expected {sorted(plain)}"
    )
    keys = {entry["Name"]: entry.get("KeyId") for entry in ssm.describe_parameters()["Parameters"]}
    for name, value in plain.items():
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
        assert (parameter["Type"], keys[name]) == ("SecureString", "alias/shop"), (
            f"{name} is a {parameter['Type']} under the key {keys[name]}, expected a SecureString under alias/shop"
        )
        assert parameter["Value"] == value, f"{name} is now {parameter['Value']!r}, expected {value!r} as before"


@case(points=2)
def every_page_is_read() -> None:
    """Are all secrets found where there are many parameters, and only those below the path?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    expected = []
    for number in range(10, 36):
        ssm.put_parameter(Name=f"/fleet/node{number}/host", Value=f"10.0.0.{number}", Type="String")
        ssm.put_parameter(Name=f"/fleet/node{number}/password", Value=f"p{number}", Type="String")
        expected.append(f"/fleet/node{number}/password")
    ssm.put_parameter(Name="/fleet2/node1/password", Value="another team's", Type="String")
    got = plain_passwords("/fleet", "alias/aws/ssm")
    assert (type(got), got) == (list, expected), (
        f"of 26 nodes below /fleet plain_passwords repaired {len(got or ())} passwords, expected 26, none of /fleet2"
    )
    other = ssm.get_parameter(Name="/fleet2/node1/password")["Parameter"]
    assert other["Type"] == "String", "plain_passwords('/fleet', …) changed /fleet2/node1/password, which is not below"


@case(points=1)
def no_earlier_version_is_readable() -> None:
    """Is there no version of a repaired secret left in plain text?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    for value in ("first", "second"):
        ssm.put_parameter(Name="/shop/dev/db-password", Value=value, Type="String", Overwrite=True)
    plain_passwords("/shop/", "alias/aws/ssm")
    history = ssm.get_parameter_history(Name="/shop/dev/db-password")["Parameters"]
    readable = [version["Version"] for version in history if version["Type"] == "String"]
    assert not readable, f"versions {readable} of /shop/dev/db-password can still be read in plain text, expected none"
    value = ssm.get_parameter(Name="/shop/dev/db-password", WithDecryption=True)["Parameter"]["Value"]
    assert value == "second", f"/shop/dev/db-password is now {value!r}, expected 'second', its latest value"


@case(points=1)
def the_rest_is_not_touched() -> None:
    """Are parameters that are no secrets, and secrets that are encrypted already, as they were?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/shop/dev/db-url", Value="db.example.com", Type="String")
    ssm.put_parameter(Name="/shop/dev/password-length", Value="20", Type="String")
    ssm.put_parameter(Name="/shop/dev/regions", Value="eu-west-1,us-east-1", Type="StringList")
    ssm.put_parameter(Name="/shop/dev/api-token", Value="t0k3n", Type="SecureString")
    ssm.put_parameter(Name="/shop/dev/api-token", Value="t0k3n-2", Type="SecureString", Overwrite=True)
    before = len(cloud.calls())
    got = plain_passwords("/shop/", "alias/shop")
    assert got == [], f"plain_passwords gave {got!r}, expected []: the only secret is a SecureString already"
    wrote = [call for call in cloud.calls()[before:] if call.operation in {"PutParameter", "DeleteParameter"}]
    assert not wrote, (
        f"plain_passwords called {wrote[0].operation} for {wrote[0].parameters.get('Name')!r}, expected no change: "
        "its name does not end like a secret's, or it is encrypted already"
    )


@misconception(
    no_earlier_version_is_readable,
    swap={
        "ssm.delete_parameter(Name=name)": "",
        "KeyId=key_id)": "KeyId=key_id, Overwrite=True)",
    },
)
def overwrites_them() -> None:
    """You overwrote the parameters; their history still shows the old versions in plain text, and AWS refuses to
    change a parameter's type."""


@misconception(
    every_page_is_read,
    swap={
        'ssm.get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True)': (
            "[ssm.get_parameters_by_path(Path=path, Recursive=True)]"
        )
    },
)
def reads_one_page() -> None:
    """You read one answer; it holds ten parameters at most, and NextToken says that there are more."""


@misconception(secrets_are_encrypted, every_page_is_read, no_earlier_version_is_readable, swap={", Recursive=True": ""})
def looks_at_one_level() -> None:
    """You looked at one level of the hierarchy; without Recursive=True what lies deeper is not returned."""


@misconception(secrets_are_encrypted, swap={", KeyId=key_id": ""})
def takes_the_default_key() -> None:
    """You named no key; the secrets are then under aws/ssm, whose key policy you cannot change."""


@misconception(
    the_rest_is_not_touched,
    swap={'name.endswith(("password", "token", "secret"))': 'any(w in name for w in ("password", "token", "secret"))'},
)
def looks_for_the_word_anywhere() -> None:
    """You looked for the words anywhere in the name; password-length is no secret, the rule is about the end."""


@misconception(the_rest_is_not_touched, swap={'parameter["Type"] == "String" and ': ""})
def stores_encrypted_ones_again() -> None:
    """You stored every secret anew; what was read without decryption is ciphertext, and the password is lost."""
