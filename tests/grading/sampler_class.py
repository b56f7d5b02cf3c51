"""Who hands in what for the sampler: each learner is a name and what they did to the notebooks that they fetched."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading import sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

    Notebooks = dict[str, NotebookNode]

LATE, EARLY = "2026-03-02 12:30:00 UTC", "2026-02-27 09:00:00 UTC"
DUE = "2026-03-01 00:00:00 UTC"


def right(notebooks: Notebooks) -> Notebooks:
    """Answer everything as the course does, and write something for a person to grade."""
    solved = sampler.source_notebooks()
    for name, notebook in notebooks.items():
        _answer(notebook, {cell.id: cell.source for cell in solved[name].cells})
    _answer(notebooks["tasks"], _WRITTEN)
    return notebooks


def nothing(notebooks: Notebooks) -> Notebooks:
    """Hand in what was fetched."""
    return notebooks


def wrong(notebooks: Notebooks) -> Notebooks:
    """Answer everything in a way that is wrong, or nearly right."""
    for notebook in notebooks.values():
        _answer(notebook, _WRONG)
    return notebooks


def other(notebooks: Notebooks) -> Notebooks:
    """Answer in other ways, most of them right."""
    right(notebooks)
    for notebook in notebooks.values():
        _answer(notebook, _OTHER)
    return notebooks


def partly(notebooks: Notebooks) -> Notebooks:
    """Answer half, and write one of the answers for a person."""
    answered = right({name: notebook.copy() for name, notebook in notebooks.items()})
    for name, notebook in notebooks.items():
        half = [cell for cell in answered[name].cells if cell.metadata.get("nbgrader", {}).get("solution")][::2]
        _answer(notebook, {cell.id: cell.source for cell in half})
    return notebooks


def more_cells(notebooks: Notebooks) -> Notebooks:
    """Put cells of one's own between those of the course; edit what is the course's; use another kernel."""
    right(notebooks)
    for notebook in notebooks.values():
        notebook.metadata.kernelspec = {"display_name": "mine", "language": "python", "name": "my-env"}
        notebook.metadata.language_info.version = "3.9.1"
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count, cell.metadata.collapsed, cell.metadata.tags = 77, True, ["mine"]
            if cell.metadata.get("nbgrader", {}).get("grade") and not cell.metadata.nbgrader.get("solution"):
                cell.source = cell.source.replace("assert", "# assert")
        for number in range(len(notebook.cells), 0, -3):
            notebook.cells.insert(number, new_code_cell(f'mine = "cell {number}"\nprint(mine)\nmine', id=f"m-{number}"))
            notebook.cells.insert(number, new_markdown_cell(f"A *note* at {number}.", id=f"n-{number}"))
        notebook.cells.insert(1, new_code_cell("", id="nothing-in-it"))
    return notebooks


def fewer_cells(notebooks: Notebooks) -> Notebooks:
    """Delete tests, answers, both of an exercise, answers for a person, prose."""
    right(notebooks)
    gone = {"mean-empty", "apply", "histogram", "histogram-test", "why", "discuss", "loud-test", "draw", "plain-3"}
    for notebook in notebooks.values():
        notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
    return notebooks


def one_notebook(notebooks: Notebooks) -> Notebooks:
    """Forget the second notebook."""
    return {"tasks": right(notebooks)["tasks"]}


def old_format(notebooks: Notebooks) -> Notebooks:
    """Work in a Jupyter that writes nbformat 4.4, which has no cell ids."""
    right(notebooks)
    for notebook in notebooks.values():
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            del cell["id"]
    return notebooks


CLASS: dict[str, tuple[Callable[[Notebooks], Notebooks], str]] = {
    "x-reference": (right, EARLY),
    "y-other": (other, LATE),
    "x-empty": (nothing, EARLY),
    "y-wrong": (wrong, LATE),
    "x-partly": (partly, EARLY),
    "y-more": (more_cells, EARLY),
    "x-fewer": (fewer_cells, ""),
    "y-old": (old_format, EARLY),
    "x-one": (one_notebook, EARLY),
}
"""Each learner's doing, and when it was handed in, if that is known."""


def _answer(notebook: NotebookNode, answers: dict[str, str]) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.id in answers:
            cell.source = answers[cell.id]


def _cells(text: str) -> dict[str, str]:
    parts = dedent(text).split("# %% ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip("\n") for part in parts}


_WRITTEN = {"why": "There is nothing to divide by.", "sketch": "print('my own sketch')\n[n * n for n in range(3)]"}

_WRONG = _cells("""
    # %% mean
    def mean(numbers):
        if not numbers:
            return 0
        return sum(numbers) // len(numbers) + 0.5
    # %% Refused
    class Refused(Exception):
        pass


    def checked(age):
        if age < 0:
            raise Refused(age)
        return age
    # %% apply
    def apply(function, numbers):
        return map(function, numbers)
    # %% scale
    SCALE = "10"
    LABELS = ["low", "high"]


    def scaled(array):
        return array * SCALE
    # %% Point
    @dataclass
    class Point:
        x: int
        y: int


    def mirrored(point):
        point.x, point.y = point.y, point.x
        return (point.x, point.y)
    # %% greet
    def greet(name):
        return "Hello " + name
    # %% evens
    def evens(numbers):
        return [number for number in numbers if number < 10**6 and number / 2 == number // 2]
    # %% histogram
    def histogram(text):
        return {letter: text.count(letter) for letter in set(text)}.items()
    # %% total
    got = sum(prices) + 1
    # %% add_tax
    def add_tax(bills):
        return [round(bill * 1.1, 2) for bill in bills]
    # %% largest
    def largest(numbers):
        numbers.sort()
        return numbers[-1]
    # %% Account
    class Account:
        balance = 0

        def __init__(self, owner):
            self.owner = owner

        def pay_in(self, amount):
            Account.balance += amount
    # %% countdown
    def countdown(start):
        while start
            yield start
    # %% draw
    def draw(values):
        plt.plot(values)
        raise ValueError("no idea")
    # %% loud
    def loud(text):
        return text.title()
    # %% why
    No idea.
    # %% sketch
    1 / 0
""")

_OTHER = _cells("""
    # %% mean
    import statistics


    def mean(numbers):
        return statistics.mean(numbers) if numbers else 1 / 0
    # %% apply
    def apply(function, numbers, *, _done=()):
        if not numbers:
            return list(_done)
        return apply(function, numbers[1:], _done=(*_done, function(numbers[0])))
    # %% scale
    SCALE = 10
    LABELS = "low", "high"
    scaled = lambda array: np.array([SCALE]) * array
    # %% greet
    def greet(name):
        import sys

        sys.stdout.write("Hello ")
        print(name)
    # %% evens
    def evens(numbers):
        for number in numbers:
            if not number & 1:
                yield number
    # %% histogram
    from collections import defaultdict


    def histogram(text):
        counts = defaultdict(int)
        for letter in text:
            counts[letter] += 1
        return counts
    # %% total
    got = 0
    for price in prices:
        got += price
    # %% add_tax
    def add_tax(bills):
        for number, bill in enumerate(bills):
            bills[number] = round(bill + bill / 10, 2)
    # %% largest
    largest = max
    # %% countdown
    countdown = lambda start: iter(range(start, 0, -1))
    # %% draw
    def draw(values):
        plt.bar(range(len(values)), values)
        plt.show()
        return len(values)
    # %% loud
    class loud(str):
        def __new__(cls, text):
            return str.__new__(cls, str.upper(text))
""")
