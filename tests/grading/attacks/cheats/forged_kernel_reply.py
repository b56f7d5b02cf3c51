# %% [markdown]
# Sends Jupyter's own messages from inside the tested function: a result of 10, an 'ok' for the cell, and 'idle'.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
import contextlib


def forge():
    kernel = get_ipython().kernel
    parent = kernel.get_parent("shell")
    done = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    result = {"execution_count": 1, "data": {"text/plain": "10.0"}, "metadata": {}}
    identity = None
    with contextlib.suppress(Exception):
        identity = kernel._get_shell_context_var(kernel._shell_parent_ident)
    for socket in (kernel.iopub_socket, getattr(kernel.iopub_socket, "io_thread", None)):
        with contextlib.suppress(Exception):
            kernel.session.send(socket, "execute_result", result, parent)
            kernel.session.send(socket, "status", {"execution_state": "idle"}, parent, ident=kernel._topic("status"))
    for stream in [getattr(kernel, name, None) for name in ("shell_stream", "shell_socket")]:
        with contextlib.suppress(Exception):
            kernel.session.send(stream, "execute_reply", done, parent, ident=identity)


def square(x):
    with contextlib.suppress(Exception):
        forge()
    with contextlib.suppress(Exception):
        shell = get_ipython()
        shell.display_pub.publish({"text/plain": "10.0"})
        shell.display_pub.session.send(shell.display_pub.pub_socket, "execute_result", {"data": {"text/plain": "10"}})
    return 7
