"""The fan-out demo: one message published to a topic, a copy for every subscription that wants it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.models.topic import (
    Delivered,
    Duplicate,
    FilteredOut,
    FilterPolicy,
    Message,
    Published,
    Scope,
    Step,
    Subscription,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.demos.scene import Look

POLICIES = {
    "shipping": '{"event": ["order_placed"]}',
    "fraud": '{"event": ["order_placed"],\n "price": [{"numeric": [">=", 100]}]}',
    "analytics": "",
}
_EVENTS = (
    ("1", "order_placed", 250),
    ("2", "order_placed", 120),
    ("2", "order_placed", 120),
    ("3", "order_cancelled", 180),
    ("4", "payment_failed", 90),
    ("5", "order_placed", 30),
)


def fan_out() -> Demo:
    """Return the demo of an SNS topic with three SQS queues, whose filter policies the learner edits."""
    areas = {
        queue: ipywidgets.Textarea(
            policy, description=f"{queue}: filter policy", rows=3, placeholder="no filter policy"
        )
        for queue, policy in POLICIES.items()
    }
    scope = ipywidgets.Dropdown(options=["MessageAttributes", "MessageBody"], description="FilterPolicyScope")
    raw = ipywidgets.Checkbox(value=False, description="raw message delivery")
    fifo = ipywidgets.Checkbox(value=False, description="FIFO topic (shipping, fraud: FIFO queues)")
    return Demo(fan_out_scene, {**areas, "scope": scope, "raw": raw, "fifo": fifo})


def fan_out_scene(
    shipping: str,
    fraud: str,
    analytics: str,
    *,
    scope: Scope = "MessageAttributes",
    raw: bool = False,
    fifo: bool = False,
) -> Scene:
    """Publish six messages, one of them twice, under these filter policies (JSON text; empty means none)."""
    policies = {"shipping": shipping, "fraud": fraud, "analytics": analytics}
    topic = Topic("orders", [_subscription(*item, scope, raw, fifo) for item in policies.items()], fifo=fifo)
    frames = tuple(_frames(topic))
    shown = max((i for i, frame in enumerate(frames) if "is kept back" in frame.caption), default=len(frames) - 1)
    return Scene(
        title="Fan-out with filter policies",
        summary=f"A producer publishes to an SNS topic with three subscribed queues. {frames[-1].caption}",
        nodes=(
            Node("producer", "order service", 0, 1, "producer", slots=1),
            Node("topic", f"topic {topic.name}", 1, 1, "topic", slots=3),
            *(Node(s.queue, _queue_name(s), 2, row, "queue", slots=6) for row, s in enumerate(topic.subscriptions)),
        ),
        edges=(
            Edge("producer", "topic", "Publish"),
            *(Edge("topic", s.queue, "filter policy" if s.policy else "no filter") for s in topic.subscriptions),
        ),
        frames=frames,
        legend={
            "plain": "a message, or its copy",
            "repeat": "published a second time",
            "failed": "kept back",
        },
        picture_frame=shown,
    )


def _subscription(queue: str, text: str, scope: Scope, raw: bool, fifo: bool) -> Subscription:  # noqa: FBT001
    try:
        policy = FilterPolicy.from_json(text, scope) if text.strip() else None
    except ValueError as error:
        raise ValueError(f"{queue}: {error}") from None
    return Subscription(queue, policy, raw=raw, fifo=fifo and queue != "analytics")


def _queue_name(subscription: Subscription) -> str:
    return f"queue {subscription.queue}{'.fifo' if subscription.fifo else ''}"


def _frames(topic: Topic) -> Iterator[Frame]:
    queues = [subscription.queue for subscription in topic.subscriptions]
    lying: list[Token] = []
    count: Counter[str] = Counter()
    size = 0

    def frame(caption: str, *moving: Token) -> Frame:
        held = {queue: sum(token.at == queue for token in lying) for queue in queues}
        return Frame(
            time=float(count["published"]),
            caption=caption,
            tokens=(*lying, *moving),
            badges={queue: f"{number} message{'' if number == 1 else 's'}" for queue, number in held.items()},
            numbers={
                "published": str(count["published"]),
                "copies delivered": str(count["delivered"]),
                "copies kept back": str(count["kept back"]),
                "last SQS body": f"{size:,} bytes" if size else "none yet",
            },
        )

    yield frame("The order service publishes to one topic and does not know who subscribes.")
    for number, (order, event, price) in enumerate(_EVENTS):
        body = f'{{"event": "{event}", "price": {price}, "order": {order}}}'
        message = Message(body, {"event": event, "price": price}, group=order, deduplication_id=f"{order}-{event}")
        again = number > 0 and _EVENTS[number - 1][0] == order
        look: Look = "repeat" if again else "plain"
        count["published"] += 1
        waiting = {queue: Token(f"{number}-{queue}", "topic", order, look) for queue in queues}
        yield frame(
            _announcement(order, message, again=again),
            Token(f"{number}-{queues[0]}", "producer", order, look),
        )
        for step in topic.publish(message, time=float(number)):
            match step:
                case FilteredOut(queue=queue):
                    count["kept back"] += 1
                    failed = Token(waiting.pop(queue).id, "topic", order, "failed")
                    yield frame(_caption(step, topic, order), failed, *waiting.values())
                case Delivered(queue=queue, body=text):
                    count["delivered"] += 1
                    size = len(text.encode())
                    lying.append(Token(waiting.pop(queue).id, queue, order, look))
                    yield frame(_caption(step, topic, order), *waiting.values())
                case Duplicate():
                    yield frame(_caption(step, topic, order), Token(f"{number}-{queues[0]}", "topic", order, "failed"))
                case Published():
                    yield frame(_caption(step, topic, order), *waiting.values())
    yield frame(_result(lying, queues))


def _announcement(order: str, message: Message, *, again: bool) -> str:
    if again:
        return f"The answer to message {order} got lost, so the order service publishes message {order} again."
    shown = ", ".join(f"{name}={value}" for name, value in message.attributes.items())
    return f"The order service publishes message {order}: {shown}."


def _caption(step: Step, topic: Topic, order: str) -> str:
    match step:
        case Published():
            return f"The topic takes message {order} and makes one copy for each subscription."
        case Duplicate(age=age):
            return (
                f"The FIFO topic drops message {order}: its deduplication ID came {age:.0f} s ago, and the "
                "topic remembers it for 5 minutes."
            )
        case FilteredOut(queue=queue, reason=reason):
            return f"The copy for {queue} is kept back: {reason}."
        case Delivered(queue=queue):
            filtered = any(s.policy for s in topic.subscriptions if s.queue == queue)
            why = "its filter policy agrees" if filtered else "without a filter policy it gets every message"
            more = _body(step) if order == _EVENTS[0][0] else ""
            return f"{queue} gets message {order}: {why}{_promise(step, topic)}. {more}".rstrip()


def _promise(delivered: Delivered, topic: Topic) -> str:
    if not topic.fifo:
        return ""
    return ", in order and once" if delivered.ordered else ", but a standard queue promises no order"


def _body(delivered: Delivered) -> str:
    if delivered.body == delivered.message.body:
        return f"Raw delivery: the SQS body is what was published, {len(delivered.body)} bytes."
    return f"The SQS body is SNS's JSON envelope around the message, {len(delivered.body)} bytes."


def _result(lying: list[Token], queues: list[str]) -> str:
    got: Mapping[str, list[str]] = {queue: [token.label for token in lying if token.at == queue] for queue in queues}
    parts = [f"{queue} got {', '.join(labels) if labels else 'nothing'}" for queue, labels in got.items()]
    return f"In the end {'; '.join(parts)}."
