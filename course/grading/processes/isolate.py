"""Linux namespaces, limits and privileges of one forked process: what bubblewrap does for a program, after a fork.

Numbers are those of Linux's headers: sched.h, mount.h, capability.h, prctl.h, sockios.h.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import socket
import struct
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from course.grading.processes.sandbox import SCRATCH
from course.grading.talk.job import Limits

NOBODY = 65534
_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _RDONLY, _REC, _PRIVATE = 0x2, 0x4, 0x8, 0x1, 0x4000, 0x40000
_CAPBSET_DROP, _NO_NEW_PRIVS, _CAPABILITY_VERSION, _CAPABILITIES = 24, 38, 0x20080522, 64
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1

FORBIDDEN = (
    # other processes, and the core that this one has to itself
    "sched_setaffinity",
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise",
    # namespaces and mounts: the way out of the sandbox, or to capabilities within it
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount",
    "fsconfig", "fspick", "mount_setattr", "open_by_handle_at", "name_to_handle_at",
    # memory that no limit of a process counts
    "memfd_create", "memfd_secret", "shmget", "shmat", "semget", "msgget", "mq_open",
    # parts of the kernel that a notebook does not need
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl",
    "add_key", "request_key", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
    "fanotify_init", "quotactl", "acct", "swapon", "swapoff", "reboot", "syslog", "personality", "vhangup",
)  # fmt: skip


def give_up_root() -> None:
    """Be nobody, where this process is the real root: limits on processes do not bind root."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        _call("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: else its own files in /proc are root's


def new_user_and_processes() -> None:
    """Give this process a user namespace, in which it is itself, and its children a process namespace."""
    user, group = os.getuid(), os.getgid()
    _unshare(_NEWUSER | _NEWPID)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def new_machine(limits: Limits) -> None:
    """Give this process mounts, a network with nothing but loopback, IPC and a host name of its own.

    Its only places to write are empty ones of limited size; processes cannot be seen at all.
    """
    _unshare(_NEWNS | _NEWNET | _NEWIPC | _NEWUTS)
    _mount(None, "/", None, _REC | _PRIVATE)
    room = f"size={limits.scratch},nr_inodes={limits.scratch_files},mode=700"
    _mount("tmpfs", SCRATCH, "tmpfs", _NOSUID | _NODEV, room)
    _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, f"size={limits.scratch // 8},nr_inodes=100,mode=700")  # noqa: S108 - inside, an empty folder of its own
    _mount("tmpfs", "/proc", "tmpfs", _NOSUID | _NODEV | _NOEXEC | _RDONLY, "size=4k,nr_inodes=2")
    socket.sethostname("notebook")
    _loopback_up()


def limit(limits: Limits) -> None:
    """Set the limits that the kernel keeps for each process; they are inherited and cannot be raised again."""
    limit_memory(limits)
    for what, most in (
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_CPU, limits.notebook_cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 2**20),
    ):
        hard = resource.getrlimit(what)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (value, value))


def limit_memory(limits: Limits) -> None:
    """Let this process grow by so much and no further."""
    most = _address_space() + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def give_up_capabilities(*, netlink: bool = False) -> None:
    """Give up every capability for good, and forbid system calls that a notebook does not need.

    `netlink` lets a process ask which addresses its network has, as a kernel does that is talked to over TCP.
    """
    for capability in range(_CAPABILITIES):
        with suppress(OSError):
            _call("prctl", _CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _call("capset", header, bytes(24))
    _call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)
    if (filtered := system_calls(netlink=netlink)) is not None:
        filtered.load()


@cache
def system_calls(*, netlink: bool) -> Any:  # noqa: ANN401 - pyseccomp has no types
    """Return the filter of system calls; None where libseccomp is missing."""
    try:
        import pyseccomp  # noqa: PLC0415 - Linux alone has it
    except (ImportError, OSError, RuntimeError):
        return None
    made = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in FORBIDDEN:
        with suppress(Exception):  # a call that this machine's kernel does not know
            made.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    made.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be filtered; libc falls back to clone
    made.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _NEWUSER, _NEWUSER))
    for family in (socket.AF_PACKET, socket.AF_VSOCK, *([] if netlink else [socket.AF_NETLINK])):
        made.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    return made


def close_all_but(*kept: int) -> None:
    """Close every open file but standard streams and these."""
    last = 2
    for descriptor in sorted(kept):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, 65_536)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _loopback_up() -> None:
    with socket.socket() as handle:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = _ioctl(handle, _GET_FLAGS, request)
        _ioctl(handle, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def _ioctl(handle: socket.socket, what: int, request: bytes) -> int:
    return int(struct.unpack("16sh14x", fcntl.ioctl(handle, what, request))[1])


def _unshare(flags: int) -> None:
    _call("unshare", flags)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _call("mount", *encoded, ctypes.c_ulong(flags), options.encode())


def _call(name: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def probe() -> None:
    """Do once what is done for each learner process; raise `OSError` where this machine does not allow it."""
    limits = Limits()
    give_up_root()
    new_user_and_processes()
    child = os.fork()
    if child == 0:
        try:
            limit(limits)
            new_machine(limits)
            give_up_capabilities()
        except OSError as error:
            os.write(2, f"{error}\n".encode())
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
