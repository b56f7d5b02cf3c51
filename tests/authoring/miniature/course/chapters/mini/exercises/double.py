"""Double a number.

Write `double(n)`.

Objective: Multiply by two.
Out of scope: Everything else.
Kind: function
Task: 2.1
Hint: Two times.
"""

from course.authoring import case, misconception


def double(n: int) -> int:
    """Return twice `n`."""
    ### BEGIN SOLUTION
    return 2 * n  # the secret line of the solution
    ### END SOLUTION


@case(points=1)
def small() -> None:
    """Is 3 doubled?"""
    assert double(3) == 6, f"double(3) gave {double(3)!r}, expected 6: twice three"


@case(points=2)
def negative() -> None:
    """Is a negative number doubled?"""
    assert double(-1) == -2, f"double(-1) gave {double(-1)!r}, expected -2: twice minus one"
    ### BEGIN HIDDEN TESTS
    assert double(-70) == -140, "a secret line of the hidden part"
    ### END HIDDEN TESTS


@misconception(small, negative, swap={"return 2 *": "return 2 +"})
def adds_two() -> None:
    """You added two."""


@misconception(small)
def stops_at_five(n: int) -> int:
    """You capped the result."""
    return min(5, 2 * n)


@misconception(negative)
def forgets_the_sign(n: int) -> int:
    """You lost the sign."""
    return abs(2 * n)
