"""What the browser tests show: a scene of two nodes, and two questions."""

from __future__ import annotations

import ipywidgets

from course.demos.demo import Demo
from course.demos.scene import Edge, Frame, Node, Scene, Token
from course.questions import Option, Question, Quiz


def scene(name: str, messages: int) -> Scene:
    """A producer that sends messages to a queue one by one; five are too many."""
    if messages > 4:
        raise ValueError("The queue of this demo holds four messages: choose fewer.")
    ids = [str(number) for number in range(1, messages + 1)]
    frames = tuple(
        Frame(
            float(sent),
            f"{name}: {sent} sent.",
            tuple(Token(id_, "q" if int(id_) <= sent else "p", id_, "plain" if sent else "held") for id_ in ids),
            {"q": f"{sent} waiting"},
            {"sent": str(sent), "left": str(messages - sent)},
        )
        for sent in range(messages + 1)
    )
    nodes = (Node("p", "Producer", 0, 0, "producer"), Node("q", "Queue", 1, 0, "queue"))
    return Scene(
        name,
        f"{name} in words.",
        nodes,
        (Edge("p", "q", "SendMessage"),),
        frames,
        {"plain": "a message", "held": "not sent yet"},
    )


def demo(name: str) -> Demo:
    """The scene with a control."""
    return Demo(
        lambda messages: scene(name, messages), {"messages": ipywidgets.IntSlider(3, 1, 6, description="messages")}
    )


def quiz() -> Quiz:
    """Two questions, the second option right in each."""
    options = tuple(Option(f"Option {n}", f"Explanation {n}.", correct=n == 2) for n in range(1, 5))
    questions = (
        Question("first", "2.1", "A shop wants the least effort. Which is right?", "the least effort", options),
        Question("second", "2.1", "A bank wants `FIFO` order. Which is right?", "`FIFO` order", options),
    )
    return Quiz("samples", questions)
