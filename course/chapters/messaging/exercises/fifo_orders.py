"""Send orders in order, each once.

A customer puts a book into an order and cancels it a minute later. If the consumer sees the cancellation first, the
book is sent all the same. So the orders go to a **FIFO queue**, which keeps the order within a **message group**.
Groups do not wait for each other: while one customer's message is being processed, those of other customers go on.

The checkout may call your function again when it is not sure that the first call arrived. The event then has the
same `"id"`, but another `"attempt"`. SQS drops a message with a **deduplication ID** that it has seen within the
last 5 minutes.

Write `fifo_orders(queue_url, events)`: send the events to the queue in the order given, each as a message with the
event as JSON in the body. It returns nothing.

```python
fifo_orders(url, [
    {"id": "e-1", "customer": "ann", "action": "order", "attempt": 1},
    {"id": "e-2", "customer": "ann", "action": "cancel", "attempt": 1},
])
```

Objective: Choose message group and deduplication ID so that order holds where it matters and a retry does no harm.
Out of scope: Content-based deduplication, high throughput, receiving from a FIFO queue.
Kind: cloud
Task: 2.1
Hint: A FIFO queue wants two more parameters of `send_message`. What must stay in order among itself?
Hint: With one group for all, the queue is one long line. With a group for each event, there is no order at all.
Hint: Which field is the same when the checkout sends an event again, and different for every other event?
"""

import json
from typing import Any

import boto3

from course.authoring import case, misconception


def fifo_orders(queue_url: str, events: list[dict[str, Any]]) -> None:
    """Send the events to the FIFO queue, in order for each customer, each event once however often it is sent."""
    ### BEGIN SOLUTION
    sqs = boto3.client("sqs")
    for event in events:
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=json.dumps(event),
            MessageGroupId=event["customer"],
            MessageDeduplicationId=event["id"],
        )
    ### END SOLUTION


@case(points=2)
def a_customer_stays_in_order() -> None:
    """Do all events arrive, those of one customer in one message group and in the order in which they were sent?"""
    import json

    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sent = [
        {"id": f"e-{n}", "customer": ("ann", "bob", "cid")[n % 3], "action": "order", "attempt": 1} for n in range(9)
    ]
    fifo_orders(url, sent)
    arrived, groups = [], set()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages"):
        for message in messages:
            event = json.loads(message["Body"])
            arrived.append(event)
            groups.add((event["customer"], message["Attributes"]["MessageGroupId"]))
        done = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
        sqs.delete_message_batch(QueueUrl=url, Entries=done)
    for customer in ("ann", "bob", "cid"):
        got = [event["id"] for event in arrived if event["customer"] == customer]
        expected = [event["id"] for event in sent if event["customer"] == customer]
        assert got == expected, f"of {customer}'s events the consumer got {got}, expected {expected} in this order"
        of_customer = sorted(group for name, group in groups if name == customer)
        assert len(of_customer) == 1, (
            f"{customer}'s events were sent in the message groups {of_customer}, expected one group: order holds "
            "within a group only"
        )


@case(points=1)
def customers_do_not_wait_for_each_other() -> None:
    """Can another customer's event be received while one customer's is being processed?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    fifo_orders(
        url,
        [
            {"id": "e-1", "customer": "ann", "action": "order", "attempt": 1},
            {"id": "e-2", "customer": "bob", "action": "order", "attempt": 1},
        ],
    )
    first = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages", [])
    assert len(first) == 1, "fifo_orders with two events left nothing to receive in the queue"
    second = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages", [])
    assert len(second) == 1, (
        "while ann's event is in flight, bob's cannot be received: as long as a message of a group is in flight, "
        "its whole group waits, so each customer needs a group of their own"
    )


@case(points=1)
def a_retry_is_dropped() -> None:
    """Is an event that the checkout sends twice in the queue once?"""
    import boto3

    from course import cloud

    cloud.start()
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    fifo_orders(url, [{"id": "e-1", "customer": "ann", "action": "order", "attempt": 1}])
    cloud.advance(60)
    fifo_orders(url, [{"id": "e-1", "customer": "ann", "action": "order", "attempt": 2}])
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    got = int(counts["ApproximateNumberOfMessages"])
    assert got == 1, (
        f"after e-1 was sent and, a minute later, sent again, {got} messages are in the queue, expected 1: the "
        "deduplication ID must be the same for both attempts"
    )
    ### BEGIN HIDDEN TESTS
    cloud.start()
    sqs = boto3.client("sqs")
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = sqs.create_queue(QueueName="refunds.fifo", Attributes=fifo)["QueueUrl"]
    both = [{"id": f"e-{n}", "customer": "ann", "action": "refund", "attempt": 1} for n in (1, 2)]
    fifo_orders(url, both)
    fifo_orders(url, [event | {"attempt": 2} for event in both])
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    got = int(counts["ApproximateNumberOfMessages"])
    assert got == 2, f"two events that were both sent twice left {got} messages in the queue, expected 2"
    ### END HIDDEN TESTS


@misconception(customers_do_not_wait_for_each_other, swap={'event["customer"]': '"orders"'})
def puts_all_in_one_group() -> None:
    """You put all customers into one group; the queue is then one line, and one slow order stops everybody."""


@misconception(a_customer_stays_in_order, swap={'event["customer"]': 'event["id"]'})
def gives_each_event_a_group() -> None:
    """You gave each event a group of its own; a FIFO queue keeps the order within a group, so now there is none."""


@misconception(
    a_retry_is_dropped,
    swap={
        'sqs = boto3.client("sqs")': 'import uuid\n\n    sqs = boto3.client("sqs")',
        'event["id"]': "str(uuid.uuid4())",
    },
)
def makes_up_a_new_id() -> None:
    """You made a new deduplication ID for each send; a retry then looks like a new message, and the order comes
    twice."""


@misconception(
    a_retry_is_dropped,
    swap={
        'sqs = boto3.client("sqs")': 'import hashlib\n\n    sqs = boto3.client("sqs")',
        'event["id"]': "hashlib.sha256(json.dumps(event).encode()).hexdigest()",
    },
)
def hashes_the_body() -> None:
    """You made the deduplication ID from the whole body; the attempt is part of it, so a retry is not recognised."""


@misconception(a_customer_stays_in_order, a_retry_is_dropped, swap={'event["id"]': 'event["customer"]'})
def deduplicates_by_customer() -> None:
    """You used the customer as the deduplication ID; for 5 minutes SQS drops everything else this customer does."""
