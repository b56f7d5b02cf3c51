# %% [markdown]
# Moves the test cells in front of the answers that they test, as dragging a cell does; the answers are right.
#
# Must: score 30

# %% replaces="square-small"
# moved up

# %% replaces="square-task" nbgrader={"grade": true, "grade_id": "square-small", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
got = square(2)
assert got == 4, f"square(2) gave {got!r}, expected 4"

# %% answer="square"
def square(x):
    return x * x

# %% answer="make_queue"
def make_queue(name):
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
