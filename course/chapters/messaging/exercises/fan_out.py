"""Publish once, deliver to many.

When something happens to an order, several teams want to know. With **fan-out** the shop publishes one event to an
SNS topic; each team has an SQS queue of its own that is subscribed to the topic, so it loses nothing while its
consumers are down.

Write `fan_out(topic, queues)`. `queues` gives, for each queue's name, the kinds of event that it wants; an empty
list means all. Create the topic and the queues, subscribe each queue to the topic, and return the **topic's ARN**:

- an event carries its kind in the **message attribute** `kind`. A queue gets only the kinds that it wants, so that
  nobody pays for messages that are thrown away;
- a queue gets the event as it was published, not wrapped in the JSON envelope of SNS;
- each queue has a queue policy that lets SNS send messages to it, **for this topic only**. Nobody else gets
  anything.

```python
arn = fan_out("orders", {"invoices": ["placed", "cancelled"], "parcels": ["placed"], "archive": []})
```

The offline AWS delivers even without a queue policy; AWS does not. So the policy is checked as a document.

Objective: Build SNS-SQS fan-out with filter policies, raw message delivery and queue policies that give no more
than needed.
Out of scope: Other accounts and Regions, encrypted queues, FIFO topics, filters on the body.
Kind: cloud
Task: 2.1
Hint: Four calls make it: `create_topic`, `create_queue`, `set_queue_attributes` (or its attributes at creation),
`subscribe`.
Hint: `subscribe` takes `Attributes`: `FilterPolicy`, JSON text such as `{"kind": ["placed"]}`, and
`RawMessageDelivery`.
Hint: In the queue policy the `Principal` is `{"Service": "sns.amazonaws.com"}`, and the `Condition` compares
`aws:SourceArn` with the topic's ARN.
Hint: An empty list in a filter policy does not mean everything. A subscription that wants everything has none.
"""

import json

import boto3

from course.authoring import case, misconception


def fan_out(topic: str, queues: dict[str, list[str]]) -> str:
    """Create the topic and the queues, each subscribed to the kinds of event that it wants; return the topic's ARN."""
    ### BEGIN SOLUTION
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic_arn: str = sns.create_topic(Name=topic)["TopicArn"]
    for name, kinds in queues.items():
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        attributes = {"RawMessageDelivery": "true"}
        if kinds:
            attributes["FilterPolicy"] = json.dumps({"kind": kinds})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn
    ### END SOLUTION


@case(points=2)
def each_queue_gets_what_it_wants() -> None:
    """Does each queue get the kinds of event that it wants, and no others?"""
    import boto3

    from course import cloud

    cloud.start()
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    arn = fan_out("orders", {"invoices": ["placed", "cancelled"], "parcels": ["placed"], "archive": []})
    assert type(arn) is str, f"fan_out gave {arn!r}, expected the topic's ARN"
    assert arn.endswith(":orders"), f"fan_out gave {arn!r}, expected the ARN of the topic orders"
    for kind in ("placed", "cancelled", "returned"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=arn, Message=f"an order was {kind}", MessageAttributes=attributes)
    for queue, wanted in (
        ("invoices", ["cancelled", "placed"]),
        ("parcels", ["placed"]),
        ("archive", ["cancelled", "placed", "returned"]),
    ):
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        got = sorted(k for m in messages for k in ("cancelled", "placed", "returned") if f"was {k}" in m["Body"])
        assert got == wanted, f"of the events placed, cancelled, returned, {queue} got {got}, expected {wanted}"
    ### BEGIN HIDDEN TESTS
    cloud.start()
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    arn = fan_out("payments", {"fraud": ["failed"]})
    sns.publish(TopicArn=arn, Message="no kind at all")
    for kind in ("failed", "done"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=arn, Message=f"a payment has {kind}", MessageAttributes=attributes)
    url = sqs.get_queue_url(QueueName="fraud")["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    assert len(messages) == 1, (
        f"of one event without a kind, one failed, one done, fraud got {len(messages)}, expected 1"
    )
    assert "failed" in messages[0]["Body"], (
        f"of three events, fraud got {messages[0]['Body']!r}, expected the failed one"
    )
    ### END HIDDEN TESTS


@case(points=1)
def events_arrive_as_published() -> None:
    """Is the body in the queue what was published, without the envelope of SNS?"""
    import boto3

    from course import cloud

    cloud.start()
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    arn = fan_out("orders", {"parcels": ["placed"], "archive": []})
    assert arn, f"fan_out gave {arn!r}, expected the topic's ARN"
    kind = {"kind": {"DataType": "String", "StringValue": "placed"}}
    sns.publish(TopicArn=arn, Message='{"order": 7}', MessageAttributes=kind)
    for queue in ("parcels", "archive"):
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        got = [message["Body"] for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]
        assert got == ['{"order": 7}'], (
            f"published as {{'order': 7}} in JSON, the event arrived in {queue} as {got}, expected the very text "
            "that was published: without raw message delivery SNS wraps it in an envelope"
        )


@case(points=2)
def only_this_topic_may_send() -> None:
    """Does each queue's policy let SNS send for this topic, and allow nothing else?"""
    import json

    import boto3

    from course import cloud
    from course.models.policy import Request, allows

    cloud.start()
    sqs = boto3.client("sqs")
    topic = fan_out("orders", {"parcels": ["placed"], "archive": []})
    policies = {}
    for name in ("parcels", "archive"):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert attributes.get("Policy"), f"the queue {name} has no Policy: AWS would deliver nothing to it"
        policies[attributes["QueueArn"]] = json.loads(attributes["Policy"])
    sns, stranger = {"Service": "sns.amazonaws.com"}, {"AWS": "999999999999"}
    this_topic = {"aws:SourceArn": topic, "aws:SourceAccount": "123456789012"}
    other_topic = {"aws:SourceArn": f"{topic}-of-others", "aws:SourceAccount": "123456789012"}
    for queue, policy in policies.items():
        for what, request, expected in (
            ("SNS send for this topic", Request(sns, "sqs:SendMessage", queue, this_topic), True),
            ("SNS send for another topic", Request(sns, "sqs:SendMessage", queue, other_topic), False),
            ("SNS receive messages", Request(sns, "sqs:ReceiveMessage", queue, this_topic), False),
            ("somebody in another account send", Request(stranger, "sqs:SendMessage", queue), False),
        ):
            got = allows(policy, request)
            assert got == expected, f"may {what}? The policy of {queue} says {got}, expected {expected}: {policy}"
    ### BEGIN HIDDEN TESTS
    strange_topic = {"aws:SourceArn": topic.replace("123456789012", "9" * 12), "aws:SourceAccount": "9" * 12}
    bucket = {"aws:SourceArn": "arn:aws:s3:::orders", "aws:SourceAccount": "123456789012"}
    for queue, policy in policies.items():
        for what, request in (
            ("SNS send for a topic of another account", Request(sns, "sqs:SendMessage", queue, strange_topic)),
            ("SNS delete the queue", Request(sns, "sqs:DeleteQueue", queue, this_topic)),
            ("S3 send", Request({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", queue, bucket)),
        ):
            assert not allows(policy, request), f"may {what}? The policy of {queue} says yes, expected no: {policy}"
    ### END HIDDEN TESTS


@misconception(
    only_this_topic_may_send,
    swap={'sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})': ""},
)
def forgets_the_queue_policy() -> None:
    """You left out the queue policy; the subscription looks right, yet AWS lets SNS deliver nothing to the queues."""


@misconception(
    only_this_topic_may_send,
    swap={'{"Service": "sns.amazonaws.com"}': '"*"', '"Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},': ""},
)
def lets_everybody_send() -> None:
    """You let every principal send; anybody who knows the queue's URL can then put messages into it."""


@misconception(only_this_topic_may_send, swap={'"Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},': ""})
def trusts_the_whole_service() -> None:
    """You let SNS send without a condition on aws:SourceArn; any topic of any account can then fill the queue."""


@misconception(
    each_queue_gets_what_it_wants, swap={"Attributes=attributes": 'Attributes={"RawMessageDelivery": "true"}'}
)
def sends_everything_to_all() -> None:
    """You subscribed without filter policies; every queue gets every event, and the teams pay to throw them away."""


@misconception(events_arrive_as_published, swap={'{"RawMessageDelivery": "true"}': "{}"})
def leaves_the_envelope() -> None:
    """You left raw message delivery off; the consumer finds the JSON envelope of SNS where it expects its event."""


@misconception(
    each_queue_gets_what_it_wants,
    events_arrive_as_published,
    swap={"if kinds:": 'if kinds:\n            attributes["FilterPolicyScope"] = "MessageBody"'},
)
def filters_the_body() -> None:
    """You filtered the body in place of the message attributes; a kind that is not in the body is never found there."""
