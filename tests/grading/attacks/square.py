"""The course's own notebook that every attack answers: two exercises, three test cells, 30 points."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

NAME = "square"
POINTS = {"square-small": 10.0, "square-partial": 10.0, "make_queue-exists": 10.0}

RIGHT = {
    "square": dedent(
        '''\
        def square(x):
            """Return x times x."""
            ### BEGIN SOLUTION
            return x * x
            ### END SOLUTION'''
    ),
    "make_queue": dedent(
        '''\
        def make_queue(name):
            """Create an SQS queue of this name with a visibility timeout of 120 seconds; return its URL."""
            ### BEGIN SOLUTION
            sqs = boto3.client("sqs")
            made = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "120"})
            return made["QueueUrl"]
            ### END SOLUTION'''
    ),
}

_START = """\
import math

import boto3
from course import cloud

cloud.start()"""

_SMALL = """\
# Is the square of a number right? (10 points)
got = square(2)
assert got == 4, f"square(2) gave {got!r}, expected 4"
### BEGIN HIDDEN TESTS
# canary-7411
for number, expected in ((3, 9), (-4, 16), (0, 0), (12, 144), (10**12, 10**24), (1.5, 2.25)):
    got = square(number)
    assert got == expected, f"square({number}) gave {got!r}, expected {expected}"
### END HIDDEN TESTS"""

_PARTIAL = """\
# How near is it? Each unit off costs a point. (10 points)
def nearness(given, expected):
    return 10.0 - min(abs(expected - float(given)), 10.0)


score = nearness(square(5), 25)
### BEGIN HIDDEN TESTS
score = min(score, *map(nearness, map(square, (-9, 15)), (81, 225)), 10.0)  # canary-7411
### END HIDDEN TESTS
score"""

_EXISTS = """\
# Is there a queue of that name, with its visibility timeout, and is its URL returned? (10 points)
import boto3
from course import cloud

cloud.start()
sqs = boto3.client("sqs")
url = make_queue("orders")
names = [queue.rpartition("/")[2] for queue in sqs.list_queues().get("QueueUrls", [])]
assert names == ["orders"], f"after make_queue('orders') the queues are {names}, expected ['orders']"
settings = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
assert settings == {"VisibilityTimeout": "120"}, f"make_queue('orders') gave a queue with {settings}, expected 120"
### BEGIN HIDDEN TESTS
urls = [make_queue(name) for name in ("bills", "bills-paid")]  # canary-7411
names = sorted(queue.rpartition("/")[2] for queue in sqs.list_queues().get("QueueUrls", []))
assert names == ["bills", "bills-paid", "orders"], f"after two more calls the queues are {names}"
assert [made.rpartition("/")[2] for made in urls] == ["bills", "bills-paid"], f"make_queue gave {urls}"
sqs.send_message(QueueUrl=urls[0], MessageBody="bill")
count = sqs.get_queue_attributes(QueueUrl=urls[0], AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"]
assert count == "1", f"a message sent to the URL of 'bills' is not in the queue: it holds {count}"
### END HIDDEN TESTS"""


def source_notebook() -> NotebookNode:
    """Return nbgrader's source notebook, with the solutions and the hidden tests in place."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook: NotebookNode = new_notebook(metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    notebook.cells = [
        new_markdown_cell("# Squares\n\nA number times itself, and a queue.", id="intro"),
        new_code_cell(_START, id="start"),
        _marked("square-task", "### Exercise\n\nWrite `square(x)`: a number times itself.", locked=True),
        _marked("square", RIGHT["square"], solution=True),
        _marked("square-small", _SMALL, grade=True, locked=True, points=10),
        _marked("square-partial", _PARTIAL, grade=True, locked=True, points=10),
        _marked(
            "make_queue-task",
            "### Exercise\n\nWrite `make_queue(name)`: create an SQS queue with a visibility timeout of 120 seconds.",
            locked=True,
        ),
        _marked("make_queue", RIGHT["make_queue"], solution=True),
        _marked("make_queue-exists", _EXISTS, grade=True, locked=True, points=10),
    ]
    return notebook


def release_notebook() -> NotebookNode:
    """Return what learners get: nbgrader's own steps of generate_assignment on the source notebook."""
    notebook = source_notebook()
    resources: dict[str, Any] = {}
    for step in (LockCells, ClearSolutions, ComputeChecksums, ClearHiddenTests, ComputeChecksums):
        notebook, resources = step().preprocess(notebook, resources)
    return notebook


def _marked(grade_id: str, text: str, **about: object) -> NotebookNode:
    plain = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    new: Callable[..., NotebookNode] = new_markdown_cell if grade_id.endswith("-task") else new_code_cell
    return new(text, id=grade_id, metadata={"nbgrader": plain | about})
