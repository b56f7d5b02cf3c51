# %% [markdown]
# Answers right and writes warnings, log lines and progress to standard error meanwhile, which nbgrader takes for failure.
#
# Must: score 30

# %% answer="square"
import logging
import sys
import warnings


def square(x):
    print("squaring", x, file=sys.stderr)
    logging.getLogger("square").warning("about to multiply")
    warnings.warn(f"{x} may be large", stacklevel=1)
    return x * x

# %% answer="make_queue"
def make_queue(name):
    print("making", name, file=sys.stderr, flush=True)
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
