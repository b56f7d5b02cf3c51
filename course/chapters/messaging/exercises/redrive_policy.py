"""Set a poison message aside.

One order has a broken body. The consumer fails on it and does not delete it, so it comes back, again and again. A
**dead-letter queue** (DLQ) ends this: after a number of failed attempts SQS moves the message there, where somebody
can look at it.

Write `redrive_policy(name, attempts)`. Create a queue of that name and a second one as its DLQ (you choose its
name), and return the URL of the **first**:

- a message may be received `attempts` times; SQS moves it to the DLQ instead of delivering it once more;
- the DLQ keeps messages for 14 days, the longest time there is; the first queue keeps its default of 4 days. In a
  standard queue a message's age counts from the day it was first sent, not from the day it was moved: with 4 days
  in both queues, a message moved on day 3 would be gone on day 4.

```python
url = redrive_policy("orders", 3)  # the third attempt is the last
```

Objective: Give a queue a dead-letter queue with a redrive policy, and a retention that leaves time to look.
Out of scope: Moving messages back, who may use the DLQ (RedriveAllowPolicy), the alarm on it.
Kind: cloud
Task: 2.1
Hint: A DLQ is a queue like any other. What makes it one is an attribute of the *other* queue.
Hint: The attribute `RedrivePolicy` is JSON text with two keys, `deadLetterTargetArn` and `maxReceiveCount`: the
ARN, not the URL.
Hint: `get_queue_attributes` tells a queue's `QueueArn`. So create the DLQ first.
Hint: `MessageRetentionPeriod` is in seconds, and all attributes are strings.
"""

import json

import boto3

from course.authoring import case, misconception


def redrive_policy(name: str, attempts: int) -> str:
    """Create the queue `name` with a dead-letter queue behind it; return the URL of `name`."""
    ### BEGIN SOLUTION
    sqs = boto3.client("sqs")
    retention = {"MessageRetentionPeriod": str(14 * 24 * 3600)}
    dead = sqs.create_queue(QueueName=f"{name}-dead-letter", Attributes=retention)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": attempts})
    url: str = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    return url
    ### END SOLUTION


@case(points=2)
def a_poison_message_is_set_aside() -> None:
    """Does a message that always fails end in the dead-letter queue?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = redrive_policy("orders", 3)
    assert type(url) is str, f"redrive_policy('orders', 3) gave {url!r}, expected the URL of the queue"
    assert url.endswith("/orders"), f"redrive_policy('orders', 3) gave {url!r}, expected the URL of orders"
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "RedrivePolicy" in attributes, "the queue orders has no RedrivePolicy, so it has no dead-letter queue"
    sqs.send_message(QueueUrl=url, MessageBody="broken")
    for _ in range(5):
        sqs.receive_message(QueueUrl=url)
        cloud.advance(int(attributes["VisibilityTimeout"]) + 1)
    dead = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    found = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName=dead)["QueueUrl"]).get("Messages", [])
    assert [message["Body"] for message in found] == ["broken"], (
        f"after 5 receives without a delete, the dead-letter queue {dead} has {len(found)} messages, expected the "
        "broken one"
    )
    ### BEGIN HIDDEN TESTS
    assert dead != "orders", "the dead-letter queue of orders is orders itself"
    ### END HIDDEN TESTS


@case(points=1)
def every_attempt_is_granted() -> None:
    """Is a message delivered as many times as there are attempts, no more and no less?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    redrive_policy("orders", 3)
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    seconds = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.send_message(QueueUrl=url, MessageBody="broken")
    deliveries = 0
    for _ in range(5):
        deliveries += len(sqs.receive_message(QueueUrl=url).get("Messages", []))
        cloud.advance(int(seconds["VisibilityTimeout"]) + 1)
    assert deliveries == 3, (
        f"redrive_policy('orders', 3) let a failing message be delivered {deliveries} times in 5 receives, "
        "expected 3: maxReceiveCount counts all deliveries, the first one too"
    )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    sqs = boto3.client("sqs")
    redrive_policy("invoices", 1)
    url = sqs.get_queue_url(QueueName="invoices")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="broken")
    deliveries = 0
    for _ in range(3):
        deliveries += len(sqs.receive_message(QueueUrl=url, VisibilityTimeout=1).get("Messages", []))
        cloud.advance(2)
    assert deliveries == 1, f"redrive_policy('invoices', 1) let it be delivered {deliveries} times, expected once"
    ### END HIDDEN TESTS


@case(points=1)
def there_is_time_to_look() -> None:
    """Does the dead-letter queue keep messages for 14 days, longer than the queue before it?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    redrive_policy("orders", 3)
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "RedrivePolicy" in attributes, "the queue orders has no RedrivePolicy, so it has no dead-letter queue"
    dead = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    dead_url = sqs.get_queue_url(QueueName=dead)["QueueUrl"]
    of_dead = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["All"])["Attributes"]
    kept = int(attributes["MessageRetentionPeriod"]), int(of_dead["MessageRetentionPeriod"])
    assert kept == (345_600, 1_209_600), (
        f"orders keeps messages for {kept[0]:,} s and {dead} for {kept[1]:,} s, expected 345,600 s (4 days) and "
        "1,209,600 s (14 days): the age counts from the first send, so the dead-letter queue must keep them longer"
    )


@misconception(every_attempt_is_granted, swap={'"maxReceiveCount": attempts': '"maxReceiveCount": attempts + 1'})
def counts_the_retries() -> None:
    """You counted the first delivery extra; maxReceiveCount counts all deliveries, so one too many is granted."""


@misconception(every_attempt_is_granted, swap={'"maxReceiveCount": attempts': '"maxReceiveCount": 1'})
def gives_one_attempt() -> None:
    """You gave each message one attempt; a consumer that restarts once sends good messages to the dead-letter queue."""


@misconception(a_poison_message_is_set_aside, every_attempt_is_granted, there_is_time_to_look)
def puts_the_policy_on_the_dlq(name: str, attempts: int) -> str:
    """You put the redrive policy on the dead-letter queue; it belongs to the queue whose messages fail."""
    sqs = boto3.client("sqs")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": attempts})
    attributes = {"MessageRetentionPeriod": "1209600", "RedrivePolicy": redrive}
    sqs.create_queue(QueueName=f"{name}-dlq", Attributes=attributes)
    return url


@misconception(there_is_time_to_look, swap={", Attributes=retention": ""})
def keeps_the_default_retention() -> None:
    """You left the dead-letter queue at 4 days; a message that failed for days is gone soon after it gets there."""


@misconception(
    there_is_time_to_look,
    swap={", Attributes=retention": "", '{"RedrivePolicy": redrive}': 'retention | {"RedrivePolicy": redrive}'},
)
def keeps_the_failing_queue_longer() -> None:
    """You gave the 14 days to the first queue; it is the dead-letter queue that has to wait for somebody to look."""
