"""One tree of parameters for each stage.

A program reads its settings from Parameter Store when it starts: everything below `/<application>/<stage>/`. The same
code runs in dev and prod, and only the path is different.

Write `app_config(app, stage, settings, secrets, key_id)`. `settings` and `secrets` are dictionaries from names to
values.

1. Store each setting as a `String` and each secret as a `SecureString` under the KMS key `key_id`, with names such as
   `/my-app/dev/db-url`. A parameter that exists gets a new version; what is not in the dictionaries stays.
2. Then read the tree as the program would, and return a dictionary of **all** that lies below `/<app>/<stage>/`, at any
   depth, with decrypted values: `{"db-url": …, "db-password": …, "mail/host": …}`. Others may have put parameters there
   before.

```python
app_config("my-app", "dev", {"db-url": "db.dev.local"}, {"db-password": "Tiger!"}, "alias/my-app")
# {'db-password': 'Tiger!', 'db-url': 'db.dev.local'}
```

Objective: Build a parameter hierarchy with plain and encrypted values, and read it by path with decryption.
Out of scope: Advanced parameters, labels, the IAM policy for the path.
Kind: cloud
Task: 1.3
Hint: `put_parameter` refuses a name that exists unless `Overwrite=True`.
Hint: `get_parameters_by_path` is what to read with; look at its arguments `Recursive` and `WithDecryption`.
Hint: One answer holds ten parameters at most: `get_paginator("get_parameters_by_path")`.
Hint: `name.removeprefix(path)` leaves the part below the path.
"""

import boto3

from course.authoring import case, misconception


def app_config(app: str, stage: str, settings: dict[str, str], secrets: dict[str, str], key_id: str) -> dict[str, str]:
    """Store the settings and secrets below /app/stage/; return all that lies there, decrypted."""
    ### BEGIN SOLUTION
    ssm, path = boto3.client("ssm"), f"/{app}/{stage}/"
    for name, value in settings.items():
        ssm.put_parameter(Name=path + name, Value=value, Type="String", Overwrite=True)
    for name, value in secrets.items():
        ssm.put_parameter(Name=path + name, Value=value, Type="SecureString", KeyId=key_id, Overwrite=True)
    reader = ssm.get_paginator("get_parameters_by_path")
    pages = reader.paginate(Path=path, Recursive=True, WithDecryption=True)
    return {
        parameter["Name"].removeprefix(path): parameter["Value"] for page in pages for parameter in page["Parameters"]
    }
    ### END SOLUTION


@case(points=2)
def the_types_are_right() -> None:
    """Are settings stored as String and secrets as SecureString under the key?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm, kms = boto3.client("ssm"), boto3.client("kms")
    kms.create_alias(AliasName="alias/my-app", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    app_config("my-app", "dev", {"db-url": "db.dev.local"}, {"db-password": "Tiger!"}, "alias/my-app")
    found = {entry["Name"]: (entry["Type"], entry.get("KeyId")) for entry in ssm.describe_parameters()["Parameters"]}
    expected = {
        "/my-app/dev/db-url": ("String", None),
        "/my-app/dev/db-password": ("SecureString", "alias/my-app"),
    }
    assert found == expected, f"app_config('my-app', 'dev', …) left the parameters {found}, expected {expected}"


@case(points=2)
def the_whole_tree_is_read() -> None:
    """Is all that lies below the path returned, at any depth, decrypted, and nothing of another stage?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/my-app/dev/mail/host", Value="mail.dev.local", Type="String")
    ssm.put_parameter(Name="/my-app/dev/mail/eu/password", Value="Lion!", Type="SecureString")
    ssm.put_parameter(Name="/my-app/dev-old/host", Value="gone", Type="String")
    ssm.put_parameter(Name="/my-app/prod/host", Value="mail.prod.local", Type="String")
    got = app_config("my-app", "dev", {"db-url": "db.dev.local"}, {"db-password": "Tiger!"}, "alias/aws/ssm")
    expected = {
        "db-password": "Tiger!",
        "db-url": "db.dev.local",
        "mail/eu/password": "Lion!",
        "mail/host": "mail.dev.local",
    }
    assert got == expected, f"app_config('my-app', 'dev', …) gave {got}, expected {expected}"
    ### BEGIN HIDDEN TESTS
    many = {f"limit{number}": str(number) for number in range(23)}
    got = app_config("shop", "prod", many, {}, "alias/aws/ssm")
    assert got == many, f"23 settings were stored and app_config returned {len(got)} of them, expected all"
    assert app_config("shop", "test", {}, {}, "alias/aws/ssm") == {}, "an empty stage did not give {}"
    ### END HIDDEN TESTS


@case(points=1)
def a_change_is_a_new_version() -> None:
    """Does a second call give changed parameters a new version, and leave the others alone?"""
    import boto3

    from course import cloud

    cloud.start()
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/my-app/dev/db-url", Value="db1", Type="String")
    ssm.put_parameter(Name="/my-app/dev/colour", Value="blue", Type="String")
    got = app_config("my-app", "dev", {"db-url": "db2"}, {}, "alias/aws/ssm")
    assert got == {"colour": "blue", "db-url": "db2"}, (
        f"db-url was changed from db1 to db2, app_config gave {got}, expected it and colour, which was there before"
    )
    history = [entry["Value"] for entry in ssm.get_parameter_history(Name="/my-app/dev/db-url")["Parameters"]]
    assert history == ["db1", "db2"], (
        f"the history of /my-app/dev/db-url is {history}, expected ['db1', 'db2']: with it you can go back"
    )


@misconception(the_types_are_right, swap={'Type="SecureString", KeyId=key_id': 'Type="String"'})
def stores_secrets_in_plain_text() -> None:
    """You stored the secrets as String; they are then neither encrypted nor protected by a key policy."""


@misconception(the_types_are_right, swap={", KeyId=key_id": ""})
def takes_the_default_key() -> None:
    """You named no key; the secrets are then under aws/ssm, and whoever may use Parameter Store may decrypt them."""


@misconception(the_whole_tree_is_read, swap={", WithDecryption=True": ""})
def forgets_decryption() -> None:
    """You read without decryption; the program gets ciphertext where it expects its password."""


@misconception(the_whole_tree_is_read, swap={"Recursive=True, ": ""})
def reads_one_level() -> None:
    """You read one level; mail/host lies one level deeper, and comes only with Recursive=True."""


@misconception(
    the_whole_tree_is_read,
    swap={
        "reader.paginate(Path=path, Recursive=True, WithDecryption=True)": (
            "[ssm.get_parameters_by_path(Path=path, Recursive=True, WithDecryption=True)]"
        ),
        'reader = ssm.get_paginator("get_parameters_by_path")': "",
    },
)
def reads_one_page() -> None:
    """You read one answer; it holds ten parameters at most, and NextToken says that there are more."""


@misconception(the_whole_tree_is_read, a_change_is_a_new_version)
def returns_what_it_was_given(
    app: str, stage: str, settings: dict[str, str], secrets: dict[str, str], key_id: str
) -> dict[str, str]:
    """You returned what you were given instead of what is stored; what others have put there is missing."""
    ssm, path = boto3.client("ssm"), f"/{app}/{stage}/"
    for name, value in settings.items():
        ssm.put_parameter(Name=path + name, Value=value, Type="String", Overwrite=True)
    for name, value in secrets.items():
        ssm.put_parameter(Name=path + name, Value=value, Type="SecureString", KeyId=key_id, Overwrite=True)
    return settings | secrets


@misconception(
    a_change_is_a_new_version,
    swap={
        'ssm.put_parameter(Name=path + name, Value=value, Type="String", Overwrite=True)': (
            "ssm.delete_parameters(Names=[path + name])\n"
            '        ssm.put_parameter(Name=path + name, Value=value, Type="String")'
        )
    },
)
def deletes_before_it_stores() -> None:
    """You deleted the parameter before storing it; for a moment the program finds nothing, and its history is gone."""
