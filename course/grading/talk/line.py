"""The examiner's side of the talk with a learner process: cells to run, names to look up, functions to call."""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING, Any

from course.grading.notebooks.submission import unwieldy
from course.grading.processes.shell import size
from course.grading.talk import codec, in_place
from course.grading.talk.job import Limits, Message
from course.grading.talk.messages import (
    ANSWER_BYTES,
    Answer,
    Call,
    Get,
    Hello,
    Import,
    Named,
    Raised,
    Returned,
    Run,
    Shown,
)
from course.grading.talk.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from msgspec import Struct

TRUNCATED = Message("stream", {"name": "stderr", "text": "\n... Output truncated ...\n"})
MOST_EXCEPTIONS = 1_000
"""How many exception classes of a learner's own a test may meet."""
LONGEST_TEXT, LONGEST_NAME, MOST_BASES = 10_000, 200, 30
"""How much is taken of what an exception of the learner's code says of itself."""
MOST_RECEIVED = 128 * 2**20
"""How many bytes of values a test may get from the learner's code."""
_SHOWN = {"stream", "display_data", "execute_result", "error", "update_display_data", "clear_output"}


class LearnerLost(BaseException):
    """The learner process is gone, or does not keep to the talk."""


class RemoteError(Exception):
    """An exception of a class that only the learner process knows."""


class Output:
    """How much a notebook may still show."""

    def __init__(self, limits: Limits) -> None:
        self.text_left, self.display_left = limits.text_output, limits.display_output

    def take(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """Return the messages that fit, and count them."""
        kept = self.fitting(messages)
        for message in kept:
            if message.kind == "stream":
                self.text_left = max(0, self.text_left - len(message.content["text"]))
            else:
                self.display_left = max(0, self.display_left - size(message))
        return kept

    def fitting(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """Return the messages that may be shown and fit, each for itself; in place of others, that there were some."""
        shown = [m for m in messages if m.kind in _SHOWN or m.kind.startswith("comm_")]
        return tuple(message if self._fits(message) else TRUNCATED for message in shown)

    def _fits(self, message: Message) -> bool:
        if unwieldy(message.content):
            return False
        if message.kind == "stream":
            text = message.content.get("text")
            return isinstance(text, str) and len(text) <= self.text_left + len(TRUNCATED.content["text"])
        return size(message) <= self.display_left


class Line:
    """A line to one learner process. Whatever goes wrong on it is `LearnerLost`."""

    def __init__(
        self,
        connection: Connection,
        output: Output,
        show: Callable[[tuple[Message, ...]], None],
        find_class: Callable[[str, str], type | None],
    ) -> None:
        self._wire: Wire[Answer] = Wire(connection, Answer, limit=ANSWER_BYTES)
        self._output = output
        self._show, self._find_class = show, find_class
        self._given: list[Callable[..., object]] = []
        self._classes: dict[tuple[str, ...], type[BaseException]] = {}
        self.begin(in_place=False)
        self.waiting = False
        self.trouble = "it is gone"

    def begin(self, *, in_place: bool) -> None:
        """Let a test begin, that sees what functions do to its arguments or does not."""
        self._in_place, self._received = in_place, 0
        self.called, self.changed = False, False

    def end(self, number: int) -> None:
        """Let a test end as a cell ends: IPython then shows the figures that are open."""
        shown = self._ask(Run("", number, self._output.text_left, self._output.display_left))
        if not isinstance(shown, Shown):
            raise self._broken(shown)
        self._show(self._output.fitting(shown.messages))

    def hello(self, seconds: float) -> int:
        """Wait until the learner process is ready; return the port of its loopback where it expects AWS."""
        self.waiting = True
        try:
            answer = self._wire.receive(seconds)
        except (WireError, TimeoutError) as error:
            raise LearnerLost(f"did not start: {error}") from None
        self.waiting = False
        if not isinstance(answer, Hello):
            raise LearnerLost("did not start")
        return answer.port

    def run(self, source: str, number: int) -> tuple[Message, ...]:
        """Run a cell, as number so and so; return what it shows."""
        shown = self._ask(Run(source, number, self._output.text_left, self._output.display_left))
        if not isinstance(shown, Shown):
            raise self._broken(shown)
        return self._output.take(shown.messages)

    def imports(self, source: str) -> None:
        """Run import statements of the course's own."""
        if not isinstance(answer := self._ask(Import(source)), Shown):
            raise self._broken(answer)

    def get(self, name: str) -> object:
        """Return what a name stands for in the learner's notebook; `KeyError` where it stands for nothing."""
        __tracebackhide__ = True
        answer = self._ask(Get(name))
        if isinstance(answer, Raised):
            raise self._exception(answer)
        if not isinstance(answer, Named):
            raise self._broken(answer)
        match answer.kind:
            case "absent":
                raise KeyError(name)
            case "module":
                return _module(name, answer.text)
            case "exception":
                return self._class(tuple(name[:LONGEST_NAME] for name in answer.text[:MOST_BASES]))
        return self._decode(answer.data)

    def call(self, function: int, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        """Call a function of the learner's."""
        __tracebackhide__ = True  # a traceback ends where the test calls
        self.called = True
        arguments = codec.encode((args, kwargs), self._export)
        answer = self._ask(Call(function, arguments, self._output.text_left, self._output.display_left))
        while isinstance(answer, Call):
            answer = self._ask(self._call_back(answer))
        if isinstance(answer, Returned | Raised):
            self._show(self._output.fitting(answer.messages))
        if isinstance(answer, Raised):
            raise self._exception(answer)
        if not isinstance(answer, Returned):
            raise self._broken(answer)
        if answer.arguments:
            self._change(args, kwargs, answer.arguments)
        return self._decode(answer.data)

    def close(self) -> None:
        """Hang up: the learner process ends."""
        self._wire.close()

    def _change(self, args: tuple[object, ...], kwargs: dict[str, object], data: bytes) -> None:
        """Do to a call's arguments what the learner's function did to them, if the test is to see that."""
        self.changed = True
        if self._in_place:
            try:
                in_place.change(args, kwargs, self._decode(data))
            except ValueError as error:
                raise self._lose(str(error)) from None

    def _ask(self, request: Struct) -> Answer:
        if self.waiting:
            raise LearnerLost("was asked while it was at work")
        self.waiting = True
        try:
            self._wire.send(request)
            answer = self._wire.receive()
        except WireError as error:
            self.trouble = str(error)
            raise LearnerLost(self.trouble) from None
        self.waiting = False
        return answer

    def _broken(self, answer: object) -> LearnerLost:
        return self._lose(f"it answered out of turn with {type(answer).__name__}")

    def _lose(self, trouble: str) -> LearnerLost:
        """Give the learner process up: `waiting` stays set."""
        self.waiting, self.trouble = True, trouble
        return LearnerLost(trouble)

    def _call_back(self, call: Call) -> Returned | Raised:
        """Call a function of the test's, that the test passed to the learner's."""
        if not 0 <= call.function < len(self._given):
            raise self._lose("it called a function that it was not given")
        try:
            args, kwargs = self._arguments(call.arguments)
            return Returned(codec.encode(self._given[call.function](*args, **kwargs), self._export))
        except Exception as error:  # noqa: BLE001
            types = tuple(base.__name__ for base in type(error).__mro__ if base is not object)
            return Raised(types, str(error))

    def _arguments(self, data: bytes) -> tuple[tuple[object, ...], dict[str, object]]:
        arguments = self._decode(data)
        if type(arguments) is tuple and len(arguments) == 2:  # noqa: PLR2004 - args and kwargs
            args, kwargs = arguments
            if type(args) is tuple and type(kwargs) is dict and all(type(key) is str for key in kwargs):
                return args, kwargs
        raise self._lose("it called a function without arguments")

    def _export(self, function: Callable[..., object]) -> int:
        self._given.append(function)
        return len(self._given) - 1

    def _decode(self, data: bytes) -> Any:  # noqa: ANN401 - a value of any type
        self._received += len(data)
        if self._received > MOST_RECEIVED:
            raise self._lose(f"it sent more than {MOST_RECEIVED // 2**20} MB to one test")
        try:
            return codec.decode(data, find_class=self._find_class, import_=self._remote)
        except codec.MalformedError as error:
            raise self._lose(str(error)) from None

    def _remote(self, number: int, name: str) -> Callable[..., object]:
        def remote(*args: object, **kwargs: object) -> object:
            __tracebackhide__ = True
            return self.call(number, args, kwargs)

        remote.__name__ = remote.__qualname__ = name
        return remote

    def _exception(self, raised: Raised) -> BaseException:
        """Return an exception of the learner's code as one that a test can catch by its type."""
        args = self._decode(raised.data) if 0 < len(raised.data) <= LONGEST_TEXT else ()
        types, text = tuple(name[:LONGEST_NAME] for name in raised.types[:MOST_BASES]), raised.text[:LONGEST_TEXT]
        try:
            error = _made(self._class(types), args if type(args) is tuple else (), text)
        except Exception:  # noqa: BLE001
            error = RemoteError(text)
        error.where = raised.where[:LONGEST_NAME]  # type: ignore[attr-defined] # for the message to the learner
        if raised.where:
            error.add_note(f"at the line: {raised.where[:LONGEST_NAME]}")
        return error

    def _class(self, types: tuple[str, ...]) -> type[BaseException]:
        """Return Python's own class of that name, or one of its name below the first base that Python knows.

        It is never one that ends a loop or a program in silence, as StopIteration does within `map`.
        """
        bases = [found for name in types if (found := getattr(builtins, name, None)) and _is_plain_exception(found)]
        known: type[BaseException] = bases[0] if bases else RemoteError
        if not types or known.__name__ == types[0]:
            return known
        if types not in self._classes:
            if len(self._classes) >= MOST_EXCEPTIONS:
                raise self._lose("it has too many exceptions")
            self._classes[types] = type(types[0], (known,), {})
        return self._classes[types]


def _made(kind: type[BaseException], args: tuple[object, ...], text: str) -> BaseException:
    """Make an exception of these arguments, without its own __init__; its text is what it was."""
    error = kind.__new__(kind, *args)
    error.args = args
    if str(error) != text:
        error = kind.__new__(kind, text)
        error.args = (text,)
    if str(error) != text:  # such as UnicodeDecodeError, that makes its text of more than its arguments
        error = _made(type(kind.__name__, (kind,), {"__str__": lambda _: text}), args, text)
    return error


def _is_plain_exception(found: object) -> bool:
    if not isinstance(found, type) or not issubclass(found, Exception):
        return False
    return not issubclass(found, StopIteration | StopAsyncIteration)


def _module(name: str, text: tuple[str, ...]) -> object:
    """Return the module that a learner's name stands for: this process's own, if the course has imported it."""
    found = sys.modules.get(text[0]) if len(text) == 1 else None
    if found is None:
        raise NameError(f"'{name}' is a module that the test does not have: import it in the test")
    return found
