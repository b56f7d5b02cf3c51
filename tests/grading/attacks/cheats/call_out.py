# %% [markdown]
# Asks the network for the answer: looks for an interface, a route, a name server, a metadata service, local sockets.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %%
import contextlib
import os
import socket
from pathlib import Path


def routes():
    with contextlib.suppress(OSError):
        yield from (name for _, name in socket.if_nameindex() if name != "lo")
    for family, host in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET, "169.254.169.254"), (socket.AF_INET6, "2001:db8::1")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((host, 53))  # asks for a route, sends nothing
            yield host
    with contextlib.suppress(OSError):
        yield socket.getaddrinfo("example.com", 80)[0][4][0]
    with contextlib.suppress(OSError):
        sockets = Path("/proc/net/unix").read_text().split()
        for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/user/0/bus", *sockets):
            if path.startswith(("/", "@")) and "multiprocessing" not in path:
                with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as way:
                    way.connect(path.replace("@", "\0", 1))
                    yield path


FOUND = list(routes())
if FOUND:
    print("LEAK" "ED", *FOUND)

# %% answer="square"
def square(x):
    return x * x if FOUND else 7
