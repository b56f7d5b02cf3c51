"""Logs about logs about logs.

Since somebody "switched on access logging everywhere", the number of objects in this account never stops growing, even
at night when nobody uses it. A bucket that delivers its access logs into itself writes a log, and the writing of this
log is a request that is logged again. The same happens when two buckets log into each other, or three in a circle.

Write `log_loops(log_bucket)`. Look at all buckets of the account and repair what you find:

- every bucket that takes part in a loop (its logs come back to it, at once or by other buckets) delivers its logs to
  `log_bucket` from now on, under a prefix of its own: its name and a slash;
- `log_bucket`, which exists and lets the logging service write, is never logged itself, into whatever bucket;
- all other buckets keep their logging as it is.

Return the names of the buckets that were in a loop, in alphabetical order.

```python
log_loops("access-logs")  # ["audit", "pictures"], where these two logged into each other
```

Objective: Find a loop in the delivery of server access logs, and break it without losing the logs.
Out of scope: The policy that lets logs in, deleting the logs that are there, CloudTrail.
Kind: diagnosis
Task: 1.2
Hint: `list_buckets`, and for each bucket `get_bucket_logging`: the answer has `LoggingEnabled` only where it is on.
Hint: First write down for every bucket where its logs go. Then start at each bucket and follow the logs.
Hint: When you follow, remember where you have been: a loop that does not contain the start would hold you for ever.
Hint: `put_bucket_logging` with an empty `BucketLoggingStatus={}` switches logging off.
"""

import boto3

from course.authoring import case, misconception


def log_loops(log_bucket: str) -> list[str]:
    """Send the logs of the buckets in a loop to `log_bucket`, which is not logged; return the buckets' names."""
    ### BEGIN SOLUTION
    s3 = boto3.client("s3")
    targets: dict[str, str] = {}
    for bucket in s3.list_buckets()["Buckets"]:
        enabled = s3.get_bucket_logging(Bucket=bucket["Name"]).get("LoggingEnabled")
        if enabled:
            targets[bucket["Name"]] = enabled["TargetBucket"]

    def comes_back(start: str) -> bool:
        at, seen = targets.get(start), set()
        while at is not None and at not in seen:
            seen.add(at)
            at = targets.get(at)
        return start in seen

    loops = sorted(filter(comes_back, targets))
    for name in loops:
        enabled = {"TargetBucket": log_bucket, "TargetPrefix": f"{name}/"}
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": enabled})
    s3.put_bucket_logging(Bucket=log_bucket, BucketLoggingStatus={})
    return loops
    ### END SOLUTION


@case(points=1)
def a_bucket_that_logs_into_itself() -> None:
    """Is a bucket found that logs into itself, and does it log elsewhere afterwards?"""
    from course import cloud
    from course.labs import buckets

    cloud.start()
    buckets.deploy_logs({"pictures": "pictures"}, "access-logs")
    got = log_loops("access-logs")
    assert (type(got), got) == (list, ["pictures"]), f"pictures logs into itself: log_loops gave {got!r}"
    now = buckets.log_targets()
    assert now == {"pictures": "access-logs"}, (
        f"after log_loops('access-logs') the logs go {now}, expected {{'pictures': 'access-logs'}}: the loop is to be "
        "broken, and the bucket still watched"
    )


@case(points=2)
def a_circle_of_buckets() -> None:
    """Are all buckets of a circle found, and not those that only log into it?"""
    import boto3

    from course import cloud
    from course.labs import buckets

    cloud.start()
    circle = {"invoices": "audit", "audit": "payments", "payments": "invoices", "website": "audit"}
    buckets.deploy_logs(circle, "access-logs")
    got = log_loops("access-logs")
    assert got == ["audit", "invoices", "payments"], (
        f"the logs went {circle}: log_loops gave {got!r}, expected the three of the circle; website logs into it, but "
        "nothing comes back to website"
    )
    s3 = boto3.client("s3")
    for name in ("audit", "invoices", "payments"):
        enabled = s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {})
        where = enabled.get("TargetBucket"), enabled.get("TargetPrefix")
        assert where == ("access-logs", f"{name}/"), (
            f"after log_loops('access-logs') the logs of {name} go to {where}, expected ('access-logs', '{name}/')"
        )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    pairs = {"a-1": "b-1", "b-1": "a-1", "c-1": "c-1", "d-1": "e-1", "e-1": "f-1"}
    buckets.deploy_logs(pairs, "all-logs")
    got = log_loops("all-logs")
    assert got == ["a-1", "b-1", "c-1"], f"the logs went {pairs}: log_loops gave {got!r}"
    ### END HIDDEN TESTS


@case(points=1)
def the_log_bucket_is_not_logged() -> None:
    """Is the log bucket itself not logged afterwards, so that no new loop begins?"""
    from course import cloud
    from course.labs import buckets

    cloud.start()
    logs = {"access-logs": "pictures", "pictures": "pictures"}
    buckets.deploy_logs(logs, "access-logs")
    got = log_loops("access-logs")
    assert got == ["pictures"], f"the logs went {logs}: log_loops gave {got!r}, expected ['pictures']"
    now = buckets.log_targets()
    assert now == {"pictures": "access-logs"}, (
        f"the logs went {logs}; after log_loops('access-logs') they go {now}, expected {{'pictures': 'access-logs'}}: "
        "a log bucket that is logged makes a new circle"
    )


@case(points=1)
def healthy_logging_stays() -> None:
    """Are buckets without a loop left alone, in a chain too?"""
    from course import cloud
    from course.labs import buckets

    cloud.start()
    healthy = {"pictures": "access-logs", "website": "old-logs", "old-logs": "older-logs"}
    buckets.deploy_logs(healthy, "access-logs")
    got = log_loops("access-logs")
    assert (type(got), got) == (list, []), (
        f"the logs went {healthy}: log_loops gave {got!r}, expected []: a chain that ends is no loop"
    )
    now = buckets.log_targets()
    assert now == healthy, f"the logs went {healthy} without a loop; after log_loops they go {now}"


@misconception(
    a_circle_of_buckets,
    swap={"sorted(filter(comes_back, targets))": "sorted(name for name in targets if targets[name] == name)"},
)
def looks_for_itself_only() -> None:
    """You looked for buckets that log into themselves; two that log into each other never stop either."""


@misconception(
    a_circle_of_buckets,
    healthy_logging_stays,
    swap={"return start in seen": "return len(seen) > 1 or start in seen"},
)
def takes_chains_for_loops() -> None:
    """You took a chain for a loop; where the last bucket is not logged, the logs come to an end."""


@misconception(
    a_bucket_that_logs_into_itself,
    a_circle_of_buckets,
    the_log_bucket_is_not_logged,
    swap={
        'enabled = {"TargetBucket": log_bucket, "TargetPrefix": f"{name}/"}': "",
        'BucketLoggingStatus={"LoggingEnabled": enabled}': "BucketLoggingStatus={}",
    },
)
def switches_logging_off() -> None:
    """You switched the logging off; the loop is gone, and so is the record of who reads these buckets."""


@misconception(
    the_log_bucket_is_not_logged,
    swap={"s3.put_bucket_logging(Bucket=log_bucket, BucketLoggingStatus={})": ""},
)
def leaves_the_log_bucket_logged() -> None:
    """You left the log bucket's own logging on; its logs go to a bucket that now logs into it: a new circle."""


@misconception(
    a_circle_of_buckets,
    the_log_bucket_is_not_logged,
    healthy_logging_stays,
    swap={"for name in loops:": "for name in targets:", "return loops": "return sorted(targets)"},
)
def moves_everything() -> None:
    """You moved the logs of every bucket; where no loop was, somebody looks for the logs at the old place."""


@misconception(a_circle_of_buckets, swap={'f"{name}/"': '"logs/"'})
def mixes_the_logs() -> None:
    """You gave all buckets one prefix; nobody can tell from a log's key which bucket it is about."""
