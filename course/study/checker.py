"""The checker: a process in the background that keeps everything warm for the next check. This is how to reach it.

The first check of a course folder starts it. It is reached through a socket (on Windows a named pipe) in a folder
that is this user's alone; beside it lies a file with its address and its password. Where the checker cannot be had,
the caller checks by itself. COURSE_CHECKER names another folder for it, or says 'off'.
"""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from hashlib import sha256
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from threading import Thread

import msgspec

from course.study import root
from course.study.result import Result

VARIABLE, OFF = "COURSE_CHECKER", "off"
LOST = (OSError, EOFError, AuthenticationError, msgspec.DecodeError)
"""What is raised where the other side is gone, or is none of ours."""


class Request(msgspec.Struct, frozen=True):
    """What to check: a notebook of a chapter, its path as seen from `folder`, each cell in at most so many seconds."""

    slug: str
    notebook: str
    folder: str
    cell_seconds: float


class Answer(msgspec.Struct, frozen=True):
    """What came of it: a result, or else what is wrong with the notebook; and `said`, sentences beside it."""

    result: Result | None = None
    wrong: str = ""
    said: str = ""


class Contact(msgspec.Struct, frozen=True):
    """Where a checker is reached, and with which password."""

    address: str
    key: bytes


def ask(request: Request) -> Answer | None:
    """Let the checker of this course folder check, started if there is none; None where it cannot be had."""
    home = _home()
    if home is None:
        return None
    course = root.find() or Path.cwd()
    name = sha256(f"{course}\0{sys.prefix}\0{root.PACKAGE}".encode()).hexdigest()[:16]
    file = home / f"{name}.json"
    return _asked(_known(file), request) or _asked(_start(file, course), request)


def new_contact(file: Path) -> Contact:
    """Return an address beside a contact file, and a password."""
    token = secrets.token_hex(8)
    pipe = rf"\\.\pipe\course-{token}"
    return Contact(pipe if sys.platform == "win32" else f"{file.with_suffix('')}-{token}", secrets.token_bytes(32))


def _home() -> Path | None:
    """Return the folder where checkers are reached, which nobody else may enter."""
    told = os.environ.get(VARIABLE)
    if told == OFF:
        return None
    user = getattr(os, "getuid", lambda: "")()  # on Windows, the folder for temporary files is the user's own
    home = Path(told or Path(tempfile.gettempdir(), f"course-checker-{user}"))
    try:
        home.mkdir(mode=stat.S_IRWXU, exist_ok=True)
        status = home.lstat()
    except OSError:
        return None
    others = status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) if user != "" else 0
    return home if stat.S_ISDIR(status.st_mode) and not others and user in {"", status.st_uid} else None


def _known(file: Path) -> Contact | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Contact)
    except (OSError, msgspec.DecodeError):
        return None


def _start(file: Path, course: Path) -> Contact | None:
    """Start a checker in a session of its own; return how to reach it, which is the first thing that it says."""
    command = [sys.executable, "-P", "-m", "course.study.background", str(file), str(course)]
    with suppress(OSError, msgspec.DecodeError):
        process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=file.parent,
            env=root.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        Thread(target=process.wait, daemon=True).start()  # a kernel outlives it
        if process.stdout:
            with process.stdout as said:
                return msgspec.json.decode(said.readline(), type=Contact)
    return None


def _asked(contact: Contact | None, request: Request) -> Answer | None:
    """Ask, and wait for the answer; None where nobody answers."""
    with suppress(*LOST):
        if contact is not None:
            with Client(contact.address, authkey=contact.key) as connection:
                connection.send_bytes(msgspec.msgpack.encode(request))
                return msgspec.msgpack.decode(connection.recv_bytes(), type=Answer)
    return None
