"""Bring the good orders back.

The payment service refuses three attempts out of ten, at random, and works again a moment later. The dead-letter
queue (DLQ) fills, and nearly all orders in it are good: they go through as soon as somebody sends them again. Only
a few are really broken. An order's body is JSON; a broken order is one whose JSON breaks off.

```json
{"order": 6, "payment": {"cents": 1990}}
{"order": 7, "payment": {"cents": 1990}
{"order": 8, "paym
```

Look at the attributes of the queue first: how many refusals does an order survive?

Write `healthy_dead_letters(queue_url, dead_letter_url)`. It heals the queue with `set_queue_attributes`, whichever
queue it is, and clears up behind it:

- a good order may be set aside by bad luck, but at most one of a hundred;
- a broken order is still set aside in the **same** DLQ, in less than ten minutes. Each failed attempt takes one
  visibility timeout, here 30 seconds;
- every good order goes from the DLQ back to the queue, once, and is at no moment in neither of the two: a program
  can stop between any two calls. The offline AWS has no `StartMessageMoveTask`, so receive, send, delete;
- the broken orders stay in the DLQ. Return their bodies as a list, in any order.

The cases make the queues with `labs.deploy("dead-letter-fills")`, let orders be refused, and play the lab's day
again with your settings.

```python
healthy_dead_letters(queue_url, dead_letter_url)  # ['{"order": 7, "payment": {"cents": 1990}', …]
```

Objective: Find out why good messages are in a dead-letter queue, correct the redrive policy, and redrive by hand.
Out of scope: Retries inside the consumer, which heal it too; message attributes; mending the broken orders.
Kind: diagnosis
Task: 2.1
Hint: A good order fails with a probability of 0.3. How probable is it that it fails twice in a row, three times,
four times?
Hint: `RedrivePolicy` is one attribute: JSON text with two keys. SetQueueAttributes replaces all of it, so read it,
change one key, and write it back.
Hint: The DLQ may hold more than one call can bring. What you received is hidden for a while, so go on until a call
brings nothing.
Hint: `json.loads` raises a ValueError for text that breaks off.
Hint: Which of the two is worse, an order that is there twice for a moment, or one that is nowhere? That decides
whether you send or delete first.
"""

import json

import boto3

from course.authoring import case, misconception


def healthy_dead_letters(queue_url: str, dead_letter_url: str) -> list[str]:
    """Repair the redrive policy, send the good orders back, and return the bodies of the broken ones."""
    ### BEGIN SOLUTION
    sqs = boto3.client("sqs")
    name = "RedrivePolicy"
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"][name])
    policy["maxReceiveCount"] = 5
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={name: json.dumps(policy)})
    broken: list[str] = []
    while messages := sqs.receive_message(QueueUrl=dead_letter_url, MaxNumberOfMessages=10, WaitTimeSeconds=5).get(
        "Messages"
    ):
        for message in messages:
            try:
                json.loads(message["Body"])
            except ValueError:
                broken.append(message["Body"])
                continue
            sqs.send_message(QueueUrl=queue_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
    return broken
    ### END SOLUTION


@case(points=2)
def only_the_broken_order_is_set_aside() -> None:
    """Is only the broken order set aside, when the day is played again with your settings?"""
    from course import cloud, labs

    cloud.start()
    queue = labs.deploy("dead-letter-fills")
    healthy_dead_letters(queue.queue_url, str(queue.dead_letter_url))
    complaints = labs.judge("dead-letter-fills", queue.queue_url)
    assert not complaints, (
        f"the same day with your settings: {' '.join(complaints)} An attempt is refused with a probability of 0.3"
    )
    ### BEGIN HIDDEN TESTS
    import json

    import boto3

    sqs, long_poll = boto3.client("sqs"), {"ReceiveMessageWaitTimeSeconds": "20"}
    dead = sqs.create_queue(QueueName="unpaid")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 900})
    url = sqs.create_queue(QueueName="invoices", Attributes=long_poll | {"RedrivePolicy": redrive})["QueueUrl"]
    healthy_dead_letters(url, dead)
    complaints = labs.judge("dead-letter-fills", url)
    assert not complaints, (
        "a queue invoices whose maxReceiveCount was 900, on the same day with your settings: " + " ".join(complaints)
    )
    ### END HIDDEN TESTS


@case(points=1)
def refusals_are_counted() -> None:
    """Does an order that is refused once come again, and is a broken one set aside in the same DLQ in ten minutes?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    sqs = boto3.client("sqs")
    queue = labs.deploy("dead-letter-fills")
    healthy_dead_letters(queue.queue_url, str(queue.dead_letter_url))
    attributes = sqs.get_queue_attributes(QueueUrl=queue.queue_url, AttributeNames=["All"])["Attributes"]
    sqs.send_message(QueueUrl=queue.queue_url, MessageBody='{"order": 98}')
    sqs.receive_message(QueueUrl=queue.queue_url)
    cloud.advance(int(attributes["VisibilityTimeout"]) + 1)
    again = sqs.receive_message(QueueUrl=queue.queue_url).get("Messages", [])
    assert [message["Body"] for message in again] == ['{"order": 98}'], (
        f"a good order was refused once after healthy_dead_letters, and the next receive brought {len(again)} "
        "messages, expected this order again: one refusal says nothing about an order"
    )
    sqs.delete_message(QueueUrl=queue.queue_url, ReceiptHandle=again[0]["ReceiptHandle"])
    sqs.send_message(QueueUrl=queue.queue_url, MessageBody='{"order": 99, ')
    failing = int(attributes["VisibilityTimeout"]) + 1
    for _ in range(600 // failing + 1):
        if not sqs.receive_message(QueueUrl=queue.queue_url, WaitTimeSeconds=0).get("Messages"):
            break
        cloud.advance(failing)
    found = sqs.receive_message(QueueUrl=queue.dead_letter_url, MaxNumberOfMessages=10).get("Messages", [])
    kept = [message["Body"] for message in found]
    assert kept == ['{"order": 99, '], (
        f"ten minutes of failed attempts after healthy_dead_letters, {queue.dead_letter_url} holds {kept}, expected "
        "the broken order: those who look after the broken orders look there"
    )


@case(points=1)
def good_orders_are_back() -> None:
    """Is every good order, and no other, back in the queue once, and was it sent before it was deleted?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    sqs = boto3.client("sqs")
    queue = labs.deploy("dead-letter-fills")
    good = [f'{{"order": {number}, "cents": {number * 5}}}' for number in range(10, 18)]
    orders = ['{"order": 30, "cen', *good[:4], '{"order": 31', *good[4:6], "{", *good[6:]]
    for batch in (orders[:6], orders[6:]):
        entries = [{"Id": str(number), "MessageBody": order} for number, order in enumerate(batch)]
        sqs.send_message_batch(QueueUrl=queue.queue_url, Entries=entries)
        sqs.receive_message(QueueUrl=queue.queue_url, MaxNumberOfMessages=10)
    cloud.advance(31)
    sqs.receive_message(QueueUrl=queue.queue_url, WaitTimeSeconds=0)  # all were refused once: SQS sets them aside
    before = len(cloud.calls())
    healthy_dead_letters(queue.queue_url, str(queue.dead_letter_url))
    calls = [call.operation for call in cloud.calls()[before:]]
    cloud.advance(43_201)  # longer than any visibility timeout
    got: list[str] = []
    while messages := sqs.receive_message(
        QueueUrl=queue.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=600, WaitTimeSeconds=0
    ).get("Messages"):
        got += [message["Body"] for message in messages]
    assert sorted(got) == good, (
        f"after healthy_dead_letters on a DLQ with 8 good and 3 broken orders, the queue holds {len(got)} messages, "
        f"expected the 8 good ones, each once; missing is, for instance, {sorted(set(good) - set(got))[:2]}, and not "
        f"asked for {sorted(set(got) - set(good))}"
    )
    changes = [name for name in calls if name.startswith(("SendMessage", "DeleteMessage"))]
    assert changes[0].startswith("SendMessage"), (
        f"healthy_dead_letters called {changes[0]} before it sent anything, expected SendMessage first: if the "
        "program stops in between, the order is nowhere"
    )


@case(points=1)
def broken_orders_stay() -> None:
    """Is nothing but the broken orders left in the dead-letter queue, and are their bodies returned?"""
    import boto3

    from course import cloud, labs

    cloud.start()
    sqs = boto3.client("sqs")
    queue = labs.deploy("dead-letter-fills")
    good = ['{"order": 6, "payment": {"cents": 1990}}', '{"order": 8, "payment": {"cents": 450}}']
    broken = ['{"order": 12, "paym', '{"order": 7, "payment": {"cents": 1990}']
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate((good[0], broken[0], good[1], broken[1]))]
    sqs.send_message_batch(QueueUrl=queue.dead_letter_url, Entries=entries)
    got = healthy_dead_letters(queue.queue_url, str(queue.dead_letter_url))
    cloud.advance(43_201)  # longer than any visibility timeout
    found = sqs.receive_message(QueueUrl=queue.dead_letter_url, MaxNumberOfMessages=10).get("Messages", [])
    kept = sorted(message["Body"] for message in found)
    assert kept == sorted(broken), (
        f"after healthy_dead_letters the DLQ holds {kept}, expected the broken orders {sorted(broken)}: they are "
        "kept for those who look into them, and a good order that stays here too is soon processed twice"
    )
    assert type(got) is list, f"healthy_dead_letters gave {got!r}, expected a list of bodies"
    assert all(type(body) is str for body in got), f"healthy_dead_letters gave {got!r}, expected text only"
    assert sorted(got) == sorted(broken), f"healthy_dead_letters gave {got!r}, expected the broken bodies {broken}"
    ### BEGIN HIDDEN TESTS
    import json
    import random

    dice = random.Random(24)
    cloud.start()
    queue = labs.deploy("dead-letter-fills")
    whole = [json.dumps({"order": n, "payment": {"cents": dice.randrange(100, 9000)}}) for n in range(4)]
    broken = [body[: -dice.randrange(1, 15)] for body in dice.sample(whole, 3)]
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(dice.sample(whole + broken, 7))]
    sqs.send_message_batch(QueueUrl=queue.dead_letter_url, Entries=entries)
    got = healthy_dead_letters(queue.queue_url, str(queue.dead_letter_url))
    assert type(got) is list, f"healthy_dead_letters gave {got!r}, expected a list of bodies"
    assert all(type(body) is str for body in got), f"healthy_dead_letters gave {got!r}, expected text only"
    assert sorted(got) == sorted(broken), (
        f"for a DLQ with the broken orders {broken} and 4 good ones healthy_dead_letters gave {got!r}"
    )
    cloud.advance(43_201)
    found = sqs.receive_message(QueueUrl=queue.dead_letter_url, MaxNumberOfMessages=10).get("Messages", [])
    kept = sorted(message["Body"] for message in found)
    assert kept == sorted(broken), f"the DLQ holds {kept} afterwards, expected the broken orders {sorted(broken)}"
    ### END HIDDEN TESTS


@misconception(only_the_broken_order_is_set_aside, swap={'["maxReceiveCount"] = 5': '["maxReceiveCount"] = 2'})
def allows_one_refusal() -> None:
    """You allowed a second attempt; of a hundred good orders nine are refused twice in a row, and are set aside."""


@misconception(only_the_broken_order_is_set_aside, refusals_are_counted, swap={"json.dumps(policy)": '""'})
def takes_the_policy_away() -> None:
    """You removed the redrive policy; no good order is set aside any more, and the broken ones fail for four days."""


@misconception(
    refusals_are_counted,
    swap={
        'policy["maxReceiveCount"] = 5': """other = sqs.create_queue(QueueName="really-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=other, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": 5}"""
    },
)
def makes_another_dead_letter_queue() -> None:
    """You gave the queue another dead-letter queue; those who look after the old one never see a broken order again."""


@misconception(good_orders_are_back, broken_orders_stay, swap={"\n                continue": ""})
def sends_everything_back() -> None:
    """You sent the broken orders back too; they fail as often as before, and nobody can look at them meanwhile."""


@misconception(broken_orders_stay, swap={'json.loads(message["Body"])': 'message["Body"].index("}")'})
def looks_for_a_brace() -> None:
    """You took an order with a closing brace for whole; where an inner object ends there is one too, so parse it."""


@misconception(
    broken_orders_stay,
    swap={'sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])': ""},
)
def leaves_copies_behind() -> None:
    """You sent the good orders back but did not delete them; receiving only hides a message, so each is there twice."""


@misconception(
    good_orders_are_back,
    swap={
        """sqs.send_message(QueueUrl=queue_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
""": """sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
            sqs.send_message(QueueUrl=queue_url, MessageBody=message["Body"])
"""
    },
)
def deletes_before_it_sends() -> None:
    """You deleted a good order before you sent it; if the program stops in between, the order is lost."""


@misconception(good_orders_are_back, swap={"while messages": "if messages"})
def moves_one_batch() -> None:
    """You called ReceiveMessage once; it brings ten messages at most, and the other good orders stay among the dead."""
