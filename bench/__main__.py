"""How long does the course keep a learner waiting? Run by `make bench`.

Each line is the median over fresh processes with a warm disk cache, and its ratio to two baselines of the same
run: milliseconds differ between machines and moments, ratios hardly do.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench import grading

RUNS = 9
BARE, BOTO3 = "python alone", "import boto3"
PROGRAMS = {
    BARE: "",
    BOTO3: "import boto3",
    "import course": "import course",
    "from course import cloud": "from course import cloud",
    "cloud.start()": "from course import cloud; cloud.start()",
    "cloud.start(), first call": (
        "from course import cloud; cloud.start(); import boto3; boto3.client('sqs').list_queues()"
    ),
    "cloud.start(), 100 restarts": "from course import cloud\nfor _ in range(101): cloud.start()",
}


def main() -> None:
    """Print the table."""
    measure()  # warms the disk cache
    rounds = [measure() for _ in range(RUNS)]
    medians = {name: median(seconds[name] for seconds in rounds) for name in PROGRAMS}
    sys.stdout.write(f"{'whole process, median of ' + str(RUNS):30}{'ms':>8}{'/ python':>10}{'/ boto3':>9}\n")
    for name, seconds in medians.items():
        against = f"{seconds / medians[BARE]:10.2f}{seconds / medians[BOTO3]:9.2f}"
        sys.stdout.write(f"{name:30}{seconds * 1000:8.0f}{against}\n")


def measure() -> dict[str, float]:
    """Return the seconds that each program takes, each in a process of its own, one after the other.

    A busy moment of the machine thus hits all of them alike.
    """
    return {name: _seconds(program) for name, program in PROGRAMS.items()}


def _seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[1], check=True)  # noqa: S603  our own
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
    grading.main()
