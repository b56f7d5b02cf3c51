"""Count every payment once.

A standard queue delivers each message **at least once**. A consumer adds payments to account balances; when a
payment comes twice, the customer is charged twice. The consumer must be **idempotent**: the second delivery changes
nothing.

Each delivery looks like what `ReceiveMessage` returns, and its body is JSON:

```python
{"MessageId": "5fea", "ReceiptHandle": "AQEB", "Body": '{"payment": "p-1", "account": "ann", "cents": 500}'}
```

The shop's checkout gives every payment its own id. When the checkout gets no answer from SQS, it sends the **same
payment again**: for SQS that is a new message with a new `MessageId`.

Write `idempotent_consumer(deliveries, state)`. `state` is what the consumer has stored so far, at first
`{"balances": {}, "done": []}`: the cents of each account, and a list for whatever you need to remember. Return the
state after this batch; it is stored as JSON and given to the next call.

```python
delivery = {"MessageId": "5fea", "ReceiptHandle": "AQEB", "Body": '{"payment": "p-1", "account": "ann", "cents": 500}'}
idempotent_consumer([delivery], {"balances": {}, "done": []})  # {"balances": {"ann": 500}, "done": ["p-1"]}
```

Objective: Make a consumer right under at-least-once delivery, by remembering the business id of what is done.
Out of scope: Storing the state and the balance in one transaction (a conditional write in DynamoDB), forgetting old
ids.
Kind: function
Task: 2.1
Hint: Which of the ids stays the same when SQS delivers a message again, and which when the checkout sends it again?
Hint: Two payments of 500 cents from one account may both be real. What tells them from a repeated one?
Hint: Parse the body with `json.loads`. Skip a payment whose id is in `state["done"]`, else add it and remember its
id.
"""

import json
from typing import Any

from course.authoring import case, misconception


def idempotent_consumer(deliveries: list[dict[str, str]], state: dict[str, Any]) -> dict[str, Any]:
    """Return the state after these deliveries: "balances" in cents by account, and "done"; each payment counts once."""
    ### BEGIN SOLUTION
    balances, done = dict(state["balances"]), list(state["done"])
    for delivery in deliveries:
        payment = json.loads(delivery["Body"])
        account, payment_id = payment["account"], payment["payment"]
        if payment_id not in done:
            balances[account] = balances.get(account, 0) + payment["cents"]
            done.append(payment_id)
    return {"balances": balances, "done": done}
    ### END SOLUTION


@case(points=1)
def every_payment_counts() -> None:
    """Does each payment count, also two of the same account and amount?"""
    import json

    def delivery(number: int, payment: str, account: str, cents: int) -> dict[str, str]:
        body = {"payment": payment, "account": account, "cents": cents}
        return {"MessageId": f"m-{number}", "ReceiptHandle": f"r-{number}", "Body": json.dumps(body)}

    first = [delivery(1, "p-1", "ann", 500), delivery(2, "p-2", "bob", 70), delivery(3, "p-3", "ann", 500)]
    got = idempotent_consumer(first, {"balances": {}, "done": []})
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 1000, "bob": 70}, (
        f"after p-1 (ann, 500), p-2 (bob, 70), p-3 (ann, 500) the state was {got!r}, expected balances of 1000 for "
        "ann and 70 for bob: p-1 and p-3 are two payments, though they look alike"
    )
    ### BEGIN HIDDEN TESTS
    second = [delivery(4, "p-4", "ann", 500), delivery(5, "p-5", "cid", 1), delivery(6, "p-6", "bob", 70)]
    got = idempotent_consumer(second, json.loads(json.dumps(got)))
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 1500, "bob": 140, "cid": 1}, (
        f"after a second batch with p-4 (ann, 500), p-5 (cid, 1), p-6 (bob, 70) the state was {got!r}, expected "
        "balances of 1500 for ann, 140 for bob and 1 for cid"
    )
    ### END HIDDEN TESTS


@case(points=1)
def a_second_delivery_changes_nothing() -> None:
    """Is a message that SQS delivers twice counted once?"""
    body = '{"payment": "p-1", "account": "ann", "cents": 500}'
    twice = [{"MessageId": "m-1", "ReceiptHandle": f"r-{n}", "Body": body} for n in (1, 2)]
    got = idempotent_consumer(twice, {"balances": {}, "done": []})
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 500}, (
        f"one message delivered twice gave {got!r}, expected a balance of 500 for ann: its MessageId and body are "
        "the same, only its ReceiptHandle is new with every delivery"
    )


@case(points=1)
def a_second_send_changes_nothing() -> None:
    """Is a payment that the checkout sends twice counted once?"""
    body = '{"payment": "p-1", "account": "ann", "cents": 500}'
    twice = [{"MessageId": f"m-{n}", "ReceiptHandle": f"r-{n}", "Body": body} for n in (1, 2)]
    got = idempotent_consumer(twice, {"balances": {}, "done": []})
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 500}, (
        f"one payment in two messages gave {got!r}, expected a balance of 500 for ann: SQS gave the retry a "
        "MessageId of its own, only the payment's id tells that it is the same payment"
    )
    ### BEGIN HIDDEN TESTS
    body = '{"cents": 500, "account": "ann", "payment": "p-1", "attempt": 2}'
    got = idempotent_consumer(
        [*twice, {"MessageId": "m-3", "ReceiptHandle": "r-3", "Body": body}], {"balances": {}, "done": []}
    )
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 500}, (
        f"a retry whose body is written differently gave {got!r}, expected a balance of 500 for ann: the payment's "
        "id is the same"
    )
    ### END HIDDEN TESTS


@case(points=1)
def the_state_outlives_a_batch() -> None:
    """Is a payment counted once when its second delivery comes in a later batch?"""
    import json

    batch = [
        {
            "MessageId": "m-1",
            "ReceiptHandle": "r-1",
            "Body": '{"payment": "p-1", "account": "ann", "cents": 500}',
        }
    ]
    state = idempotent_consumer(batch, {"balances": {}, "done": []})
    assert type(state) is dict, f"idempotent_consumer gave {state!r}, expected the new state, a dictionary"
    got = idempotent_consumer(batch, json.loads(json.dumps(state)))
    assert type(got) is dict, f"idempotent_consumer gave {got!r}, expected the new state, a dictionary"
    assert got.get("balances") == {"ann": 500}, (
        f"the same message in two batches gave {got!r}, expected a balance of 500 for ann: what is done must be in "
        "the state, for the next batch may be read by another consumer"
    )
    ### BEGIN HIDDEN TESTS
    import random

    dice = random.Random(41)
    payments = {f"p-{n}": (dice.choice(["ann", "bob", "cid"]), dice.randrange(1, 900)) for n in range(30)}
    expected: dict[str, int] = {}
    for account, cents in payments.values():
        expected[account] = expected.get(account, 0) + cents
    sends = [(f"m-{n}-{again}", p) for n, p in enumerate(payments) for again in range(dice.randrange(1, 3))] * 2
    dice.shuffle(sends)
    state = {"balances": {}, "done": []}
    for start in range(0, len(sends), 10):
        batch = [
            {
                "MessageId": message,
                "ReceiptHandle": f"r-{start}-{n}",
                "Body": json.dumps({"payment": p, "account": payments[p][0], "cents": payments[p][1]}),
            }
            for n, (message, p) in enumerate(sends[start : start + 10])
        ]
        state = json.loads(json.dumps(idempotent_consumer(batch, state)))
    assert type(state) is dict, f"idempotent_consumer gave {state!r}, expected the new state, a dictionary"
    assert state.get("balances") == expected, (
        f"{len(sends)} deliveries of 30 payments in batches of 10 gave {state!r}, expected balances of {expected}"
    )
    ### END HIDDEN TESTS


@misconception(
    a_second_send_changes_nothing, the_state_outlives_a_batch, swap={'payment["payment"]': 'delivery["MessageId"]'}
)
def remembers_message_ids() -> None:
    """You remembered the MessageId; a producer that sends a payment again gets a new one, so remember the
    payment's id."""


@misconception(
    a_second_delivery_changes_nothing,
    a_second_send_changes_nothing,
    the_state_outlives_a_batch,
    swap={'payment["payment"]': 'delivery["ReceiptHandle"]'},
)
def remembers_receipt_handles() -> None:
    """You remembered the ReceiptHandle; it names one delivery, not one message, and is new each time."""


@misconception(every_payment_counts, swap={'payment["payment"]': "f\"{payment['account']} {payment['cents']}\""})
def compares_account_and_amount() -> None:
    """You took two payments of the same account and amount for one; only the payment's id tells a repeated one."""


@misconception(the_state_outlives_a_batch, swap={'list(state["done"])': "[]"})
def remembers_one_batch_only() -> None:
    """You began each batch with an empty memory; a second delivery mostly comes later, to any consumer."""


@misconception(
    a_second_delivery_changes_nothing,
    a_second_send_changes_nothing,
    the_state_outlives_a_batch,
    swap={"done.append(payment_id)": ""},
)
def trusts_exactly_once() -> None:
    """You added whatever came; a standard queue delivers at least once, so a message may come again."""
