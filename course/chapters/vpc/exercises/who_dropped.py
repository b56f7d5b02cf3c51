"""Who dropped it: the security group or the network ACL?

VPC Flow Logs write a line for each flow at a network interface: who, to whom, how much, and `ACCEPT` or `REJECT`.
They do not say **which** firewall rejected. Often one can tell all the same, because a security group is stateful: it
never rejects the response to a request that it has let through. A network ACL does.

Write `who_dropped(lines, server)`: `lines` are lines in the default format, of the network interface whose private
address is `server`. The fields of a line:

```text
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
```

Clients come to the server's ports below 1024, from ports above. For each client return, by its address and port such
as `"198.51.100.7:50000"`,

- `"nobody"` if everything that was logged of its connection was accepted;
- `"network ACL"` if the request was accepted and the response rejected;
- `"security group or network ACL"` if the request was rejected.

The order of the lines means nothing, and a line whose log status is not `OK` tells of no packets.

```python
who_dropped(
    [
        "2 123456789012 eni-1 198.51.100.7 10.0.0.10 50000 443 6 9 720 1795000000 1795000060 ACCEPT OK",
        "2 123456789012 eni-1 10.0.0.10 198.51.100.7 443 50000 6 9 720 1795000000 1795000060 REJECT OK",
    ],
    "10.0.0.10",
)  # {"198.51.100.7:50000": "network ACL"}
```

Objective: Tell from flow-log lines of both directions which of the two firewalls dropped a connection.
Out of scope: Connections that the server opens, other log formats, finding the rule.
Kind: diagnosis
Task: 1.2
Hint: `line.split()` gives 14 fields. Which ones name the client depends on the direction of the flow.
Hint: Collect for each client the actions of its requests and of its responses before you judge.
Hint: A rejected request was seen by both firewalls or by one of them: the line does not tell.
"""

from course.authoring import case, misconception


def who_dropped(lines: list[str], server: str) -> dict[str, str]:
    """Return who dropped each client's connection, by 'address:port' of the client."""
    ### BEGIN SOLUTION
    rejected: dict[str, set[str]] = {}
    for line in lines:
        _, _, _, source, target, source_port, target_port, *_, action, status = line.split()
        if status != "OK":
            continue
        request = target == server
        client = f"{source}:{source_port}" if request else f"{target}:{target_port}"
        found = rejected.setdefault(client, set())
        if action == "REJECT":
            found.add("request" if request else "response")
    verdicts = {}
    for client, found in rejected.items():
        if "request" in found:
            verdicts[client] = "security group or network ACL"
        else:
            verdicts[client] = "network ACL" if found else "nobody"
    return verdicts
    ### END SOLUTION


@case(points=1)
def a_rejected_response() -> None:
    """Is the network ACL named where the request was accepted and the response rejected?"""

    def line(source: str, target: str, action: str) -> str:
        return f"2 123456789012 eni-1 {source} {target} 6 9 720 1795000000 1795000060 {action} OK"

    there = line("198.51.100.7 10.0.0.10", "50000 443", "ACCEPT")
    back = line("10.0.0.10 198.51.100.7", "443 50000", "REJECT")
    for lines in ([there, back], [back, there]):
        got = who_dropped(lines, "10.0.0.10")
        assert got == {"198.51.100.7:50000": "network ACL"}, (
            f"who_dropped({lines}, '10.0.0.10') gave {got}, expected {{'198.51.100.7:50000': 'network ACL'}}: a "
            "security group lets the response to an accepted request pass, so only the network ACL can have rejected it"
        )


@case(points=1)
def a_rejected_request() -> None:
    """Are both named where the request was rejected?"""
    line = "2 123456789012 eni-1 198.51.100.7 10.0.0.10 50000 22 6 3 180 1795000000 1795000060 REJECT OK"
    got = who_dropped([line], "10.0.0.10")
    assert got == {"198.51.100.7:50000": "security group or network ACL"}, (
        f"who_dropped([{line!r}], '10.0.0.10') gave {got}, expected {{'198.51.100.7:50000': 'security group or "
        "network ACL'}: each of the two can reject a request, and the line does not say which"
    )


@case(points=2)
def a_busy_log() -> None:
    """Are the clients of a log kept apart, healthy ones too, and empty lines passed over?"""
    lines = [
        "2 123456789012 eni-1 10.0.0.10 198.51.100.7 443 50000 6 9 720 1795000000 1795000060 ACCEPT OK",
        "2 123456789012 eni-1 198.51.100.7 10.0.0.10 50001 443 6 9 720 1795000000 1795000060 ACCEPT OK",
        "2 123456789012 eni-1 198.51.100.7 10.0.0.10 50000 443 6 9 720 1795000000 1795000060 ACCEPT OK",
        "2 123456789012 eni-1 - - - - - - - 1795000060 1795000120 - NODATA",
        "2 123456789012 eni-1 10.0.0.10 198.51.100.7 443 50001 6 9 720 1795000000 1795000060 REJECT OK",
        "2 123456789012 eni-1 203.0.113.66 10.0.0.10 41000 22 6 1 60 1795000000 1795000060 REJECT OK",
    ]
    expected = {
        "198.51.100.7:50000": "nobody",
        "198.51.100.7:50001": "network ACL",
        "203.0.113.66:41000": "security group or network ACL",
    }
    got = who_dropped(lines, "10.0.0.10")
    assert isinstance(got, dict), f"who_dropped of a log with three clients gave {got!r}, expected a dict"
    for client in sorted({*got, *expected}):
        own = [line for line in lines if client.rpartition(":")[2] in line.split()]
        assert got.get(client) == expected.get(client), (
            f"who_dropped of a log with three clients says {got.get(client)!r} of {client}, expected "
            f"{expected.get(client)!r}; the lines that concern it are: {' | '.join(own) or 'none'}"
        )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(7)
    kinds = ("nobody", "network ACL", "security group or network ACL")
    for _ in range(5):
        expected = {f"192.0.2.{n}:{dice.randrange(1024, 65536)}": dice.choice(kinds) for n in range(1, 9)}
        lines = ["2 123456789012 eni-9 - - - - - - - 1795000060 1795000120 - SKIPDATA"]
        for client, verdict in expected.items():
            address, port = client.split(":")
            service = dice.choice((22, 80, 443))
            answer = "REJECT" if verdict == "network ACL" else "ACCEPT"
            asked = "REJECT" if verdict == kinds[2] else "ACCEPT"
            tail = f"6 {dice.randrange(1, 90)} 4000 1795000000 1795000060"
            lines.append(f"2 123456789012 eni-9 {address} 172.31.5.9 {port} {service} {tail} {asked} OK")
            if asked == "ACCEPT":
                lines.append(f"2 123456789012 eni-9 172.31.5.9 {address} {service} {port} {tail} {answer} OK")
        dice.shuffle(lines)
        got = who_dropped(lines, "172.31.5.9")
        assert got == expected, f"who_dropped({lines}, '172.31.5.9') gave {got}, expected {expected}"
    ### END HIDDEN TESTS


@misconception(
    a_rejected_request,
    a_busy_log,
    swap={'"security group or network ACL"': '"security group"'},
)
def blames_the_security_group() -> None:
    """You blamed the security group for every rejected request; the network ACL stands before it and rejects too."""


@misconception(
    a_rejected_response,
    a_busy_log,
    swap={'"network ACL" if found else': '"security group or network ACL" if found else'},
)
def forgets_who_is_stateful() -> None:
    """You left it open who rejected the response; a security group remembers the request and lets the response pass."""


@misconception(
    a_rejected_response,
    a_busy_log,
    swap={
        'client = f"{source}:{source_port}" if request else f"{target}:{target_port}"': (
            'client = f"{source}:{source_port}"'
        )
    },
)
def takes_the_source_for_the_client() -> None:
    """You took the source of each line for the client; in the response the client is the destination."""


@misconception(
    a_busy_log,
    swap={
        'f"{source}:{source_port}" if request else f"{target}:{target_port}"': (
            '":".join([source if request else target, "50000"])'
        )
    },
)
def throws_connections_together() -> None:
    """You told clients apart by their address only; one client opens many connections, each from another port."""


@misconception(
    a_rejected_response,
    a_busy_log,
    swap={'"request" if request else "response"': '"request"'},
)
def reads_every_line_alone() -> None:
    """You judged every REJECT alone; whether it meets a request or a response is what tells the two firewalls apart."""


@misconception(a_busy_log, swap={'        if status != "OK":\n            continue\n': ""})
def reads_empty_lines() -> None:
    """You read lines without data as flows; NODATA and SKIPDATA tell of no packets."""
