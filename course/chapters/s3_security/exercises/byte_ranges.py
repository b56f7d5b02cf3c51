"""Fetch it in parts.

A program downloads large objects with several connections at once: each fetches another part, by the `Range` header
of `GetObject`. When a connection breaks, only its part is fetched again.

Write `byte_ranges(size, part)`. Return the list of `Range` headers that together cover an object of `size` bytes, in
order, each for at most `part` bytes. Both ends of a range count: `bytes=0-9` are the first **ten** bytes. An empty
object needs no range.

```python
byte_ranges(25, 10)  # ["bytes=0-9", "bytes=10-19", "bytes=20-24"]
```

Objective: Plan byte-range fetches that cover an object once, without gaps.
Out of scope: The threads that fetch, checksums, multipart uploads.
Kind: function
Task: 3.1
Hint: Let the beginnings go up in steps of `part`: `range(0, size, part)`.
Hint: The end is the last byte itself, so it is one less than the next beginning.
Hint: The last range ends with the object, at byte `size - 1`.
"""

from course.authoring import case, misconception


def byte_ranges(size: int, part: int) -> list[str]:
    """Return the Range headers, in order, that cover `size` bytes with at most `part` bytes each."""
    ### BEGIN SOLUTION
    return [f"bytes={start}-{min(start + part, size) - 1}" for start in range(0, size, part)]
    ### END SOLUTION


@case(points=1)
def the_ranges_are_these() -> None:
    """Are the headers written as HTTP wants them, with both ends counted?"""
    got = byte_ranges(25, 10)
    expected = ["bytes=0-9", "bytes=10-19", "bytes=20-24"]
    assert got == expected, f"byte_ranges(25, 10) gave {got!r}, expected {expected}"
    got = byte_ranges(20, 10)
    assert got == ["bytes=0-9", "bytes=10-19"], f"byte_ranges(20, 10) gave {got!r}, expected two ranges"
    ### BEGIN HIDDEN TESTS
    for size, part, expected in ((1, 10, ["bytes=0-0"]), (10, 10, ["bytes=0-9"]), (3, 1, ["bytes=0-0", "bytes=1-1"])):
        got = byte_ranges(size, part)
        assert got[:2] == expected, f"byte_ranges({size}, {part}) gave {got!r}, expected to begin with {expected}"
    ### END HIDDEN TESTS


@case(points=2)
def the_parts_are_the_object() -> None:
    """Do the parts, fetched from S3 and joined, give the object, none of them too large?"""
    import boto3

    from course import cloud

    cloud.start()
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="videos")
    body = bytes(range(256)) * 4
    s3.put_object(Bucket="videos", Key="match.mp4", Body=body)
    for part in (100, 512, 1023):
        ranges = byte_ranges(len(body), part)
        texts = ranges and all(type(one) is str for one in ranges)
        assert texts, f"byte_ranges({len(body)}, {part}) gave {ranges!r:.40}…, expected texts such as 'bytes=0-9'"
        fetched = [s3.get_object(Bucket="videos", Key="match.mp4", Range=one)["Body"].read() for one in ranges]
        sizes = [len(one) for one in fetched]
        assert max(sizes) <= part, (
            f"byte_ranges({len(body)}, {part}) fetched parts of {sizes} bytes, at most {part} wanted"
        )
        assert b"".join(fetched) == body, (
            f"the parts of byte_ranges({len(body)}, {part}), joined, have {sum(sizes)} bytes and are not the object of "
            f"{len(body)}: {ranges[:3]}…"
        )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(106)
    for _ in range(200):
        size, part = dice.randrange(1, 3000), dice.randrange(1, 700)
        covered: list[int] = []
        for one in byte_ranges(size, part):
            first, last = map(int, one.removeprefix("bytes=").split("-"))
            covered += range(first, last + 1)
            assert 1 <= last + 1 - first <= part, f"byte_ranges({size}, {part}) has the range {one}"
        assert covered == list(range(size)), f"byte_ranges({size}, {part}) does not cover each byte once, in order"
    ### END HIDDEN TESTS


@case(points=1)
def nothing_needs_no_range() -> None:
    """Does an empty object need no range?"""
    got = byte_ranges(0, 10)
    assert (type(got), got) == (list, []), (
        f"byte_ranges(0, 10) gave {got!r}, expected []: any range of an empty object is answered by 416"
    )


@misconception(
    the_ranges_are_these, the_parts_are_the_object, swap={"min(start + part, size) - 1": "min(start + part, size)"}
)
def counts_the_end_out() -> None:
    """You wrote the end as Python's slices do; in HTTP the last byte is part of the range, so one comes twice."""


@misconception(the_ranges_are_these, the_parts_are_the_object, swap={"min(start + part, size) - 1": "start + part - 1"})
def runs_over_the_end() -> None:
    """You let the last range run over the end; S3 cuts it off, but a plan that says 29 of 24 bytes misleads."""


@misconception(
    the_ranges_are_these, the_parts_are_the_object, swap={"range(0, size, part)": "range(0, size - part + 1, part)"}
)
def drops_the_rest() -> None:
    """You planned whole parts only; the rest at the end is missing, and the file is broken without an error."""


@misconception(nothing_needs_no_range, swap={"range(0, size, part)": "range(0, max(size, 1), part)"})
def asks_for_nothing() -> None:
    """You asked for a part of an empty object; S3 answers 416, and the download fails for a file that is all right."""


@misconception(the_ranges_are_these, the_parts_are_the_object, swap={"{start}-": "{start + 1}-", "size) - 1": "size)"})
def counts_from_one() -> None:
    """You counted the bytes from one; the first byte has the number 0."""
