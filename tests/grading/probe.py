"""What can code in the sandbox reach? Run as a program, it looks about from a learner's cell and prints JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from course.grading.processes.sandbox import Sandbox
from course.grading.processes.warm import Warmth
from course.grading.processes.worker import Worker
from course.grading.talk.job import Cell, Job, Limits

ROOT = Path(__file__).parents[2]
LOOK = """
import ctypes, errno, json, os, pathlib, socket

def attempt(action):
    try:
        return action() is not False
    except Exception:
        return False

def listed(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []

def connects(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as way:
        way.settimeout(1)
        way.connect(address)

def can_write(path):
    file = pathlib.Path(path, "probe-7411")
    file.write_text("1")
    file.unlink()

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "ptrace": (0, 0, 0, 0), "unshare": (0x10000000,), "mount": (b"x", b"/tmp", b"tmpfs", 0, None), "chroot": (b"/tmp",),
    "memfd_create": (b"x", 0), "shmget": (1, 4096, 0o1666), "setuid": (0,), "sethostname": (b"x", 1),
}
SECRET_PLACES = [
    "HOME", "ROOT/source", "ROOT/gradebook.db", "ROOT/.git", "ROOT/nbgrader_config.py", "/home", "/root/.ssh",
    "/root/.bashrc", "/etc/passwd", "/etc/shadow", "/var", "/mnt", "/proc/1", "/proc/self", "/sys", "/run",
]
WRITABLE_PLACES = [
    "/", "/tmp", "/dev", "/dev/shm", "/usr", "/etc", "/proc", "/var/tmp", "ROOT", "ROOT/course", os.getcwd(), "PREFIX",
]
ADDRESSES = [
    (socket.AF_INET, ("127.0.0.1", 22)), (socket.AF_INET, ("192.0.2.1", 80)),
    (socket.AF_INET, ("169.254.169.254", 80)), (socket.AF_INET6, ("2001:db8::1", 80)),
    (socket.AF_UNIX, "/run/dbus/system_bus_socket"),
]
DEVICES = {"kmsg", "mem", "sda", "vda", "kvm", "fuse", "net"}
found = {
    "files": sorted({entry for _, folders, names in os.walk(".") for entry in [*folders, *names]}) if ISOLATED else [],
    "pid": os.getpid(),
    "processes": [name for name in listed("/proc") if name.isdigit()],
    "environment": [name for name in os.environ if "TOKEN" in name],
    "readable": [place for place in SECRET_PLACES if listed(place) or attempt(lambda: open(place).read(1) != "")],
    "exercises": listed("ROOT/course/chapters/messaging/exercises"),
    "writable": [place for place in WRITABLE_PLACES if attempt(lambda: can_write(place))],
    "network": [str(to) for family, to in ADDRESSES if ISOLATED and attempt(lambda: connects(family, to))],
    "allowed": [name for name, arguments in CALLS.items() if ISOLATED and getattr(libc, name)(*arguments) != -1],
    "devices": [name for name in listed("/dev") if ISOLATED and name in DEVICES],
}
print(json.dumps(found))
"""


def look(*, isolated: bool) -> dict[str, Any]:
    """Look about from a learner process in the sandbox, or from this process's own kind outside of it."""
    text = LOOK.replace("ROOT", str(ROOT)).replace("PREFIX", sys.prefix).replace("HOME", str(Path.home()))
    text = text.replace("ISOLATED", str(isolated))
    box = Sandbox(hidden=("chapters/*/exercises",)) if isolated else None
    with Worker(Warmth(), box) as worker:
        job = Job(cells=(Cell(role="learner", source=text, number=1),), limits=Limits())
        (ran,) = worker.run(job, {"data/hello.txt": b"hello"} if isolated else {}).cells
    shown = "".join(str(message.content.get("text") or message.content) for message in ran.messages)
    found: dict[str, Any] = json.loads(shown)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(isolated=True)) + "\n")
