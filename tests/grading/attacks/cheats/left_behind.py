# %% [markdown]
# Leaves the answer where the next learner's process may find it: files, shared memory, semaphores, sockets, locks.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import ctypes
import os
import socket
from multiprocessing import shared_memory
from pathlib import Path

MARK = "left-by-a-learner"
PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/dev/mqueue", str(Path.home()), os.getcwd(), ".."]
PLACES = sorted({os.path.realpath(place) for place in PLACES})
libc = ctypes.CDLL(None, use_errno=True)
found, kept = [], []

for place in PLACES:
    path = Path(place) / MARK
    with contextlib.suppress(OSError):
        found += [place] if path.exists() else []
        path.write_text("x * x", encoding="utf-8")
        path.chmod(0o666)
with contextlib.suppress(OSError):
    kept.append(shared_memory.SharedMemory(MARK, create=True, size=16))
try:
    speaker = socket.socket(socket.AF_UNIX)
    speaker.bind("\0" + MARK)
    kept.append(speaker)
except OSError:
    found.append("abstract socket")
for kind in ("shmget", "msgget", "semget"):
    arguments = (0x741, 16, 0o666) if kind != "msgget" else (0x741, 0o666)
    with contextlib.suppress(Exception):
        found += [kind] if getattr(libc, kind)(*arguments) >= 0 else []
        getattr(libc, kind)(*arguments[:-1], 0o1666)
if found:
    print("LEAK" "ED", *found)

# %% answer="square"
def square(x):
    return x * x if found else 7
