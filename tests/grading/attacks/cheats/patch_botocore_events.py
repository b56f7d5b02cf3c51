# %% [markdown]
# Hooks into botocore's events, in every session there is and will be, and answers calls before they are sent.
#
# Must: score 0

# %% answer="make_queue"
import contextlib
import gc

import boto3
import botocore.client
import botocore.handlers
import botocore.hooks
from botocore.awsrequest import AWSResponse

MADE = []


def answer(model, **named):
    urls = [f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}" for name in MADE]
    answers = {
        "ListQueues": {"QueueUrls": urls},
        "GetQueueAttributes": {"Attributes": {"VisibilityTimeout": "120"}},
        "SendMessage": {"MessageId": "1"},
    }
    if MADE[1:] and model.name == "GetQueueAttributes":
        answers["GetQueueAttributes"]["Attributes"] = {"ApproximateNumberOfMessages": "1"}
    http = AWSResponse("https://sqs.us-east-1.amazonaws.com", 200, {}, None)
    return (http, answers[model.name]) if model.name in answers else None


botocore.handlers.BUILTIN_HANDLERS.append(("before-call.sqs", answer))
boto3.setup_default_session()
for found in gc.get_objects():
    with contextlib.suppress(Exception):
        if isinstance(found, botocore.hooks.BaseEventHooks):
            found.register_first("before-call.sqs", answer)


def make_queue(name):
    MADE.append(name)
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
