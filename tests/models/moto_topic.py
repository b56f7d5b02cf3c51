"""A topic of moto's, to compare the model with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

from course.models.topic import message_attributes

if TYPE_CHECKING:
    from course.models.topic import Message


class MotoTopic:
    """A topic of moto's whose only subscription is a queue with the policy of each call."""

    def __init__(self) -> None:
        self.sns = boto3.client("sns", region_name="us-east-1")
        self.sqs = boto3.client("sqs", region_name="us-east-1")
        self.topic = self.sns.create_topic(Name="orders")["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName="orders")["QueueUrl"]

    def deliver(self, message: Message, attributes: dict[str, str]) -> list[dict[str, Any]]:
        """Return the SQS messages that a subscription with these attributes gets."""
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        subscription = self.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=arn, Attributes=attributes, ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        self.sns.publish(
            TopicArn=self.topic, Message=message.body, MessageAttributes=message_attributes(message.attributes)
        )
        got = self.sqs.receive_message(QueueUrl=self.queue, MessageAttributeNames=["All"], WaitTimeSeconds=0)
        self.sns.unsubscribe(SubscriptionArn=subscription)
        messages: list[dict[str, Any]] = got.get("Messages", [])
        for received in messages:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=received["ReceiptHandle"])
        return messages
