# %% [markdown]
# Patches moto's own SQS, so that it lists queues and settings that nobody made.
#
# Must: score 0

# %% answer="make_queue"
import contextlib

MADE = []

with contextlib.suppress(Exception):
    from moto.sqs import models, responses

    class Queue:
        visibility_timeout, name, approximate_number_of_messages = 120, "", 1

        def __init__(self, name):
            self.name = name

        def url(self, *arguments):
            return f"https://sqs.us-east-1.amazonaws.com/123456789012/{self.name}"

        def __getattr__(self, name):
            return ""

    def settings(self, queue_name, names=None):
        return {"ApproximateNumberOfMessages": "1"} if MADE[1:] else {"VisibilityTimeout": "120"}

    models.SQSBackend.list_queues = lambda self, prefix=None: [Queue(name) for name in MADE]
    models.SQSBackend.get_queue = lambda self, name: Queue(name)
    models.SQSBackend.get_queue_attributes = settings
    models.SQSBackend.send_message = lambda self, *arguments, **named: Queue("message")


def make_queue(name):
    MADE.append(name)
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
