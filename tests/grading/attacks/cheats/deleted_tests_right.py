# %% [markdown]
# Deletes two test cells, as happens by accident; the answers are right.
#
# Must: score 30

# %% replaces="square-partial"
# deleted

# %% replaces="make_queue-exists"

# %% answer="square"
def square(x):
    return x * x

# %% answer="make_queue"
def make_queue(name):
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
