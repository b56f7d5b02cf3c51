"""The chapters in their order, and what the exam SAA-C03 asks that they answer.

Source: the exam guide of the AWS Certified Solutions Architect - Associate (SAA-C03), domains and tasks,
https://docs.aws.amazon.com/aws-certification/latest/solutions-architect-associate-03, read 2026-07.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Mapping


class CurriculumError(CourseError):
    """There is no chapter of that name."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One of the exam's four domains; `weight` is its percentage of the scored questions."""

    number: int
    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: its slug names its files, `teaches` is one line, `tasks` are the ids of exam tasks."""

    slug: str
    title: str
    teaches: str
    tasks: tuple[str, ...]

    @property
    def package(self) -> str:
        """The name of its folder in course/chapters, which Python can import."""
        return self.slug.replace("-", "_")

    @property
    def is_written(self) -> bool:
        """Whether this course has the chapter yet."""
        return files("course.chapters").joinpath(self.package, "__init__.py").is_file()


DOMAINS = (
    Domain(1, "Design Secure Architectures", 30),
    Domain(2, "Design Resilient Architectures", 26),
    Domain(3, "Design High-Performing Architectures", 24),
    Domain(4, "Design Cost-Optimized Architectures", 20),
)

TASKS: Mapping[str, str] = MappingProxyType(
    {
        "1.1": "Design secure access to AWS resources",
        "1.2": "Design secure workloads and applications",
        "1.3": "Determine appropriate data security controls",
        "2.1": "Design scalable and loosely coupled architectures",
        "2.2": "Design highly available and/or fault-tolerant architectures",
        "3.1": "Determine high-performing and/or scalable storage solutions",
        "3.2": "Design high-performing and elastic compute solutions",
        "3.3": "Determine high-performing database solutions",
        "3.4": "Determine high-performing and/or scalable network architectures",
        "3.5": "Determine high-performing data ingestion and transformation solutions",
        "4.1": "Design cost-optimized storage solutions",
        "4.2": "Design cost-optimized compute solutions",
        "4.3": "Design cost-optimized database solutions",
        "4.4": "Design cost-optimized network architectures",
    }
)

CHAPTERS = (
    Chapter(
        "cloud-fundamentals",
        "Cloud fundamentals",
        "Where AWS runs, what it secures and what you must, and how to choose a Region.",
        ("1.1", "2.2"),
    ),
    Chapter(
        "iam",
        "IAM",
        "Who may do what: users, groups, roles, policies and how a request is decided.",
        ("1.1",),
    ),
    Chapter(
        "ec2",
        "EC2",
        "Virtual servers: instance types, start-up, and the purchase option that costs least.",
        ("3.2", "4.2"),
    ),
    Chapter(
        "ec2-networking",
        "EC2 networking",
        "Addresses, network interfaces, placement groups and what security groups let through.",
        ("3.4", "1.2"),
    ),
    Chapter(
        "ebs",
        "EBS, EFS and instance store",
        "Disks for servers: block, shared and temporary storage, snapshots and their prices.",
        ("3.1", "4.1", "2.2"),
    ),
    Chapter(
        "s3-security",
        "S3 security",
        "Keep objects private or share them: policies, encryption, Object Lock, access points.",
        ("1.3", "1.1"),
    ),
    Chapter(
        "sdk-and-metadata",
        "SDK, CLI and instance metadata",
        "How a program finds its credentials, asks the metadata service, and retries.",
        ("1.1", "1.2"),
    ),
    Chapter(
        "cloudfront",
        "CloudFront and Global Accelerator",
        "Bring content and traffic close to users: caching at the edge, or a faster way to a Region.",
        ("3.4", "4.4", "1.2"),
    ),
    Chapter(
        "storage-extras",
        "More storage services",
        "File systems, gateways and ways to move data into AWS.",
        ("3.1", "3.5", "2.2"),
    ),
    Chapter(
        "messaging",
        "Messaging: SQS, SNS, Kinesis",
        "Decouple producers from consumers with queues, topics and streams, and choose among them.",
        ("2.1", "3.5"),
    ),
    Chapter(
        "containers",
        "Containers: ECS, EKS, Fargate",
        "Run containers with or without servers of your own, and keep their images.",
        ("2.1", "3.2"),
    ),
    Chapter(
        "serverless",
        "Serverless: Lambda and friends",
        "Functions, APIs and workflows that scale from zero and cost by use.",
        ("2.1", "3.2", "4.2"),
    ),
    Chapter(
        "databases",
        "Databases",
        "Choose a database by its data and its reads, and keep it available.",
        ("3.3", "4.3", "2.2"),
    ),
    Chapter(
        "analytics",
        "Data and analytics",
        "Query, transform and search large data, from a lake or a warehouse.",
        ("3.5",),
    ),
    Chapter(
        "machine-learning",
        "Machine learning services",
        "Which ready-made service reads, hears, sees or translates for you.",
        ("3.5",),
    ),
    Chapter(
        "monitoring",
        "Monitoring and audit",
        "See what runs, who did what, and what changed: CloudWatch, CloudTrail, Config.",
        ("1.2", "2.2", "3.2"),
    ),
    Chapter(
        "organizations-and-identity",
        "Organizations and identity",
        "Many accounts under one roof: guardrails, single sign-on and one bill.",
        ("1.1", "4.1", "4.2", "4.3", "4.4"),
    ),
    Chapter(
        "encryption",
        "Encryption and secrets",
        "Keys, envelope encryption, certificates, and where to keep a password.",
        ("1.3",),
    ),
    Chapter(
        "protection",
        "Protection",
        "Filter bad traffic, absorb attacks, and find threats and weaknesses.",
        ("1.2",),
    ),
    Chapter(
        "vpc",
        "VPC",
        "Your own network: subnets, routes, gateways, endpoints and private links to other networks.",
        ("1.2", "3.4", "4.4"),
    ),
)


def written() -> tuple[Chapter, ...]:
    """Return the chapters that this course has, in order."""
    return tuple(chapter for chapter in CHAPTERS if chapter.is_written)


def find(slug: str) -> Chapter:
    """Return the chapter of that slug, or raise `CurriculumError` which names the nearest one."""
    chapters = {chapter.slug: chapter for chapter in CHAPTERS}
    if slug in chapters:
        return chapters[slug]
    nearest = get_close_matches(slug.lower().replace("_", "-"), chapters, n=1)
    mend = f"did you mean {nearest[0]!r}?" if nearest else f"its chapters are {', '.join(chapters)}."
    raise CurriculumError(f"This course has no chapter {slug!r}: {mend}")
