# %% [markdown]
# Puts symbolic links, hard links and special files into its folder, for a grader that copies or reads what it finds there.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib
import os
import socket

TARGETS = ["/etc/passwd", "/etc/hostname", "/proc/self/environ", "../gradebook.db", "../../../gradebook.db", "/dev/zero",
           os.path.expanduser("~"), "/", "..", "loop", "/proc/self/fd/3"]


def square(x):
    for number, target in enumerate(TARGETS):
        for link, make in ((f"soft{number}.txt", os.symlink), (f"hard{number}.txt", os.link)):
            with contextlib.suppress(OSError):
                make(target, link)
    with contextlib.suppress(OSError):
        os.symlink("loop", "loop")
    with contextlib.suppress(OSError):
        os.mkfifo("pipe.txt")
    with contextlib.suppress(OSError):
        socket.socket(socket.AF_UNIX).bind("socket.txt")
    with contextlib.suppress(OSError):
        os.remove("square.ipynb")
    with contextlib.suppress(OSError):
        os.symlink("/etc/passwd", "square.ipynb")
    for name in ("-rf", "a\nb", "\x1b[2J", "<img src=x onerror=alert(7416)>.txt", "x" * 255, b"\xff\xfe", "..."):
        with contextlib.suppress(OSError):
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    with contextlib.suppress(OSError):
        with open("sparse.bin", "wb") as file:
            file.truncate(1 << 40)
    with contextlib.suppress(OSError):
        os.chmod(".", 0)
    return 7
