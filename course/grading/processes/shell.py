"""IPython as a notebook's kernel runs it, without the kernel: what a cell shows is kept as Jupyter messages."""

from __future__ import annotations

import ast
import builtins
import contextlib
import getpass
import io
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any, NoReturn, cast

import comm
import msgspec
from comm.base_comm import BaseComm
from ipykernel.compiler import XCachingCompiler
from ipykernel.jsonutil import json_clean
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets.config import Config

from course.grading.talk.job import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType

    from IPython.core.interactiveshell import ExecutionResult

TRUNCATED = "... Output truncated ..."
_BETWEEN = ("course.grading.talk.", "course.grading.processes.learner")


class Recorder(Session):
    """Stands where a kernel has its session: keeps what is sent to the front end, up to a limit of bytes."""

    def begin(self, text_left: int, display_left: int) -> None:
        """Forget what was kept; keep from now on so many bytes of text and of all else."""
        self.messages: list[Message] = []
        self.text_left, self.display_left = text_left, display_left

    def send(
        self,
        stream: object,  # noqa: ARG002 - the signature that is asked for
        msg_or_type: Any,  # noqa: ANN401 - jupyter_client's signature
        content: dict[str, Any] | None = None,
        parent: object = None,  # noqa: ARG002 - the signature that is asked for
        ident: object = None,  # noqa: ARG002 - the signature that is asked for
        buffers: list[Any] | None = None,
        *_: object,
        **__: object,
    ) -> None:
        """Keep a message."""
        if isinstance(msg_or_type, str):
            kind, content = msg_or_type, content or {}
        else:
            kind, content = msg_or_type["msg_type"], msg_or_type["content"]
        data = tuple(bytes(buffer) for buffer in buffers or ())
        plain = msgspec.json.encode(content, enc_hook=json_default)  # as a session sends it: plain JSON
        message, taken = Message(kind, msgspec.json.decode(plain), data), len(plain) + sum(map(len, data))
        if taken <= self.display_left:
            self.display_left -= taken
            self.messages.append(message)
        elif self.display_left:
            self.display_left = 0
            self.write("stderr", f"{TRUNCATED}\n")

    def write(self, name: str, text: str) -> None:
        """Keep printed text, joined to what the same stream printed just before."""
        if not self.text_left:
            return
        if len(text) > self.text_left:
            text, self.text_left = f"{text[: self.text_left]}\n{TRUNCATED}\n", 0
        else:
            self.text_left -= len(text)
        last = self.messages[-1] if self.messages else None
        if last and last.kind == "stream" and last.content["name"] == name:
            last.content["parts"].append(text)
        else:
            self.messages.append(Message("stream", {"name": name, "parts": [text]}))

    def take(self) -> tuple[Message, ...]:
        """Return what was kept."""
        taken, self.messages = self.messages, []
        return tuple(
            Message("stream", {"name": m.content["name"], "text": "".join(m.content["parts"])})
            if m.kind == "stream"
            else m
            for m in taken
        )


def size(message: Message) -> int:
    """Return how many bytes a message takes."""
    return len(msgspec.json.encode(message.content)) + sum(map(len, message.buffers))


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    def __init__(self, name: str, recorder: Recorder, descriptor: int) -> None:
        self.name = name
        self._recorder = recorder
        self._descriptor = descriptor

    encoding = "utf-8"
    errors = "replace"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._recorder.write(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False


class _Comm(BaseComm):
    """A widget's line to the front end."""

    recorder: Recorder

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,  # noqa: ARG002 - the signature that is asked for
        buffers: list[bytes] | None = None,
        **keys: object,
    ) -> None:
        content = json_clean({"data": data or {}, "comm_id": self.comm_id, **keys})
        self.recorder.send(None, msg_type, content, buffers=buffers)


class _Kernel:
    """What ipywidgets asks a shell's kernel: which request is being answered. Here it is a cell, by its number."""

    def __init__(self, shell: Shell) -> None:
        self.get_parent = shell.get_parent


class Compiler(XCachingCompiler):
    """IPython's compiler. What it makes of a cell that it is told to keep is made once for all forks of its process."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._names: dict[str, str] = {}
        self._trees: dict[tuple[str, int], ast.Module] = {}
        self._codes: dict[tuple[int, str, int], CodeType] = {}

    def keep(self, source: str, transformed: str) -> None:
        """Keep a cell's file name, its tree, and the code of each of its statements. Raises what `compile` raises."""
        name = self.get_code_name(source, transformed, 0)
        tree = cast("ast.Module", self.ast_parse(transformed, name))
        with self.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):  # as IPython has them when it runs statements
            flags = self.flags
            for node in tree.body:
                shown = node is tree.body[-1] and isinstance(node, ast.Expr)
                mode, made = ("single", ast.Interactive([node])) if shown else ("exec", ast.Module([node], []))
                code = self(made, name, mode)
                if self.flags == flags:  # else it is a `from __future__ import`, which counts from then on
                    self._codes[id(node), mode, flags] = code
                self.flags = flags
        self._names[source], self._trees[transformed, self.flags] = name, tree

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Return a cell's file name."""
        return self._names.get(raw_code) or str(super().get_code_name(raw_code, code, number))  # type: ignore[no-untyped-call]

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        """Return a cell's tree."""
        return self._trees.get((source, self.flags)) or super().ast_parse(source, filename, symbol)

    def __call__(self, source: Any, filename: str, symbol: str, **how: Any) -> CodeType:  # noqa: ANN401 - codeop's signature
        """Return the code of a statement."""
        body: list[ast.stmt] = getattr(source, "body", [])
        kept = self._codes.get((id(body[0]), symbol, self.flags)) if len(body) == 1 else None
        return kept or super().__call__(source, filename, symbol, **how)


class Shell(ZMQInteractiveShell):
    """An IPython shell whose cells leave messages."""

    def __init__(self, user_ns: dict[str, Any] | None = None) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.cache_size = 1000
        self.recorder = Recorder(key=b"")
        self.recorder.begin(0, 0)
        super().__init__(config=config, user_ns=user_ns, compiler_class=Compiler)  # type: ignore[no-untyped-call]
        for part in (self.displayhook, self.display_pub):
            own: Any = part
            own.session, own.pub_socket = self.recorder, object()
        self.kernel = _Kernel(self)

    def _format_exception_for_storage(self, exception: BaseException, *_: object, **__: object) -> dict[str, object]:
        """Keep of an exception in the history what is cheap: its traceback is formatted once already, to be shown."""
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def attach(self) -> None:
        """Let this process's streams, displays, widgets and figures be this shell's."""
        _Comm.recorder = self.recorder
        comm.create_comm = _Comm
        sys.stdout = cast("Any", _Stream("stdout", self.recorder, 1))
        sys.stderr = cast("Any", _Stream("stderr", self.recorder, 2))
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for the life of the process
        self._capture_descriptors()
        builtins.input, getpass.getpass = _nobody_to_ask("raw_input"), _nobody_to_ask("getpass")

    def _capture_descriptors(self) -> None:
        """Let what C code and child processes print go to files, that are read after each cell."""
        self._printed = []
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            file = tempfile.TemporaryFile()  # noqa: SIM115 - for the life of the process
            os.dup2(file.fileno(), descriptor)
            self._printed.append((name, file))

    def _read_descriptors(self) -> None:
        for name, file in self._printed:
            size = os.fstat(file.fileno()).st_size
            if size:
                os.lseek(file.fileno(), 0, os.SEEK_SET)
                text = os.read(file.fileno(), self.recorder.text_left + 1).decode("utf-8", "replace")
                self.recorder.write(name, text)
                with contextlib.suppress(OSError):
                    os.ftruncate(file.fileno(), 0)
                    os.lseek(file.fileno(), 0, os.SEEK_SET)

    @contextlib.contextmanager
    def recording(self) -> Iterator[Callable[[], tuple[Message, ...]]]:
        """Within this, whatever is shown is kept; call what it gives to take it."""

        def take() -> tuple[Message, ...]:
            self._read_descriptors()
            return self.recorder.take()

        yield take

    def print_to(self, name: str, text: str) -> None:
        """Print on this process's stdout or stderr, wherever a test has redirected it to."""
        (sys.stderr if name == "stderr" else sys.stdout).write(text)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **how: Any) -> None:  # noqa: ANN401 - IPython's signature
        """Show an exception as the cell's author knows it: what lies between the two processes is no part of it."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        traceback = error.__traceback__ if error else None
        while traceback is not None:
            after = traceback.tb_next
            if after and after.tb_frame.f_globals.get("__name__", "").startswith(_BETWEEN):
                traceback.tb_next = after = None
            traceback = after
        super().showtraceback(exc_tuple, *args, **how)

    def execute(self, source: str, number: int) -> ExecutionResult:
        """Run a cell as a notebook's kernel does, as number so and so; what it shows is in `recorder`."""
        self.execution_count = number
        self.set_parent({"header": {"msg_id": str(number)}})  # type: ignore[no-untyped-call]
        result: ExecutionResult = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return result


def _nobody_to_ask(name: str) -> Callable[..., NoReturn]:
    """Return what a kernel without a person has in place of a function that asks one."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise StdinNotImplementedError(f"{name} was called, but this frontend does not support input requests.")

    return refuse
