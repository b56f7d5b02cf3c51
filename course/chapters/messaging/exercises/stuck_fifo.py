"""Set a stuck group free.

A FIFO queue holds the orders of customers A, B and C, each in a message group of its own. Since this morning
customer A gets nothing. The consumers are not idle: again and again they receive A's second order, fail, and go on.
B and C are served as ever.

SQS keeps the order within a group. As long as A's second order is neither deleted nor moved, A's third must wait,
however many consumers there are.

Write `stuck_fifo(queue_url)`. Repair the queue without losing an order, and return the URL of the queue where the
broken order can be looked at:

- A's later orders are processed within a few minutes;
- the broken order is set aside, not thrown away;
- an order that fails **once**, because a consumer restarts, is not set aside.

The case makes the queue with `labs.deploy("fifo-poison")` and plays the day again with your settings. You can watch
the same day with `demos.failure_lab("fifo-poison")`.

```python
stuck_fifo(queue_url)  # "https://sqs.us-east-1.amazonaws.com/123456789012/broken-orders.fifo"
```

Objective: See why one message stops a message group, and free the group with a dead-letter queue.
Out of scope: What to do with the broken order, groups where a later step must not happen without an earlier one.
Kind: diagnosis
Task: 2.1
Hint: What must happen to A's second order so that A's third becomes the first of its group?
Hint: Deleting loses it, and waiting for its retention to end loses it too. Where does SQS put a message that failed
too often?
Hint: The dead-letter queue of a FIFO queue must be a FIFO queue itself, and then its name ends in `.fifo`.
Hint: Each failed attempt takes one visibility timeout. How many attempts forgive a restart, and still free the
group soon?
"""

import json

import boto3

from course.authoring import case, misconception


def stuck_fifo(queue_url: str) -> str:
    """Repair the FIFO queue so that its stuck group goes on; return the URL of the queue with the broken message."""
    ### BEGIN SOLUTION
    sqs = boto3.client("sqs")
    dead: str = sqs.create_queue(
        QueueName="broken-orders.fifo", Attributes={"FifoQueue": "true", "MessageRetentionPeriod": "1209600"}
    )["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"RedrivePolicy": redrive})
    return dead
    ### END SOLUTION


@case(points=2)
def all_groups_are_served() -> None:
    """Are the later orders of all customers processed soon, when the day is played again with your settings?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("fifo-poison")
    stuck_fifo(queue.queue_url)
    complaints = labs.judge("fifo-poison", queue.queue_url)
    assert not complaints, "the same day with your settings: " + " ".join(complaints)


@case(points=2)
def the_broken_order_is_kept() -> None:
    """Is the broken order in the queue whose URL came back, and is the next order of its group free?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    sqs = boto3.client("sqs")
    queue = labs.deploy("fifo-poison")
    for order in ("broken", "good"):
        sqs.send_message(QueueUrl=queue.queue_url, MessageBody=order, MessageGroupId="A")
    dead = stuck_fifo(queue.queue_url)
    assert type(dead) is str, f"stuck_fifo gave {dead!r}, expected the URL of a queue"
    bodies = []
    for _ in range(10):
        for message in sqs.receive_message(QueueUrl=queue.queue_url, VisibilityTimeout=30).get("Messages", []):
            bodies.append(message["Body"])
            if message["Body"] == "good":
                sqs.delete_message(QueueUrl=queue.queue_url, ReceiptHandle=message["ReceiptHandle"])
        cloud.advance(31)
    assert bodies[-1:] == ["good"], f"ten receives, 31 s apart, brought {bodies}, expected the good order in the end"
    kept = [message["Body"] for message in sqs.receive_message(QueueUrl=dead).get("Messages", [])]
    assert kept == ["broken"], f"the queue {dead} that stuck_fifo returned has {kept}, expected the broken order"


@case(points=1)
def one_failure_is_forgiven() -> None:
    """Is an order that fails once delivered again, and not set aside at once?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    sqs = boto3.client("sqs")
    queue = labs.deploy("fifo-poison")
    stuck_fifo(queue.queue_url)
    attributes = sqs.get_queue_attributes(QueueUrl=queue.queue_url, AttributeNames=["All"])["Attributes"]
    assert "RedrivePolicy" in attributes, "the queue has no RedrivePolicy: it forgives every failure, for ever"
    sqs.send_message(QueueUrl=queue.queue_url, MessageBody="good", MessageGroupId="B")
    sqs.receive_message(QueueUrl=queue.queue_url, VisibilityTimeout=30)
    cloud.advance(31)
    again = sqs.receive_message(QueueUrl=queue.queue_url).get("Messages", [])
    assert [message["Body"] for message in again] == ["good"], (
        f"after one failure the second receive brought {len(again)} messages, expected the order again: a consumer "
        "that restarts must not send good orders to the dead-letter queue"
    )


@misconception(one_failure_is_forgiven, swap={'"maxReceiveCount": 3': '"maxReceiveCount": 1'})
def gives_one_attempt() -> None:
    """You gave each order one attempt; a consumer that restarts once sends good orders to the dead-letter queue."""


@misconception(all_groups_are_served, the_broken_order_is_kept, swap={'"maxReceiveCount": 3': '"maxReceiveCount": 100'})
def gives_a_hundred_attempts() -> None:
    """You gave each order a hundred attempts; at 30 s each, the group stands still for most of an hour."""


@misconception(all_groups_are_served, the_broken_order_is_kept, one_failure_is_forgiven)
def lets_it_expire(queue_url: str) -> str:
    """You shortened the retention; the broken order goes away, but nobody can look at it, and good orders go
    with it."""
    sqs = boto3.client("sqs")
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"MessageRetentionPeriod": "60"})
    return queue_url


@misconception(all_groups_are_served, the_broken_order_is_kept, one_failure_is_forgiven)
def only_retries_faster(queue_url: str) -> str:
    """You shortened the visibility timeout; the broken order now fails more often, and its group waits all the same."""
    boto3.client("sqs").set_queue_attributes(QueueUrl=queue_url, Attributes={"VisibilityTimeout": "5"})
    return queue_url


@misconception(all_groups_are_served, the_broken_order_is_kept, one_failure_is_forgiven)
def never_connects_the_queues(queue_url: str) -> str:
    """You made a second queue but no redrive policy; only a RedrivePolicy on the first queue makes it a
    dead-letter queue."""
    dead = boto3.client("sqs").create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
    return str(dead["QueueUrl"])
