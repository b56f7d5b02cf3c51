"""Grading on many machines: a dask scheduler hands submissions, as bytes, to workers that have the sandbox.

Nothing here starts schedulers or workers: dask's own commands do (docs/instructors.md). What goes over a network is
encrypted, and both ends show certificates; without, only what never leaves this machine is accepted.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import msgspec
import typer

from course.errors import CourseError
from course.grading.executors import remote
from course.grading.grade import Outcome, Task
from course.grading.processes.runner import NotGradedError

try:
    import dask
    from distributed import Client, Future, KilledWorker, wait
    from distributed.security import Security
except ImportError:
    raise CourseError("Grading on many machines needs dask: pip install 'course[cluster]'") from None

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from course.grading.processes.sandbox import Sandbox

PATIENCE = 60.0
"""For how many seconds a run waits for a worker, or for the scheduler, to come back."""
LOOK_SECONDS = 1.0
MOST_STARTS = 3
"""How often a task is handed out anew because all workers are gone that could have taken it."""
_AHEAD = 2
"""So many tasks for each worker: one that it grades, and the next."""
_ALL_DIED = "all workers that tried it have died"
_HOW = "see 'Many machines' in docs/instructors.md"


class ClusterError(CourseError):
    """A cluster that cannot be used: the sentence says why, and what to do."""


class Cluster:
    """An executor of all workers of a dask scheduler that can grade. A context manager.

    Workers may come and go: a submission whose worker dies is graded by another. `say` gets a sentence about each
    worker that is left out.
    """

    def __init__(self, address: str, say: Callable[[str], None] | None = None) -> None:
        self.window = _AHEAD
        self._say = say or partial(typer.echo, err=True)
        self._box: Sandbox | None = None
        self._seen: dict[str, str] = {}  # why a worker is left out, by its address; nothing where it is not
        self._trouble = ""
        self._alone: float | None = None
        self._client: Any = _connect(address)

    def check(self, box: Sandbox | None) -> None:
        """Ask every worker whether it can grade in this sandbox. `ClusterError` where none can."""
        self._box, self._seen = box, {}
        self._look()
        if not self._able:
            unfit = next(iter(self._seen.values()), "it has no workers")
            raise ClusterError(f"No worker of the scheduler can grade: {unfit}.")

    def submit(self, task: Task) -> _Promise:
        """Grade a submission on one of the workers."""
        promise = _Promise(msgspec.msgpack.encode(task))
        self._start(promise)
        return promise

    def wait(self, promises: Collection[Any]) -> Collection[_Promise]:
        """Wait until some are done, or until there is nobody left who could."""
        done: list[_Promise] = []
        while promises and not (done := [promise for promise in promises if promise.done]):
            with suppress(TimeoutError, CancelledError), self._client.as_current():
                if futures := [promise.future for promise in promises if promise.future is not None]:
                    wait(futures, timeout=LOOK_SECONDS, return_when="FIRST_COMPLETED")
                else:
                    time.sleep(LOOK_SECONDS)
            self._look()
            for promise in promises:
                promise.fetch()
                if not promise.done and (self._trouble or not self._able.intersection(promise.workers)):
                    self._start(promise)
        return done

    def close(self) -> None:
        """Let the workers end their engines, and go."""
        with suppress(Exception):  # the scheduler or a worker may be gone
            if self._connected:
                self._client.run(remote.rest, workers=list(self._able), on_error="ignore")
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _able(self) -> set[str]:
        return {address for address, unfit in self._seen.items() if not unfit}

    def _start(self, promise: _Promise) -> None:
        """Let the workers that there are now take a task; where there have been none for long, nobody will."""
        promise.future, promise.workers = None, sorted(self._able)
        if self._trouble or promise.starts == MOST_STARTS:
            promise.trouble = self._trouble or _ALL_DIED
        elif promise.workers and self._connected:
            promise.future = self._client.submit(remote.grade, promise.task, workers=promise.workers, pure=False)
            promise.starts += 1

    def _look(self) -> None:
        """See who is there: ask those who are new, forget those who are gone."""
        present = self._present()
        self._seen = {address: unfit for address, unfit in self._seen.items() if address in present}
        if new := sorted(present - set(self._seen)):
            self._ask(new)
        self.window = _AHEAD * max(1, len(self._able))
        self._alone = None if self._able else self._alone or time.monotonic()
        if self._alone and time.monotonic() - self._alone > PATIENCE:
            self._trouble = "no worker is left" if self._connected else "the connection to the scheduler is lost"

    def _present(self) -> set[str]:
        """The addresses of all workers."""
        with suppress(OSError):  # the connection was lost just now
            if self._connected:  # not `scheduler_info`, which now and then has no workers
                return set(self._client.sync(self._client.scheduler.identity, n_workers=-1)["workers"])
        return set()

    def _ask(self, workers: list[str]) -> None:
        """Ask workers whether they can grade, and say of which they cannot."""
        said: dict[str, object] = {}
        with suppress(OSError):  # the scheduler is gone; so it is with a worker that answers with such an error
            said = self._client.run(remote.unfit, self._box, remote.build(), workers=workers, on_error="return")
        for address, answer in said.items():
            if not isinstance(answer, OSError):
                self._seen[address] = unfit = _sentence(answer)
                if unfit:
                    self._say(f"The worker {address} is left out: {unfit}.")

    @property
    def _connected(self) -> bool:
        return bool(self._client.status == "running")


class _Promise:
    """A task with one of these workers, its future, or why there will never be one."""

    def __init__(self, task: bytes) -> None:
        self.task = task
        self.workers: list[str] = []
        self.future: Future[bytes] | None = None
        self.starts = 0
        self.trouble = ""
        self._content: bytes | None = None
        self._error: BaseException | None = None

    @property
    def done(self) -> bool:
        return bool(self.trouble or self._error) or self._content is not None

    def fetch(self) -> None:
        """Bring the outcome here where there is one; it may be gone again, with the worker that has it."""
        if self.future is None or self.future.status == "pending":
            return
        try:
            self._content = self.future.result(timeout=LOOK_SECONDS)
        except KilledWorker:
            self._error = NotGradedError(_ALL_DIED)
        except CancelledError:
            self._error = NotGradedError("the connection to the scheduler is lost")
        except TimeoutError as error:  # the task's own, or that it is not here yet
            self._error = error if self.future.status == "error" else None
        except Exception as error:  # noqa: BLE001 - whatever the task raised is for who asks for its result
            self._error = error

    def result(self) -> Outcome:
        """Return what came of it, or raise why nothing did."""
        if self._error is not None:
            raise self._error
        if self._content is None:
            raise NotGradedError(self.trouble)
        return msgspec.msgpack.decode(self._content, type=Outcome)


def _connect(address: str) -> Any:  # noqa: ANN401 - dask has few types
    """Connect to a scheduler; `ClusterError` where it is not there, or where others could listen or join."""
    check_address(address)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it logs tracebacks of what is handled here
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})  # a submission has its size
    security: Any = Security(require_encryption=address.startswith("tls:") or None)
    if address.startswith("tls:") and not (security.tls_ca_file and security.tls_client_cert):
        names = ", ".join(f"DASK_DISTRIBUTED__COMM__TLS__{name}" for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"))
        raise ClusterError(f"{address} wants a certificate: set {names} ({_HOW}).")
    try:
        client: Any = Client(address, security=security, set_as_default=False)
    except (OSError, ImportError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ClusterError(f"There is no dask scheduler at {address}, or it does not take us: {why}") from None
    try:
        check_address(str(client.scheduler_info()["address"]))
    except ClusterError:
        client.close()
        raise
    return client


def check_address(address: str) -> None:
    """Raise `ClusterError` for an address where others on the network could listen or take part."""
    scheme, _, place = address.rpartition("://")
    if scheme != "tls" and not (scheme in {"", "tcp"} and _is_loopback(place)):
        raise ClusterError(
            f"The scheduler's address {address} is open: whoever reaches it could read submissions and change grades. "
            f"Start scheduler and workers with --tls-ca-file, --tls-cert and --tls-key, and say tls://{place} ({_HOW})."
        )


def _is_loopback(place: str) -> bool:
    try:
        host = urlsplit(f"//{place}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _sentence(answer: object) -> str:
    """Say why a worker cannot grade, from what it answered; nothing where it can."""
    if isinstance(answer, Exception):
        return f"it does not have this package, or another one of the name ({type(answer).__name__}: {answer})"
    return str(answer)
