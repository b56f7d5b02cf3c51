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
    from fnmatch import fnmatchcase
    from typing import Any

    import boto3

    from course import cloud

    def listed(value: object) -> list[Any]:
        return value if isinstance(value, list) else [value]

    def fits(value: str, patterns: object, operator: str = "") -> bool:
        same = str.__eq__ if operator.startswith("StringEquals") else fnmatchcase
        return any(same(value, pattern) for pattern in listed(patterns))

    def applies(statement: dict[str, Any], who: str, action: str, queue: str, facts: dict[str, str]) -> bool:
        principal = statement.get("Principal", {})
        named = (
            {f"{kind}:{name}" for kind in principal for name in listed(principal[kind])} if principal != "*" else {"*"}
        )
        actions = [pattern.lower() for pattern in listed(statement.get("Action", []))]
        return (
            bool({"*", "AWS:*", who} & named)
            and fits(action.lower(), actions)
            and fits(queue, statement.get("Resource", []))
            and all(
                fits(facts.get(key.lower(), ""), values, operator) != ("Not" in operator)
                for operator, keys in statement.get("Condition", {}).items()
                for key, values in keys.items()
            )
        )

    def allowed(policy: list[dict[str, Any]], who: str, action: str, queue: str, facts: dict[str, str]) -> bool:
        return {s["Effect"] for s in policy if applies(s, who, action, queue, facts)} == {"Allow"}

    cloud.start()
    sqs = boto3.client("sqs")
    topic = fan_out("orders", {"parcels": ["placed"], "archive": []})
    policies: dict[str, list[dict[str, Any]]] = {}
    for name in ("parcels", "archive"):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert attributes.get("Policy"), f"the queue {name} has no Policy: AWS would deliver nothing to it"
        policies[attributes["QueueArn"]] = listed(json.loads(attributes["Policy"])["Statement"])
    sns = "Service:sns.amazonaws.com"
    this_topic = {"aws:sourcearn": topic, "aws:sourceaccount": "123456789012"}
    other_topic = {"aws:sourcearn": f"{topic}-of-others", "aws:sourceaccount": "123456789012"}
    for queue, policy in policies.items():
        for request, who, action, facts, expected in (
            ("SNS send for this topic", sns, "sqs:SendMessage", this_topic, True),
            ("SNS send for another topic", sns, "sqs:SendMessage", other_topic, False),
            ("SNS receive messages", sns, "sqs:ReceiveMessage", this_topic, False),
            ("somebody in another account send", "AWS:999999999999", "sqs:SendMessage", {}, False),
        ):
            got = allowed(policy, who, action, queue, facts)
            assert got == expected, f"may {request}? The policy of {queue} says {got}, expected {expected}: {policy}"
    ### BEGIN HIDDEN TESTS
    strange_topic = {"aws:sourcearn": topic.replace("123456789012", "9" * 12), "aws:sourceaccount": "9" * 12}
    bucket = {"aws:sourcearn": "arn:aws:s3:::orders", "aws:sourceaccount": "123456789012"}
    for queue, policy in policies.items():
        for request, who, action, facts in (
            ("SNS send for a topic of another account", sns, "sqs:SendMessage", strange_topic),
            ("SNS delete the queue", sns, "sqs:DeleteQueue", this_topic),
            ("S3 send", "Service:s3.amazonaws.com", "sqs:SendMessage", bucket),
        ):
            got = allowed(policy, who, action, queue, facts)
            assert not got, f"may {request}? The policy of {queue} says yes, expected no: {policy}"
    ### END HIDDEN TESTS


@misconception(only_this_topic_may_send)
def forgets_the_queue_policy(topic: str, queues: dict[str, list[str]]) -> str:
    """You left out the queue policy; the subscription looks right, yet AWS lets SNS deliver nothing to the queues."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic_arn: str = sns.create_topic(Name=topic)["TopicArn"]
    for name, kinds in queues.items():
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = {"RawMessageDelivery": "true"}
        if kinds:
            attributes["FilterPolicy"] = json.dumps({"kind": kinds})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn


@misconception(only_this_topic_may_send)
def lets_everybody_send(topic: str, queues: dict[str, list[str]]) -> str:
    """You let every principal send; anybody who knows the queue's URL can then put messages into it."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic_arn: str = sns.create_topic(Name=topic)["TopicArn"]
    for name, kinds in queues.items():
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue_arn}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        attributes = {"RawMessageDelivery": "true"}
        if kinds:
            attributes["FilterPolicy"] = json.dumps({"kind": kinds})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn


@misconception(only_this_topic_may_send)
def trusts_the_whole_service(topic: str, queues: dict[str, list[str]]) -> str:
    """You let SNS send without a condition on aws:SourceArn; any topic of any account can then fill the queue."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic_arn: str = sns.create_topic(Name=topic)["TopicArn"]
    for name, kinds in queues.items():
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        principal = {"Service": "sns.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage", "Resource": queue_arn}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        attributes = {"RawMessageDelivery": "true"}
        if kinds:
            attributes["FilterPolicy"] = json.dumps({"kind": kinds})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn


@misconception(each_queue_gets_what_it_wants)
def sends_everything_to_all(topic: str, queues: dict[str, list[str]]) -> str:
    """You subscribed without filter policies; every queue gets every event, and the teams pay to throw them away."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic_arn: str = sns.create_topic(Name=topic)["TopicArn"]
    for name in queues:
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
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
    return topic_arn


@misconception(events_arrive_as_published)
def leaves_the_envelope(topic: str, queues: dict[str, list[str]]) -> str:
    """You left raw message delivery off; the consumer finds the JSON envelope of SNS where it expects its event."""
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
        attributes = {"FilterPolicy": json.dumps({"kind": kinds})} if kinds else {}
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn


@misconception(each_queue_gets_what_it_wants, events_arrive_as_published)
def filters_the_body(topic: str, queues: dict[str, list[str]]) -> str:
    """You filtered the body in place of the message attributes; a kind that is not in the body is never found there."""
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
            attributes |= {"FilterPolicy": json.dumps({"kind": kinds}), "FilterPolicyScope": "MessageBody"}
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)
    return topic_arn
