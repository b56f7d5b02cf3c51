"""Hibernating an EC2 instance, against stopping and rebooting it: what is kept, what is lost, what is billed.

Sources: Amazon EC2 User Guide, 'Hibernate your Amazon EC2 instance', its prerequisites and limitations, and 'Amazon EC2
instance state changes'; botocore, ec2 StopInstances and StartInstances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Act = Literal["hibernate", "stop", "reboot"]
Blocker = Literal[
    "not enabled at launch", "root volume", "encryption", "root size", "ram", "bare metal", "auto scaling"
]

MOST_RAM_GIB: Mapping[str, int] = {"linux": 150, "windows": 16}
"""The most RAM that hibernates, by operating system (AWS writes GB)."""
MOST_DAYS = 60
GP3_MIB_PER_SECOND = 125
"""What a gp3 volume writes and reads without extra charge; it decides how long hibernating takes."""
SHUTDOWN_SECONDS, REBOOT_SECONDS, BOOT_SECONDS = 20, 30, 60  # of the system alone: examples, AWS promises no figure
_ELASTIC, _FIRST, _SECOND = "198.51.100.7", "203.0.113.10", "203.0.113.77"
_REBOOTS = (
    "RebootInstances restarts the system on the same host. What was in memory is gone; addresses, volumes and instance "
    "store stay, and billing goes on."
)
_STOPS = "StopInstances: the system shuts down, what is in memory is lost, and instance usage is not billed any more."

WHY: Mapping[Blocker, str] = {
    "not enabled at launch": "Hibernation has to be switched on at launch; it cannot be added to an instance later.",
    "root volume": "The root volume is an instance store: RAM can only be written to an EBS root volume.",
    "encryption": "The root volume is not encrypted: RAM may hold keys and passwords, so AWS insists on it.",
    "root size": "The root volume is too small: it must hold the RAM beside what is already on it.",
    "ram": "There is too much RAM: the most is 150 GB with Linux and 16 GB with Windows.",
    "bare metal": "Bare metal instances do not hibernate.",
    "auto scaling": "An Auto Scaling group takes a stopped instance for a broken one, and replaces it.",
}
"""Why each blocker blocks, as a sentence."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides whether an instance can hibernate. Sizes are in GiB; `used` is what lies on the root volume."""

    ram: int = 16
    operating_system: Literal["linux", "windows"] = "linux"
    root: Literal["ebs", "instance-store"] = "ebs"
    encrypted: bool = True
    root_size: int = 40
    used: int = 12
    bare_metal: bool = False
    enabled_at_launch: bool = True
    auto_scaling: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """An instance at one moment of its life.

    `time` is in seconds; `ram` says where the contents of memory are; `host` is the computer it runs on, '' while it
    has none; `public` is its public IPv4 address or ''; `billed` whether instance usage is; `ready` whether the
    application answers.
    """

    time: float
    state: Literal["running", "stopping", "stopped", "pending"]
    ram: Literal["memory", "root volume", "lost", "rebuilt"]
    host: Literal["A", "B", ""]
    public: str
    billed: bool
    ready: bool
    sentence: str


def blockers(machine: Machine) -> list[Blocker]:
    """Return all that keeps the machine from hibernating, in the order of the literal; empty when it can."""
    on_ebs = machine.root == "ebs"
    found: list[tuple[Blocker, bool]] = [
        ("not enabled at launch", not machine.enabled_at_launch),
        ("root volume", not on_ebs),
        ("encryption", on_ebs and not machine.encrypted),
        ("root size", on_ebs and machine.used + machine.ram > machine.root_size),
        ("ram", machine.ram > MOST_RAM_GIB[machine.operating_system]),
        ("bare metal", machine.bare_metal),
        ("auto scaling", machine.auto_scaling),
    ]
    return [blocker for blocker, blocks in found if blocks]


def transfer_seconds(machine: Machine) -> float:
    """Return how long a gp3 volume of default throughput needs for the machine's RAM, one way."""
    return machine.ram * 1024 / GP3_MIB_PER_SECOND


def life(act: Act, machine: Machine, *, elastic: bool, warm_up: float, pause: float = 8 * 3600.0) -> Iterator[Moment]:
    """Yield the moments of one act on a running instance, until its application answers again.

    `warm_up` is how many seconds the application needs after a boot, `pause` how long the instance stays stopped.
    Raises ValueError, in sentences, when a machine that cannot hibernate shall.
    """
    if act == "hibernate" and (found := blockers(machine)):
        raise ValueError(" ".join(WHY[blocker] for blocker in found))
    now = Moment(
        time=0,
        state="running",
        ram="memory",
        host="A",
        public=_ELASTIC if elastic else _FIRST,
        billed=True,
        ready=True,
        sentence="It is in use: its application has filled the memory, and instance usage is billed.",
    )
    yield now
    if act == "reboot":
        yield from _reboot(now, warm_up)
    elif act == "hibernate":
        yield from _hibernate(now, machine, pause)
    else:
        yield from _stop(now, warm_up, pause)


def _reboot(now: Moment, warm_up: float) -> Iterator[Moment]:
    now = replace(now, time=5, ram="lost", ready=False, sentence=_REBOOTS)
    yield now
    sentence = (
        f"The system runs again, with the same addresses. The application begins its warm-up of {_long(warm_up)}."
    )
    now = replace(now, time=REBOOT_SECONDS, ram="rebuilt", sentence=sentence)
    yield now
    sentence = f"The application answers again after {_long(REBOOT_SECONDS + warm_up)}: the warm-up had to be repeated."
    yield replace(now, time=REBOOT_SECONDS + warm_up, ready=True, sentence=sentence)


def _hibernate(now: Moment, machine: Machine, pause: float) -> Iterator[Moment]:
    seconds = transfer_seconds(machine)
    sentence = (
        f"StopInstances with Hibernate=True: {machine.ram} GiB of RAM are written to the encrypted root volume. At "
        f"gp3's {GP3_MIB_PER_SECOND} MiB/s this takes {_long(seconds)}, and instance usage is billed until it is done."
    )
    now = replace(now, time=2, state="stopping", ready=False, sentence=sentence)
    yield now
    now = replace(now, ram="root volume")
    yield from _between(now, seconds, pause)
    back = seconds + pause + seconds
    sentence = (
        f"The application answers again, {_long(seconds)} after StartInstances: its memory came back from the volume, "
        "and its processes go on where they were."
    )
    public = _after(now)
    yield replace(now, time=back, state="running", ram="memory", host="B", public=public, ready=True, sentence=sentence)


def _stop(now: Moment, warm_up: float, pause: float) -> Iterator[Moment]:
    now = replace(now, time=2, state="stopping", ram="lost", billed=False, ready=False, sentence=_STOPS)
    yield now
    yield from _between(now, SHUTDOWN_SECONDS, pause)
    booted = SHUTDOWN_SECONDS + pause + BOOT_SECONDS
    now = replace(
        now,
        time=booted,
        state="running",
        ram="rebuilt",
        host="B",
        public=_after(now),
        billed=True,
        sentence=f"The system has booted and is billed again. The application begins its warm-up of {_long(warm_up)}.",
    )
    yield now
    sentence = (
        f"The application answers again, {_long(BOOT_SECONDS + warm_up)} after StartInstances: boot and warm-up had to "
        "be repeated."
    )
    yield replace(now, time=booted + warm_up, ready=True, sentence=sentence)


def _between(now: Moment, stopped: float, pause: float) -> Iterator[Moment]:
    """Yield the instance without a host, and how another host takes it."""
    elastic = now.public == _ELASTIC
    kept = f"The Elastic IP {now.public} stays with it" if elastic else f"The public address {now.public} is given back"
    volumes = "the EBS volumes, with the RAM in them," if now.ram == "root volume" else "the EBS volumes"
    sentence = (
        f"It is stopped, without a host: instance usage is free, {volumes} are billed on. It keeps its instance ID and "
        f"its private address. {kept}."
    )
    public = now.public if elastic else ""
    yield replace(
        now, time=stopped, state="stopped", host="", public=public, billed=False, ready=False, sentence=sentence
    )
    how = "the same Elastic IP" if elastic else f"a new public address, {_after(now)}"
    sentence = (
        f"StartInstances, {_long(pause)} later: another host takes it, with {how}. What lay on an instance store is "
        "gone."
    )
    yield replace(
        now,
        time=stopped + pause,
        state="pending",
        host="B",
        public=_after(now),
        billed=False,
        ready=False,
        sentence=sentence,
    )


def _after(now: Moment) -> str:
    """Return the public address after a start."""
    return _ELASTIC if now.public == _ELASTIC else _SECOND


def _long(seconds: float) -> str:
    if seconds >= 3600:  # noqa: PLR2004 - an hour
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:.1f} min".replace(".0 min", " min") if seconds >= 90 else f"{seconds:.0f} s"  # noqa: PLR2004
