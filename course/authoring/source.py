"""A chapter's truth, read into data: its prose and its exercises, with the line numbers that error messages need.

An exercise module is read as text and syntax, never run: `course.authoring.contract` runs it.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from course.errors import CourseError
from course.study.unwritten import STUB

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

Kind = Literal["function", "cloud", "diagnosis"]

BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
LEAST_MISCONCEPTIONS = 3

_FIELD = re.compile(r"^(Objective|Out of scope|Kind|Task|Hint): *", re.MULTILINE)
MARK = re.compile(r"^<!-- *([\w-]+)(?:: *([\w-]+))? *-->$")
ONCE = ("questions", "facts", "glossary")
"""The marks that every chapter has once, beside one for each exercise."""
_NOTHING = {"list": "[]", "dict": "{}", "str": "''", "int": "0", "float": "0.0", "bool": "False"}
"""An answer that does nothing, by the type that it should return; where None is possible, and for all others, None."""


class SourceError(CourseError):
    """A place in a chapter's truth that cannot be used as it is, with what is wrong and how to mend it."""

    def __init__(self, path: Path, line: int, wrong: str, mend: str) -> None:
        super().__init__(f"{path}:{line}: {wrong}; {mend}.")
        self.path, self.line, self.wrong, self.mend = path, line, wrong, mend


@dataclass(frozen=True, slots=True)
class Case:
    """One behaviour and its points: `source` is the test cell whole, with the hidden part between nbgrader's marks."""

    name: str
    line: int
    question: str
    points: int
    source: str

    @property
    def visible(self) -> str:
        """The part of the test cell that a learner reads."""
        return visible_part(self.source)

    @property
    def hidden(self) -> str:
        """The part that a learner never sees; empty when there is none."""
        return hidden_part(self.source)


@dataclass(frozen=True, slots=True)
class Misconception:
    """A plausible wrong answer: one sentence to the learner, the whole wrong cell, the cases that must fail."""

    name: str
    line: int
    why: str
    caught_by: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """All of one exercise.

    `solution` is the learner's cell with the answer between nbgrader's marks, `returns` the type of what it returns.
    """

    path: Path
    line: int
    title: str
    task: str
    objective: str
    out_of_scope: str
    kind: Kind
    saa_task: str
    hints: tuple[str, ...]
    solution: str
    returns: str
    cases: tuple[Case, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def name(self) -> str:
        """The module's name, which is also the grade id of the learner's cell."""
        return self.path.stem

    @property
    def points(self) -> int:
        """What the exercise is worth."""
        return sum(case.points for case in self.cases)

    @property
    def stub(self) -> str:
        """The learner's cell as released."""
        return _with_answer(self.solution, f"# YOUR CODE HERE\n{STUB}")

    @property
    def idle(self) -> str:
        """The cell of a learner whose answer is of the right type, and does nothing."""
        kind = "None" if "| None" in self.returns else self.returns.partition("[")[0]
        return _with_answer(self.solution, f"return {_NOTHING.get(kind, 'None')}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A one-line mark in the prose: where an exercise, the questions, the facts or the glossary go."""

    kind: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter's truth. `root` is the course folder that it stands in."""

    slug: str
    path: Path
    markdown: str
    exercises: tuple[Exercise, ...] = field(default=())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks in the prose, in order."""
        return tuple(
            Mark(found[1], found[2] or "", number)
            for number, line in enumerate(self.markdown.splitlines(), start=1)
            if (found := MARK.match(line))
        )

    def exercise(self, name: str) -> Exercise:
        """Return the exercise of that name; `CourseError` with the nearest name where there is none."""
        by_name = {exercise.name: exercise for exercise in self.exercises}
        if name not in by_name:
            raise CourseError(f"There is no exercise '{name}' in {self.path / 'exercises'}; {nearest(name, by_name)}.")
        return by_name[name]


def visible_part(test: str) -> str:
    """The part of a test cell that a learner reads."""
    before, _, rest = test.partition(BEGIN_HIDDEN)
    return before + rest.partition(END_HIDDEN)[2]


def hidden_part(test: str) -> str:
    """The part of a test cell that a learner never sees; empty when there is none."""
    return test.partition(BEGIN_HIDDEN)[2].partition(END_HIDDEN)[0]


def nearest(name: str, known: Collection[str]) -> str:
    """Say which name was meant, or which there are: the end of a sentence on a name that is not there."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'" if near else f"there are: {', '.join(sorted(known)) or 'none yet'}"


def chapters_folder(root: Path) -> Path:
    """Where the truth of a course folder's chapters lies."""
    return root / "course" / "chapters"


def slugs(root: Path) -> tuple[str, ...]:
    """Return the slugs of the chapters that are written in a course folder, in alphabetical order."""
    found = chapters_folder(root).glob("*/chapter.md")
    return tuple(sorted(path.parent.name.replace("_", "-") for path in found))


def load(slug: str, root: Path) -> Chapter:
    """Read a chapter. `SourceError` for a fault in an exercise, `CourseError` for a chapter that is not there."""
    path = chapters_folder(root) / slug.replace("-", "_")
    if not (path / "chapter.md").is_file():
        raise CourseError(f"There is no chapter '{slug}' in {chapters_folder(root)}; {nearest(slug, slugs(root))}.")
    modules = sorted(p for p in (path / "exercises").glob("*.py") if p.stem != "__init__")
    markdown = (path / "chapter.md").read_text(encoding="utf-8")
    return Chapter(slug, path, markdown, tuple(read_exercise(module) for module in modules))


def read_exercise(path: Path) -> Exercise:
    """Read one exercise module; `SourceError` names the line and the mend of the first fault found."""
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise SourceError(path, error.lineno or 1, f"this is not Python ({error.msg})", "correct it") from None
    lines = text.splitlines()
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    _refuse_duplicates(path, functions)
    cases = tuple(_case(path, lines, node) for node in functions if _decorator(node) == "case")
    solution, answered = _solution(path, lines, tree, functions)
    about = _about(path, tree)
    return Exercise(
        path=path,
        line=answered.lineno,
        title=about.title,
        task=about.task,
        objective=about.objective,
        out_of_scope=about.out_of_scope,
        kind=about.kind,
        saa_task=about.saa_task,
        hints=about.hints,
        solution=solution,
        returns=ast.unparse(answered.returns) if answered.returns else "None",
        cases=cases,
        misconceptions=tuple(
            _misconception(path, lines, node, solution, {case.name for case in cases}, answered)
            for node in functions
            if _decorator(node) == "misconception"
        ),
    )


def _refuse_duplicates(path: Path, functions: list[ast.FunctionDef]) -> None:
    for name, times in Counter(node.name for node in functions).items():
        if times > 1:
            line = [node.lineno for node in functions if node.name == name][-1]
            raise SourceError(path, line, f"the name '{name}' is used {times} times", "give each its own name")


class _About(NamedTuple):
    """What a module's docstring says of the exercise."""

    title: str
    task: str
    objective: str
    out_of_scope: str
    kind: Kind
    saa_task: str
    hints: tuple[str, ...]


def _about(path: Path, tree: ast.Module) -> _About:
    head, *rest = _FIELD.split(ast.get_docstring(tree) or "")
    fields: dict[str, list[str]] = {}
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        fields.setdefault(name, []).append(" ".join(value.split()))
    title, _, task = head.strip().partition("\n")
    for name in ("Objective", "Out of scope", "Kind", "Task", "Hint"):
        if not fields.get(name):
            raise SourceError(path, 1, f"the docstring has no '{name}:'", f"add a line '{name}: …' to it")
    if not title or not task.strip():
        raise SourceError(path, 1, "the docstring has no title or no task", "begin it with both, a blank line between")
    kind = next((known for known in get_args(Kind) if known == fields["Kind"][0]), None)
    if kind is None:
        wrong = f"the kind '{fields['Kind'][0]}' is unknown"
        raise SourceError(path, 1, wrong, f"use one of {', '.join(get_args(Kind))}")
    return _About(
        title=title.strip().rstrip("."),
        task=task.strip(),
        objective=fields["Objective"][0],
        out_of_scope=fields["Out of scope"][0],
        kind=kind,
        saa_task=fields["Task"][0],
        hints=tuple(fields["Hint"]),
    )


def _solution(
    path: Path, lines: list[str], tree: ast.Module, functions: list[ast.FunctionDef]
) -> tuple[str, ast.FunctionDef]:
    """The learner's cell, and the one function in it that is to be written."""
    begins = [n for n, line in enumerate(lines, start=1) if line.strip() == BEGIN_SOLUTION]
    ends = [n for n, line in enumerate(lines, start=1) if line.strip() == END_SOLUTION]
    if not begins:
        raise SourceError(path, 1, "there is no solution", f"put it between '{BEGIN_SOLUTION}' and '{END_SOLUTION}'")
    if len(begins) > 1 or len(ends) != 1 or ends[0] < begins[0]:
        line = begins[-1] if len(begins) > 1 else begins[0]
        raise SourceError(
            path, line, "the solution does not close", f"one '{BEGIN_SOLUTION}' needs one '{END_SOLUTION}'"
        )
    answered = [
        node for node in functions if not _decorator(node) and node.lineno < begins[0] <= _last_line(lines, node)
    ]
    if not answered:
        raise SourceError(path, begins[0], "the solution is not in a function", "write it as the body of one")
    first = tree.body[0].end_lineno or 1
    marked = [node.decorator_list[0].lineno for node in functions if _decorator(node)]
    last = min(marked, default=len(lines) + 1)
    cell = "\n".join(lines[first : last - 1])
    cell = re.sub(r"^from course\.authoring import .*\n", "", cell, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n\n", cell).strip(), answered[0]


def _case(path: Path, lines: list[str], node: ast.FunctionDef) -> Case:
    decorator = node.decorator_list[0]
    points = {k.arg: k.value for k in decorator.keywords}.get("points") if isinstance(decorator, ast.Call) else None
    if isinstance(decorator, ast.Call) and decorator.args:
        points = decorator.args[0]
    if not isinstance(points, ast.Constant) or not isinstance(points.value, int) or points.value < 1:
        raise SourceError(path, node.lineno, f"the case '{node.name}' has no points", "write @case(points=1) or more")
    question = ast.get_docstring(node)
    if not question or not question.rstrip().endswith("?"):
        raise SourceError(path, node.lineno, f"the case '{node.name}' asks nothing", "let its docstring be a question")
    body = _body(lines, node)
    if body.count(BEGIN_HIDDEN) > 1 or body.count(BEGIN_HIDDEN) != body.count(END_HIDDEN):
        raise SourceError(
            path,
            node.lineno,
            f"the hidden part of '{node.name}' does not close",
            f"end it with '{END_HIDDEN}'",
        )
    return Case(node.name, node.lineno, " ".join(question.split()), points.value, body)


def _misconception(
    path: Path,
    lines: list[str],
    node: ast.FunctionDef,
    solution: str,
    cases: set[str],
    answered: ast.FunctionDef,
) -> Misconception:
    decorator = node.decorator_list[0]
    named = decorator.args if isinstance(decorator, ast.Call) else []
    caught_by = tuple(ast.unparse(name) for name in named)

    def fault(wrong: str, mend: str) -> SourceError:
        return SourceError(path, node.lineno, f"the misconception '{node.name}' {wrong}", mend)

    if not caught_by:
        raise fault("names no case", "write @misconception(the_case)")
    for name in caught_by:
        if name not in cases:
            raise fault(f"names no case '{name}'", nearest(name, cases))
    why = " ".join((ast.get_docstring(node) or "").split())
    if not why:
        raise fault("explains nothing", "say it in a one-sentence docstring")
    swaps = {k.arg: k.value for k in decorator.keywords}.get("swap") if isinstance(decorator, ast.Call) else None
    if swaps is not None:
        answer = _marked(solution)
        for old, new in ast.literal_eval(swaps).items():
            if answer.count(old) != 1:
                raise fault(f"swaps {old!r}, which the solution has {answer.count(old)} times", "quote more of it")
            answer = answer.replace(old, new)
        answer = dedent(answer)
    elif ast.unparse(node.args) != ast.unparse(answered.args):
        mend = f"give it the arguments of {answered.name}: ({ast.unparse(answered.args)})"
        raise fault(f"takes ({ast.unparse(node.args)})", mend)
    else:
        answer = _body(lines, node)
    return Misconception(node.name, node.lineno, why, caught_by, _with_answer(solution, answer))


def _marked(cell: str) -> str:
    """What stands between the marks of a learner's cell."""
    inside = cell.partition(BEGIN_SOLUTION)[2].partition(END_SOLUTION)[0]
    return inside.rpartition("\n")[0].lstrip("\n")


def _decorator(node: ast.FunctionDef) -> str:
    """'case', 'misconception' or nothing."""
    if not node.decorator_list:
        return ""
    decorator = node.decorator_list[0]
    name = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return name if name in {"case", "misconception"} else ""


def _last_line(lines: list[str], node: ast.FunctionDef) -> int:
    """The last line of a function, counting the comments that Python's syntax tree leaves out."""
    last = node.end_lineno or node.lineno
    while last < len(lines) and (not lines[last].strip() or lines[last].startswith((" ", "\t"))):
        last += 1
    return last


def _body(lines: list[str], node: ast.FunctionDef) -> str:
    """A function's body after its docstring, dedented, comments kept."""
    start = node.body[0].end_lineno if ast.get_docstring(node) is not None else node.body[0].lineno - 1
    return dedent("\n".join(lines[start : _last_line(lines, node)])).strip("\n")


def _with_answer(solution: str, answer: str) -> str:
    """The learner's cell with other code in place of the marked solution."""

    def replaced() -> Iterator[str]:
        inside = False
        for line in solution.splitlines():
            if line.strip() == BEGIN_SOLUTION:
                inside = True
                yield indent(answer, line[: len(line) - len(line.lstrip())])
            elif line.strip() == END_SOLUTION:
                inside = False
            elif not inside:
                yield line

    return "\n".join(replaced())
