"""Messaging: SQS, SNS, Kinesis, Amazon MQ."""
