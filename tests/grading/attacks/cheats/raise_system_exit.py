# %% [markdown]
# Leaves through sys.exit(0) inside the tested function, which looks like a program that ended well.
#
# Must: score 10

# %% answer="square"
import sys


def square(x):
    sys.exit(0)

# %% answer="make_queue"
def make_queue(name):
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
