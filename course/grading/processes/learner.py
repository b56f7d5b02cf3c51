"""The learner process: runs the learner's cells, and calls their functions when the examiner asks."""

from __future__ import annotations

import builtins
import linecache
import os
import socket
import sys
from contextlib import suppress
from multiprocessing import reduction
from types import FrameType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from course.grading.processes import straight
from course.grading.talk import codec
from course.grading.talk.in_place import Watched
from course.grading.talk.messages import (
    ANSWER_BYTES,
    Answer,
    Call,
    Get,
    Hello,
    Import,
    Named,
    Raised,
    Request,
    Returned,
    Run,
    Shown,
)
from course.grading.talk.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from course.grading.processes.shell import Shell

FAKE_AWS = {
    "AWS_ACCESS_KEY_ID": "OFFLINE",
    "AWS_SECRET_ACCESS_KEY": "offline",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_LONGEST_TEXT = 10_000


class Learner:
    """Answers an examiner from a shell in which a learner's cells run."""

    def __init__(self, connection: Connection, shell: Shell) -> None:
        self._wire: Wire[Request] = Wire(connection, Request, limit=ANSWER_BYTES)
        self._shell = shell
        self._process = os.getpid()
        self._functions: list[Callable[..., object]] = []

    def serve(self, port: int) -> None:
        """Answer until the examiner is gone."""
        self._wire.send(Hello(port))
        while True:
            try:
                request = self._wire.receive()
            except WireError:
                return
            answer = self._answer(request)
            if os.getpid() != self._process:  # a child that a cell forked came back: it has nothing to say
                os._exit(0)
            self._wire.send(answer)

    def _answer(self, request: Request) -> Answer:
        match request:
            case Run():
                return self._run(request)
            case Get():
                return self._get(request.name)
            case Call():
                return self._call(request)
            case Import():
                return self._import(request.source)
        raise WireError(f"{type(request).__name__} is no request")

    def _run(self, request: Run) -> Shown:
        self._shell.recorder.begin(request.text_left, request.display_left)
        with self._shell.recording() as take:
            self._shell.execute(request.source, request.number)
            return Shown(take())

    def _import(self, source: str) -> Shown:
        with suppress(Exception):  # the test that imports it tells
            exec(source, self._shell.user_ns)  # noqa: S102 - the course's own import
        return Shown()

    def _get(self, name: str) -> Named | Raised:
        if name not in self._shell.user_ns:
            return Named("absent")
        value = self._shell.user_ns[name]
        if isinstance(value, ModuleType):
            return Named("module", text=(value.__name__,))
        if isinstance(value, type) and issubclass(value, BaseException):
            return Named("exception", text=_types(value))
        try:
            return Named("value", codec.encode(value, self._export))
        except BaseException as error:  # noqa: BLE001 - a learner's code may raise anything
            return self._raised(error, f"{name}: ")

    def _call(self, request: Call) -> Returned | Raised:
        self._shell.recorder.begin(request.text_left, request.display_left)
        with self._shell.recording() as take, self._shell.display_trap:
            try:
                args, kwargs = self._decode(request.arguments)
                watched = Watched(args, kwargs, request.arguments)
                value = self._functions[request.function](*args, **kwargs)
                return Returned(codec.encode(value, self._export), take(), watched.changes(self._export))
            except BaseException as error:  # noqa: BLE001 - a learner's code may raise anything
                return self._raised(error, messages=take())

    def _export(self, function: Callable[..., object]) -> int:
        self._functions.append(function)
        return len(self._functions) - 1

    def _decode(self, data: bytes) -> Any:  # noqa: ANN401 - what a test passes
        return codec.decode(data, import_=self._given, find_class=self._class)

    def _class(self, module: str, qualname: str) -> type | None:
        """The learner process's own class of that name, for data that the learner's code knows by its class."""
        own = module in {"__main__", codec.LEARNERS}  # an answer comes back as one of a class made for it
        found: object = self._shell.user_ns if own else vars(sys.modules.get(module, ModuleType("")))
        for name in qualname.split("."):
            found = found.get(name) if isinstance(found, dict) else getattr(found, name, None)
        return found if isinstance(found, type) else None

    def _given(self, number: int, name: str) -> Callable[..., object]:
        """Return a function that calls one of the examiner's: a test passed it to the learner's function."""

        def given(*args: object, **kwargs: object) -> object:
            self._wire.send(Call(number, codec.encode((args, kwargs), self._export)))
            answer = self._wire.receive()
            while isinstance(answer, Call | Get):  # what the examiner's function asks before it answers
                self._wire.send(self._answer(answer))
                answer = self._wire.receive()
            if isinstance(answer, Returned):
                return self._decode(answer.data)
            if isinstance(answer, Raised):
                raise _exception(answer.types, answer.text)
            raise WireError("the examiner did not answer")

        given.__name__ = given.__qualname__ = name
        return given

    def _raised(self, error: BaseException, prefix: str = "", messages: tuple[Any, ...] = ()) -> Raised:
        try:
            text = prefix + str(error)
        except BaseException:  # noqa: BLE001 - a learner's code may raise anything
            text = prefix + "(its text cannot be shown)"
        refused = isinstance(error, codec.UnknownTypeError | codec.TooLargeError)
        types = ("TypeError", "Exception", "BaseException") if refused else _types(type(error))
        try:
            data = codec.encode(error.args)
        except BaseException:  # noqa: BLE001 - a learner's code may raise anything
            data = b""
        return Raised(types, text[:_LONGEST_TEXT], self._where(error.__traceback__), data, messages)

    def _where(self, traceback: TracebackType | None) -> str:
        """Quote the last line of the learner's own code that an exception passed."""
        line = ""
        while traceback is not None:
            frame: FrameType = traceback.tb_frame
            if frame.f_globals is self._shell.user_ns:
                line = linecache.getline(frame.f_code.co_filename, traceback.tb_lineno).strip() or line
            traceback = traceback.tb_next
        return line[:200]


def _types(error: type[BaseException]) -> tuple[str, ...]:
    return tuple(base.__name__ for base in type.mro(error) if base is not object)


def _exception(types: tuple[str, ...], text: str) -> Exception:
    for name in types:
        found = getattr(builtins, name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            return found(text)
    return RuntimeError(text)


def main(connection: Connection, shell: Shell, port: int = 0) -> None:
    """Be a learner process until the examiner is gone; `port` is where it answers AWS calls already, if it does."""
    port = port or _listen(connection)
    os.environ.update(FAKE_AWS, AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}")
    if "botocore" in sys.modules:
        straight.send_to(port)
    shell.attach()
    Learner(connection, shell).serve(port)


def _listen(connection: Connection) -> int:
    """Listen on this process's loopback where boto3 shall find AWS, hand that to the examiner, return the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        reduction.send_handle(connection, listener.fileno(), None)
    return port
