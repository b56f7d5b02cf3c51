"""The `course` command. Each subcommand is a few lines around one function of the package."""

from __future__ import annotations

import gc
import os
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

# The package's own modules are imported by the subcommand that needs them: `course --help` must come at once.
# ruff: noqa: PLC0415

app = typer.Typer(
    name="course",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
LEARN, TEACH, WRITE = "To learn", "To teach", "To write the course"

Chapter = Annotated[str, typer.Argument(help="A chapter's short name, such as messaging.", metavar="CHAPTER")]
Chapters = Annotated[
    list[str] | None, typer.Argument(help="Chapters' short names; none means all.", metavar="[CHAPTER]...")
]
Exercise = Annotated[str, typer.Argument(help="An exercise's name, such as shards_needed.", metavar="EXERCISE")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make a fresh copy beside the one that you have.")]
Notebook = Annotated[Path | None, typer.Option(help="The notebook to check, if not your newest copy.")]
Watch = Annotated[bool, typer.Option("--watch", help="Check again each time the notebook is saved.")]
CheckFacts = Annotated[bool, typer.Option("--check", help="Check them against the installed botocore.")]
Force = Annotated[bool, typer.Option("--force", help="Make edited notebooks anew; a copy of each is kept.")]
Keep = Annotated[bool, typer.Option("--keep", help="Leave chapters that were handed in as the class knows them.")]
Regrade = Annotated[bool, typer.Option("--regrade", help="Change them in the gradebook too; it is backed up.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many submissions at once; by default one for each core.")]
Students = Annotated[list[str] | None, typer.Option("--student", help="A learner's id; may be repeated.")]
Again = Annotated[bool, typer.Option("--force", help="Grade again what is graded already.")]
Scheduler = Annotated[str | None, typer.Option(help="A dask scheduler's address, such as tls://host:8786.")]
Unsandboxed = Annotated[bool, typer.Option("--unsandboxed", help="Run submissions with your own rights. Dangerous.")]
Output = Annotated[Path | None, typer.Option(help="Where to write it.", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]


@app.callback()
def course() -> None:
    """Learn for the AWS Solutions Architect Associate exam in notebooks that run offline.

    Begin with `course lab`: it opens the course in your browser. Read a chapter, write its exercises, and
    check them with the button in the notebook or with `course check messaging`. You need no AWS account, and
    nothing leaves your machine.

    `course COMMAND --help` says more about one command.
    """


@app.command(rich_help_panel=LEARN, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the course in JupyterLab.

    It makes your own copy of each chapter in work/ where you have none, and opens the start page. Jupyter's
    own options may follow: `course lab --no-browser --port 9000`. To end it, press Ctrl+C twice.
    """
    from course import lab as jupyterlab

    jupyterlab.launch(context.args)


@app.command(rich_help_panel=LEARN)
def start(chapter: Chapter, *, fresh: Fresh = False) -> None:
    """Make your own copy of a chapter in work/.

    Nothing of yours is ever written over.
    """
    from course.study.start import start as make

    make(chapter, fresh=fresh, say=typer.echo)


@app.command(rich_help_panel=LEARN)
def check(chapter: Chapter, *, notebook: Notebook = None, watch: Watch = False, json: Json = False) -> None:
    """Check your work: what failed, why, and which mistake it looks like.

    It checks the notebook as you last saved it, as often as you like; nothing is handed in.
    """
    from course.study import self_check

    path = notebook or self_check.find_notebook(chapter)
    if json:
        import msgspec

        typer.echo(msgspec.json.encode(self_check.run(chapter, path)).decode())
    elif watch:
        _watch(chapter, path)
    else:
        _report(chapter, path)


@app.command(rich_help_panel=LEARN)
def hint(chapter: Chapter, exercise: Exercise) -> None:
    """Show the next hint of an exercise, one step further each time."""
    from course.study.hints import next_hint

    for line in next_hint(chapter, exercise):
        typer.echo(line)


@app.command(rich_help_panel=LEARN)
def glossary(query: Annotated[str, typer.Argument(help="A term, or a part of one, in English or Chinese.")]) -> None:
    """Look up a term, in English or Chinese."""
    from course.glossary import glossary as look_up

    typer.echo(str(look_up(query)))


@app.command(rich_help_panel=LEARN)
def facts(chapters: Chapters = None, *, check: CheckFacts = False) -> None:
    """Show what older material has wrong today.

    With `--check` it asks the installed botocore instead whether the facts still hold.
    """
    slugs = chapters or _slugs()
    if check:
        _check_facts(slugs)
        return
    from rich.markdown import Markdown

    from course import curriculum, facts

    for slug in slugs:
        _console().print(Markdown(f"# {curriculum.find(slug).title}\n\n{facts.table(facts.changed(facts.load(slug)))}"))


@app.command(rich_help_panel=TEACH)
def grade(
    chapter: Chapter,
    *,
    jobs: Jobs = None,
    student: Students = None,
    force: Again = False,
    scheduler: Scheduler = None,
    unsandboxed: Unsandboxed = False,
) -> None:
    """Grade a class: what was handed in and not graded yet, or has changed since.

    It runs in the folder of an nbgrader course and writes what `nbgrader autograde` writes: the gradebook and
    autograded/. Each submission runs in a sandbox, several side by side. A run that was stopped goes on where
    it was.
    """
    from course.grading.executors import forks

    if scheduler is None:
        forks.prepare()
    from course.grading import command

    command.run(chapter, jobs=jobs, students=student or (), force=force, scheduler=scheduler, unsandboxed=unsandboxed)


@app.command(rich_help_panel=TEACH)
def report(chapter: Chapter, *, output: Output = None) -> None:
    """Write a class's report: scores, how hard each exercise is, misconceptions, and what was not graded.

    It is one HTML page that you can open, print or send, and that holds everybody's scores. It lies in the course
    folder, as report-CHAPTER.html.
    """
    from course.grading import command
    from course.grading.pages import report as page

    _, coursedir = command.course_folder()
    typer.echo(page.write(coursedir, chapter, output))


@app.command(rich_help_panel=WRITE)
def build(chapters: Chapters = None, *, force: Force = False, keep: Keep = False, regrade: Regrade = False) -> None:
    """Make source/ and release/ from course/chapters/.

    The same chapter makes the same bytes. Nothing that people edited or handed in is lost: such a chapter is
    refused until you say what shall happen.
    """
    from course.authoring import build as authoring
    from course.study import root

    authoring.build(chapters or _slugs(), root.course_folder(), force=force, keep=keep, regrade=regrade, say=typer.echo)


@app.command(rich_help_panel=WRITE)
def verify(chapters: Chapters = None) -> None:
    """Prove the contract of every exercise, and that nothing made is stale.

    The stub scores nothing, the solution everything, and each misconception fails exactly the cases it names.
    """
    from rich.progress import Progress

    from course.authoring import verify as authoring
    from course.study import root

    console = _console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Running every answer of every exercise", total=None)
        faults = authoring.verify(
            chapters or _slugs(),
            root.course_folder(),
            lambda exercise: bar.update(task, advance=1, description=f"{exercise} is proved"),
        )
    if faults:
        raise CourseError("\n".join(faults))
    typer.echo("Every exercise keeps its contract.")


def _slugs() -> tuple[str, ...]:
    from course.authoring import source
    from course.study import root

    return source.slugs(root.course_folder())


def _check_facts(slugs: Sequence[str]) -> None:
    import botocore

    from course import facts

    checks = [(fact, check) for slug in slugs for fact in facts.load(slug) for check in fact.checks]
    broken = [f"{fact.id}: {complaint}" for fact, check in checks if (complaint := facts.run_check(check))]
    if broken:
        raise CourseError("\n".join(broken))
    typer.echo(f"All {len(checks)} checks hold against botocore {botocore.__version__}.")


def _report(chapter: str, notebook: Path) -> None:
    from course.study import report, self_check

    console = _console()
    with console.status(f"Checking {notebook} …"):
        result = self_check.run(chapter, notebook)
    console.print(f"{notebook}", style="dim")
    console.print(report.terminal(result))


def _watch(chapter: str, notebook: Path) -> None:
    from contextlib import suppress
    from datetime import datetime

    from course.study import report, self_check

    console = _console()
    with suppress(KeyboardInterrupt):
        for result in self_check.watch(chapter, notebook):
            console.clear()
            console.print(str(result) if isinstance(result, CourseError) else report.terminal(result))
            now = datetime.now().astimezone().strftime("%H:%M:%S")
            console.print(f"\nChecked at {now}. Save {notebook.name} to check again; Ctrl+C ends.", style="dim")


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def prepare_environment() -> None:
    """Put the programs beside our Python first on the PATH: nbgrader calls its alembic by name alone."""
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])


def main() -> None:
    """Run the command; what the course has to say against it is a sentence on standard error, exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a Windows console may lack a mark
    prepare_environment()
    try:
        app()
    except CourseError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
    finally:
        gc.freeze()  # Python ends in half the time when its collector does not look through all that was imported


if __name__ == "__main__":
    main()
