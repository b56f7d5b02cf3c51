# %% [markdown]
# Answers right and prints, displays and shows results meanwhile, which nbgrader takes for a partial credit number.
#
# Must: score 30

# %% answer="square"
import sys

from IPython.display import display


def square(x):
    print(0)
    display(0.0)
    sys.displayhook(0)
    return x * x

# %% answer="make_queue"
def make_queue(name):
    sys.displayhook(name)
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
