"""An assignment of two notebooks, `tasks` and `shows`, with a bit of everything that an honest notebook holds."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

NAME = "sampler"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_notebooks() -> dict[str, NotebookNode]:
    """Return nbgrader's source notebooks by name, with solutions and hidden tests in place."""
    return {"tasks": _notebook(_TASKS), "shows": _notebook(_SHOWS)}


def _notebook(text: str) -> NotebookNode:
    """Make a notebook of text: a line '# %% kind name points' begins a cell, which is plain without a kind."""
    notebook: NotebookNode = new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for number, part in enumerate(dedent(text).split("# %%")[1:]):
        head, _, source = part.partition("\n")
        kind, name, points, *_ = [*head.split(), "", "", ""]
        new: Callable[..., NotebookNode] = new_markdown_cell if kind in {"essay", "task", "prose"} else new_code_cell
        cell = new(source.strip("\n"), id=name or f"plain-{number}")
        about = {
            "grade": kind in {"test", "essay", "sketch"},
            "grade_id": name,
            "locked": kind in {"test", "helper", "task"},
            "schema_version": 3,
            "solution": kind in {"answer", "essay", "sketch"},
            "task": kind == "task",
        }
        if kind not in {"", "prose"}:
            cell.metadata["nbgrader"] = about | ({"points": int(points)} if points else {})
        notebook.cells.append(cell)
    return notebook


_TASKS = '''
    # %%
    import io
    import math
    from collections import Counter
    from contextlib import redirect_stdout
    from dataclasses import dataclass

    import numpy as np
    # %% helper near
    TOLERANCE = 0.01


    def near(got, expected):
        """Whether two numbers are the same, but for a rounding error."""
        return math.isclose(got, expected, abs_tol=TOLERANCE)
    # %%
    print("data comes")
    prices = [3.0, 4.5, 1.5]
    # %% answer mean
    def mean(numbers):
        ### BEGIN SOLUTION
        return sum(numbers) / len(numbers)
        ### END SOLUTION
    # %% test mean-small 2
    got = mean(prices)
    assert near(got, 3), f"mean({prices}) gave {got}"
    ### BEGIN HIDDEN TESTS
    assert near(mean([2]), 2)
    ### END HIDDEN TESTS
    # %% test mean-empty 1
    for error in (ZeroDivisionError, ArithmeticError):
        try:
            mean([])
        except error:
            pass
        else:
            raise AssertionError("mean([]) should raise")
    # %% answer Refused
    ### BEGIN SOLUTION
    class Refused(ValueError):
        pass


    def checked(age):
        if age < 0:
            raise Refused(f"{age} is no age")
        return age
    ### END SOLUTION
    # %% test refused-test 2
    import unittest

    case = unittest.TestCase()
    assert checked(3) == 3
    with case.assertRaises(ValueError) as caught:
        checked(-1)
    assert str(caught.exception) == "-1 is no age"
    case.assertRaises(Refused, checked, -2)
    with case.assertRaisesRegex(Refused, "no age"):
        checked(-3)
    # %% answer apply
    def apply(function, numbers):
        ### BEGIN SOLUTION
        return [function(number) for number in numbers]
        ### END SOLUTION
    # %% test apply-calls 2
    seen = []


    def note(number):
        seen.append(number)
        return 2 * number


    assert apply(note, [1, 2]) == [2, 4]
    assert seen == [1, 2]
    assert apply(str, [1]) == ["1"]
    # %% test apply-again 1
    assert apply(note, [5]) == [10], "it uses a function of an earlier test"
    # %% answer scale
    SCALE = 10  # a constant of the module
    ### BEGIN SOLUTION
    LABELS = ("low", "high")


    def scaled(array):
        return np.asarray(array) * SCALE
    ### END SOLUTION
    # %% test scale-arrays 3
    assert SCALE == 10
    assert LABELS == ("low", "high")
    assert np.array_equal(scaled([1, 2]), np.array([10, 20]))
    assert scaled(np.eye(2)).shape == (2, 2)
    assert scaled([1.5]).dtype == float
    # %% answer Point
    ### BEGIN SOLUTION
    @dataclass
    class Point:
        x: int
        y: int


    def mirrored(point):
        return Point(point.y, point.x)
    ### END SOLUTION
    # %% test point-test 2
    assert mirrored(Point(1, 2)) == Point(2, 1)
    assert mirrored(Point(x=5, y=0)).y == 5
    # %% answer greet
    def greet(name):
        ### BEGIN SOLUTION
        print("Hello", name)
        ### END SOLUTION
    # %% test greet-prints 2
    said = io.StringIO()
    with redirect_stdout(said):
        greet("Ada")
    assert said.getvalue() == "Hello Ada\\n", f"it printed {said.getvalue()!r}"
    greet("you who read this")
    # %% answer evens
    def evens(numbers):
        ### BEGIN SOLUTION
        return [number for number in numbers if number % 2 == 0]
        ### END SOLUTION
    # %% test evens-list 2
    assert list(evens([1, 2, 4])) == [2, 4]
    assert sum(evens(range(10))) == 20
    # %% test evens-partial 4
    # Two of four points for small numbers, the others for large ones.
    small, large = list(evens([2, 3])) == [2], list(evens([10**30, 1])) == [10**30]
    2 * small + 2 * large
    # %% answer histogram
    def histogram(text):
        ### BEGIN SOLUTION
        return Counter(text)
        ### END SOLUTION
    # %% test histogram-test 2
    assert histogram("aab") == {"a": 2, "b": 1}
    assert sorted(histogram("ba").items()) == [("a", 1), ("b", 1)]
    # %% answer total
    ### BEGIN SOLUTION
    got = sum(prices)
    ### END SOLUTION
    # %% test total-test 1
    assert got == 9.0, "a name that an earlier test used, too"
    # %% answer add_tax
    def add_tax(bills):
        """Add 10 % to each bill of the list."""
        ### BEGIN SOLUTION
        bills[:] = [round(bill * 1.1, 2) for bill in bills]
        ### END SOLUTION
    # %% test add_tax-test 2
    bills = [10.0, 20.0]
    add_tax(bills)
    assert bills == [11.0, 22.0], f"the bills are {bills}"
    # %% answer largest
    def largest(numbers):
        ### BEGIN SOLUTION
        return max(numbers)
        ### END SOLUTION
    # %% test largest-test 2
    numbers = [3, 9, 2]
    assert largest(numbers) == 9
    assert numbers == [3, 9, 2], "the list was changed"
    # %% answer Account
    ### BEGIN SOLUTION
    class Account:
        def __init__(self, owner, balance=0):
            self.owner, self.balance = owner, balance

        def pay_in(self, amount):
            self.balance += amount
            return self

        def __eq__(self, other):
            return isinstance(other, Account) and (self.owner, self.balance) == (other.owner, other.balance)

        def __len__(self):
            return len(self.owner)
    ### END SOLUTION
    # %% test account-test 3
    account = Account("Bo")
    assert account.pay_in(5).pay_in(6).balance == 11
    assert isinstance(account, Account)
    assert len(account) == 2
    assert account == Account("Bo", 11)
    # %% answer countdown
    def countdown(start):
        ### BEGIN SOLUTION
        while start:
            yield start
            start -= 1
        ### END SOLUTION
    # %% test countdown-test 2
    counts = countdown(3)
    assert next(counts) == 3
    assert list(counts) == [2, 1]
    assert list(countdown(0)) == []
    # %% essay why 3
    Why is the mean of nothing an error?
    # %% sketch sketch 4
    ### BEGIN SOLUTION
    print("a sketch")
    ### END SOLUTION
    # %% task discuss 2
    Say in a new cell what you would do otherwise.
    # %% prose
    The end.
'''

_SHOWS = """
    # %%
    import sys
    import warnings

    import matplotlib.pyplot as plt
    from IPython.display import HTML, Markdown, clear_output, display, update_display
    # %%
    plt.plot([1, 2, 3])
    plt.title("a figure");
    # %%
    display(HTML("<b>bold</b>"), Markdown("*em*"))
    display({"text/plain": "raw", "application/json": {"a": 1}}, raw=True)
    {"a": [1, 2], "b": None}
    # %%
    class Table:
        def _repr_html_(self):
            return "<table><tr><td>1</td></tr></table>"

        def __repr__(self):
            return "a table"


    Table()
    # %%
    print("on stderr", file=sys.stderr)
    print("on stdout")
    warnings.warn("a warning")
    # %%
    !echo from a shell
    lines = !echo kept
    lines
    # %%
    %%time
    done = 1
    # %%
    %%capture taken
    print("not seen")
    # %%
    taken.stdout
    # %%
    import asyncio


    async def later(value):
        await asyncio.sleep(0)
        return value


    await asyncio.gather(later(1), later(2))
    # %%
    shown = display("first", display_id="one")
    update_display("second", display_id="one")
    for step in range(3):
        clear_output(wait=True)
        print("step", step)
    # %%
    import ipywidgets

    slider = ipywidgets.IntSlider(value=3, description="speed")
    box = ipywidgets.VBox([slider, ipywidgets.Label("a label")])
    box
    # %%
    slider.value = 7
    output = ipywidgets.Output()
    with output:
        print("inside a widget")
    output
    # %%
    chosen = ipywidgets.interact(lambda speed: print("speed", speed), speed=(1, 5))
    # %%
    print("\\n".join(f"line {number}" for number in range(1200)))
    # %%
    print("\\x1b[31mred\\x1b[0m", "ünïcode", end="")
    sys.stdout.write(" and on")
    sys.stdout.flush()
    None
    # %%
    import logging

    logging.getLogger("learner").warning("a log line")
    # %%
    1 / 0
    # %%
    def broken(:
    # %%
    answer_of_people = input("your name? ")
    # %%
    assert False
    # %%
    raise SystemExit
    # %%
    print("it goes on")
    In[1][:10], type(Out).__name__, get_ipython().execution_count
    # %% answer draw
    def draw(values):
        ### BEGIN SOLUTION
        figure, axes = plt.subplots()
        axes.plot(values)
        display(figure)
        plt.close(figure)
        return len(values)
        ### END SOLUTION
    # %% test draw-test 2
    assert draw([1, 2]) == 2
    # %% answer loud
    def loud(text):
        ### BEGIN SOLUTION
        return text.upper()
        ### END SOLUTION
    # %% test loud-test 2
    print("the test says", loud("hello"))
    display(HTML(loud("<i>seen</i>")))
    assert loud("a") == "A"
    # %% test loud-magic 1
    %%time
    assert loud("é") == "É"
    # %% test loud-shell 1
    said = !echo $((1 + 1))
    assert said == ["2"]
    assert loud(said[0]) == "2"
    # %% test loud-async 1
    assert await later(loud("b")) == "B"
    # %% test loud-figure 1
    plt.plot([3, 1])
    plt.show()
    assert loud("c") == "C"
"""
