"""Empty a queue with few calls.

At night, a consumer takes everything out of the queue of orders. It is started with the queue's URL and ends when
nothing comes any more. Each request to SQS is billed, whether it brings a message or not.

Write `drain_queue(queue_url)`. Receive up to ten messages per call with a **long poll** of 20 seconds, delete every
message that you received, and return the bodies of all messages as a list, in any order.

A long poll waits for messages that are still on their way: when it brings nothing in 20 seconds, the queue is
empty. A call that brings fewer than ten does not say so. The offline AWS does not make you wait: its clock jumps.

```python
drain_queue("https://sqs.us-east-1.amazonaws.com/123456789012/orders")  # ["order-1", "order-2", …]
```

Objective: Receive in batches with long polling, delete what was received, and know when a queue is empty.
Out of scope: Processing that fails, the visibility timeout, parallel consumers.
Kind: cloud
Task: 2.1
Hint: Look at the parameters of `receive_message`: two of them say how many messages a call may bring and how long
it waits.
Hint: A received message is only hidden. `delete_message`, or `delete_message_batch` for up to ten, takes its
`ReceiptHandle`.
Hint: Repeat until a call brings nothing: then the answer has no key `"Messages"` at all.
"""

import boto3

from course.authoring import case, misconception


def drain_queue(queue_url: str) -> list[str]:
    """Receive and delete all messages of the queue; return their bodies."""
    ### BEGIN SOLUTION
    sqs = boto3.client("sqs")
    bodies: list[str] = []
    long_poll = {"QueueUrl": queue_url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}
    while messages := sqs.receive_message(**long_poll).get("Messages"):
        bodies += [message["Body"] for message in messages]
        receipts = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
        sqs.delete_message_batch(QueueUrl=queue_url, Entries=receipts)
    return bodies
    ### END SOLUTION


@case(points=1)
def every_message_comes_back() -> None:
    """Are the bodies of all messages returned, each once?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    sent = [f"order-{number}" for number in range(10, 25)]
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in sent[:10]])
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in sent[10:]])
    got = drain_queue(url)
    assert type(got) is list, f"drain_queue gave {got!r}, expected a list"
    assert sorted(map(str, got)) == sent, (
        f"drain_queue on a queue of 15 orders gave {got!r}, expected the bodies order-10 to order-24, each once"
    )
    ### BEGIN HIDDEN TESTS
    got = drain_queue(url)
    assert (type(got), got) == (list, []), f"drain_queue on an empty queue gave {got!r}, expected []"
    sqs.send_message(QueueUrl=url, MessageBody="the same")
    sqs.send_message(QueueUrl=url, MessageBody="the same")
    got = drain_queue(url)
    assert (type(got), got) == (list, ["the same", "the same"]), (
        f"drain_queue on two messages of the same body gave {got!r}, expected both bodies"
    )
    ### END HIDDEN TESTS


@case(points=1)
def the_queue_is_empty_afterwards() -> None:
    """Does no message come back when the visibility timeout is over, and was none thrown away unread?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    for _ in range(2):
        orders = [{"Id": str(number), "MessageBody": f"order-{number}"} for number in range(10)]
        sqs.send_message_batch(QueueUrl=url, Entries=orders)
    drain_queue(url)
    cloud.advance(121)
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    left = int(counts["ApproximateNumberOfMessages"])
    assert left == 0, (
        f"after drain_queue and the visibility timeout, {left} of 20 messages are in the queue, expected 0: a "
        "message that is not deleted is delivered again"
    )
    purges = [call.operation for call in cloud.calls() if call.operation in {"PurgeQueue", "DeleteQueue"}]
    assert not purges, f"drain_queue called {purges}, which throws away unread messages too: delete what you received"


@case(points=1)
def a_call_brings_ten() -> None:
    """Does it take few calls, with up to ten messages in each?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    for _ in range(2):
        orders = [{"Id": str(number), "MessageBody": f"order-{number}"} for number in range(10)]
        sqs.send_message_batch(QueueUrl=url, Entries=orders)
    drain_queue(url)
    receives = [call for call in cloud.calls() if call.operation == "ReceiveMessage"]
    assert 1 <= len(receives) <= 4, (
        f"drain_queue took {len(receives)} calls of ReceiveMessage for 20 messages, expected 3: two with ten "
        "messages each, and one that brings nothing"
    )


@case(points=1)
def polls_are_long() -> None:
    """Does every call wait for messages for 20 seconds?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="order-1")
    drain_queue(url)
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ReceiveMessageWaitTimeSeconds"])["Attributes"]
    of_queue = int(queue["ReceiveMessageWaitTimeSeconds"])
    receives = [call for call in cloud.calls() if call.operation == "ReceiveMessage"]
    waits = [call.parameters.get("WaitTimeSeconds", of_queue) for call in receives]
    assert set(waits) == {20}, (
        f"the calls of ReceiveMessage waited {waits} seconds, expected 20 each: a short poll comes back at once, "
        "empty, and is billed"
    )


@case(points=1)
def late_messages_are_not_left() -> None:
    """Are messages taken too that arrive a few seconds late?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    for delay in (0, 10):
        orders = [{"Id": str(n), "MessageBody": f"order-{delay}-{n}", "DelaySeconds": delay} for n in range(8)]
        sqs.send_message_batch(QueueUrl=url, Entries=orders)
    got = drain_queue(url)
    assert type(got) is list, f"drain_queue gave {got!r}, expected a list"
    assert len(got) == 16, (
        f"of 16 orders, 8 of which arrived 10 s late, drain_queue gave {got!r}, expected all 16: only a long poll "
        "that brings nothing says that the queue is empty"
    )


@misconception(polls_are_long, late_messages_are_not_left, swap={', "WaitTimeSeconds": 20': ""})
def polls_short() -> None:
    """You left the wait time at 0; a short poll may come back empty although messages are there or about to come."""


@misconception(a_call_brings_ten, swap={'"MaxNumberOfMessages": 10, ': ""})
def receives_one_at_a_time() -> None:
    """You left MaxNumberOfMessages at its default of 1; ten messages cost ten calls in place of one."""


@misconception(
    the_queue_is_empty_afterwards,
    swap={"sqs.delete_message_batch(QueueUrl=queue_url, Entries=receipts)": "if len(bodies) > 100:\n            break"},
)
def never_deletes() -> None:
    """You took receiving for removing; a received message is only hidden, and comes back after the visibility
    timeout."""


@misconception(
    late_messages_are_not_left,
    swap={"Entries=receipts)": "Entries=receipts)\n        if len(messages) < 10:\n            break"},
)
def stops_at_a_part_batch() -> None:
    """You stopped at the first call that brought fewer than ten; SQS may return fewer than are there, so go on
    until none."""


@misconception(late_messages_are_not_left)
def trusts_the_count(queue_url: str) -> list[str]:
    """You received as often as the number of messages said; it is approximate and leaves out those that are delayed."""
    sqs = boto3.client("sqs")
    name = "ApproximateNumberOfMessages"
    count = int(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name])
    bodies: list[str] = []
    for _ in range(0, count, 10):
        messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=20).get(
            "Messages", []
        )
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


@misconception(
    every_message_comes_back, the_queue_is_empty_afterwards, late_messages_are_not_left, swap={"while": "if"}
)
def receives_once() -> None:
    """You called ReceiveMessage once; a call brings ten messages at most, however many are in the queue."""
