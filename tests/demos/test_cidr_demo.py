"""Does the CIDR visualizer say and draw what the model says, for whatever is typed and pressed?"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course import demos
from course.demos.cidr import CidrVisualizer, cidr_visualizer
from course.demos.demo import WIDGET_VIEW
from course.demos.layout import lay_out
from course.demos.sizing import MOST_INSTANCES, sizing_scene
from course.models.address_plan import Plan
from course.models.cidr import CidrError, explain, parse, smallest_subnet

SVG = "{http://www.w3.org/2000/svg}"
KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]

TYPED_INTO = cidr_visualizer()


def press(demo: CidrVisualizer, act: str, block: str) -> None:
    """Send what the browser sends when a block is pressed."""
    send(demo, {"act": act, "block": block})


def send(demo: CidrVisualizer, message: dict[str, Any]) -> None:
    """Send a message as the browser does."""
    demo.view._handle_custom_msg(message, [])  # noqa: SLF001 - what ipywidgets calls


def names(demo: CidrVisualizer) -> list[str]:
    """The blocks of the plan."""
    return [str(block) for block in demo.plan.blocks] if demo.plan else []


def drawn(svg: str) -> list[ET.Element]:
    """The plan's blocks in a drawing, each with the rectangle of its place and width."""
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    return [group for group in root.iter(f"{SVG}g") if (group.get("class") or "").startswith("block ")]


@settings(max_examples=60)
@given(st.text(alphabet="0123456789./:abf ", max_size=20) | st.sampled_from(["10.0.0.0/16", "10.0.0.0/8", "::/0"]))
def test_each_keystroke_gives_the_page_or_the_sentence(typed: str) -> None:
    """Whatever stands in the field, does the demo show the block it names or the model's sentence on it?"""
    demo = TYPED_INTO
    demo.controls["block"].value = typed
    sentence = explain(typed)

    assert demo.controls["block"].continuous_update
    try:
        block = parse(typed)
    except CidrError:
        assert demo.view.error == demo.summary == sentence
        assert escape(sentence.split()[0]) in demo.picture()
    else:
        assert demo.view.error == ""
        assert demo.view.page["title"] == str(block)
        assert demo.summary.startswith(sentence)
        assert bool(demo.view.plan) == block.as_vpc.allowed
    assert ET.fromstring(demo.picture()).get("role") == "img"  # noqa: S314 - our own picture


def test_what_is_shown_is_what_the_model_says() -> None:
    """Are mask, range, count, reserved addresses and verdicts of a /24 on the page?"""
    page = cidr_visualizer("192.168.10.0/24", "").view.page

    assert dict(page["figures"]) == {
        "mask": "255.255.255.0",
        "first address": "192.168.10.0",
        "broadcast": "192.168.10.255",
        "addresses": "256",
    }
    assert [address for address, _ in page["reserved"]] == [f"192.168.10.{n}" for n in (0, 1, 2, 3, 255)]
    assert "251 addresses" in page["note"]
    assert [(what, allowed) for what, allowed, _ in page["judged"]] == [("VPC", True), ("subnet", True)]


@pytest.mark.parametrize(("text", "prefix"), [("172.16.32.0/20", 20), ("2001:db8::/52", 52), ("0.0.0.0/0", 0)])
def test_network_bits_are_told_apart_by_more_than_colour(text: str, prefix: int) -> None:
    """Are exactly the prefix's bits drawn as network bits, with the digits of the address, and do words say so?"""
    block = parse(text)
    svg = cidr_visualizer(text, "").view.page["bits"]
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    digits = [t for t in root.iter(f"{SVG}text") if (t.get("class") or "").startswith("digit")]

    assert "".join(t.text or "" for t in digits) == block.bits
    assert ["network" in (t.get("class") or "") for t in digits] == [n < prefix for n in range(block.width)]
    assert root.get("aria-label") == f"{prefix} network bits, then {block.host_bits} host bits: {block.bits}"
    assert f"{prefix} network bits" in svg


def test_others_are_judged_each_by_its_own_sentence() -> None:
    """Are other blocks compared with the first and among themselves, and is a bad one named?"""
    demo = cidr_visualizer("10.0.0.0/16", "10.0.4.0/22, 10.0.0.0/16; 10.0.0.0/8 192.168.0.0/24, 10.1.0.1/16")
    lines = demo.view.page["others"]

    assert [good for good, _ in lines[:5]] == [False, False, False, True, False]
    for (_, line), words in zip(
        lines,
        ["lies inside", "is the same block as", "contains", "shares no address", "has host bits set"],
        strict=False,
    ):
        assert words in line
    among = [line for _, line in lines[5:]]
    assert any("10.0.0.0/8 contains 10.0.4.0/22" in line for line in among)
    assert not any("192.168" in line for line in among)


def test_enter_splits_and_m_merges() -> None:
    """Do the browser's messages divide the plan, choose the block to go on from, and say what happened?"""
    demo = cidr_visualizer()
    demo.plan = None
    demo.controls["block"].value = "10.8.0.0/16"
    assert names(demo) == ["10.8.0.0/16"]

    press(demo, "press", "10.8.0.0/16")
    assert names(demo) == ["10.8.0.0/17", "10.8.128.0/17"]
    assert str(demo.chosen) == demo.view.plan["chosen"] == "10.8.0.0/17"
    assert demo.view.said == (
        "10.8.0.0/16 is now 10.8.0.0/17 and 10.8.128.0/17. Each leaves 32,763 addresses; AWS now keeps 5 more."
    )
    press(demo, "press", "10.8.128.0/17")
    press(demo, "merge", "10.8.0.0/17")
    assert "10.8.0.0/16 cannot be one again while 10.8.128.0/17 is split" in demo.view.said
    assert len(names(demo)) == 3
    press(demo, "merge", "10.8.192.0/18")
    assert demo.view.said == "10.8.128.0/17 is one block again, with 32,763 addresses for instances."
    press(demo, "press", "10.8.0.0/16")
    assert names(demo) == ["10.8.0.0/16"]


@pytest.mark.parametrize(
    ("vpc", "parts", "siblings"), [("10.8.0.0/16", "two", "sibling"), ("2001:db8::/56", "sixteen", "siblings")]
)
def test_the_buttons_say_what_they_would_do(vpc: str, parts: str, siblings: str) -> None:
    """Are splitting, undoing and merging offered where they can be done, and merging nowhere else?"""
    demo = cidr_visualizer(vpc, "")
    demo.controls["block"].value = "192.168.0.0/28"
    demo.controls["block"].value = vpc
    assert demo.view.plan["acts"] == {vpc: [f"Split in {parts}", ""]}

    press(demo, "press", vpc)
    acts = demo.view.plan["acts"]
    assert acts.pop(vpc) == ["Make it one again", ""]
    assert set(map(tuple, acts.values())) == {(f"Split in {parts}", f"Merge with its {siblings}")}


@pytest.mark.parametrize("message", [{}, {"act": "press", "block": "x"}, {"act": "press", "block": "10.9.0.0/16"}])
def test_a_strange_message_changes_nothing(message: dict[str, Any]) -> None:
    """Is a message that names no block of the plan answered with a sentence, and the plan left as it is?"""
    demo = cidr_visualizer()
    before = names(demo)
    send(demo, message)

    assert names(demo) == before
    assert demo.view.said.endswith(".")


@settings(max_examples=25)
@given(st.sampled_from(["10.0.0.0/16", "10.0.0.0/26", "2001:db8::/56"]), st.lists(st.integers(0, 10**6), max_size=8))
def test_the_drawing_is_the_plan(vpc: str, choices: list[int]) -> None:
    """After any presses, is each block a button at its place and width, one reached by Tab, the others by arrows?"""
    demo = TYPED_INTO
    for typed in ("10.77.0.0/28", vpc):  # another VPC in between, so that the plan begins anew
        demo.controls["block"].value = typed
    for choice in choices:
        shown = list(demo.view.plan["ways"])
        press(demo, "press", shown[choice % len(shown)])
    plan, sent = demo.plan, demo.view.plan
    assert plan
    groups = drawn(sent["svg"])

    assert {g.get("data-block") for g in groups} == {str(block) for block in (*plan.blocks, *plan.divided)}
    assert [g.get("data-block") for g in groups if g.get("tabindex") == "0"] == [sent["chosen"]]
    assert all(g.get("role") == "button" and g.get("aria-label") for g in groups)
    for group in groups:
        block, rect = parse(str(group.get("data-block"))), group.find(f"{SVG}rect")
        assert rect is not None
        place = (float(rect.get("x", "")) - 41) / 680
        assert place == pytest.approx((block.first_int - plan.vpc.first_int) / plan.vpc.count, abs=0.002)
        assert float(rect.get("width", "")) == pytest.approx(max(3, 680 * block.count / plan.vpc.count - 2), abs=0.1)
    reached, frontier = {sent["chosen"]}, [sent["chosen"]]
    while frontier:
        for way in sent["ways"][frontier.pop()].values():
            if way not in reached:
                reached.add(way)
                frontier.append(way)
    assert reached == set(sent["ways"])
    assert {key for ways in sent["ways"].values() for key in ways} <= set(KEYS)


def test_equal_values_give_equal_bytes() -> None:
    """Is the picture the same each time, other for another plan, and fit for a narrow page?"""
    one, two = cidr_visualizer(), demos.cidr_visualizer()
    assert isinstance(two, CidrVisualizer)

    assert one.picture() == two.picture()
    assert 'style="max-width: 100%; height: auto"' in one.picture()
    press(two, "press", "10.0.128.0/17")
    assert one.picture() != two.picture()
    press(two, "merge", "10.0.128.0/18")
    assert one.picture() == two.picture()


def test_a_demo_for_lab_github_and_a_terminal() -> None:
    """Has the output a widget, a picture and words, and no button in the picture?"""
    demo = cidr_visualizer()
    bundle = demo._repr_mimebundle_()  # what IPython calls

    assert bundle[WIDGET_VIEW]["model_id"] == demo.widget.model_id
    assert bundle["image/svg+xml"] == demo.picture()
    assert bundle["text/plain"] == repr(demo) == demo.summary
    assert "The plan has 3 blocks: 10.0.0.0/18, 10.0.64.0/18, 10.0.128.0/17." in demo.summary
    assert 'role="button"' not in demo.picture()
    assert len(drawn(demo.picture())) == 5


def test_a_new_vpc_begins_a_new_plan_and_a_slip_keeps_it() -> None:
    """Does a typing error leave the plan as it was, and another block start afresh?"""
    demo = cidr_visualizer()
    before = demo.plan
    for typed in ("10.0.0.0/1", "10.0.0.0/16"):
        demo.controls["block"].value = typed
    assert demo.plan == before

    demo.controls["block"].value = "10.0.0.0/20"
    assert demo.plan == Plan.of(parse("10.0.0.0/20"))
    demo.controls["block"].value = "10.0.0.0/8"
    assert names(demo) == []
    press(demo, "press", "10.0.0.0/8")
    assert demo.view.plan == {}


@settings(max_examples=30)
@given(st.integers(1, MOST_INSTANCES))
def test_the_play_ends_with_the_smallest_subnet(instances: int) -> None:
    """Do all instances end in a subnet of the model's size beside five reserved addresses, and no try hold too many?"""
    scene = sizing_scene(instances)
    last = scene.frames[-1]
    answer = f"/{smallest_subnet(instances)}"

    assert lay_out(scene)
    assert scene == sizing_scene(instances)
    assert sum(token.at == answer and token.look == "done" for token in last.tokens) == instances
    assert sum(token.at == answer and token.look == "held" for token in last.tokens) == 5
    for frame in scene.frames:
        for node in scene.nodes[1:]:
            assert sum(token.at == node.id for token in frame.tokens) <= parse(f"10.0.0.0{node.id}").count
        assert frame.caption.endswith(".")


def test_the_play_tells_the_exams_question() -> None:
    """For 29 instances, is the /27 seen to fail by two, and is the sum of the answer told?"""
    scene = sizing_scene(29)
    captions = [frame.caption for frame in scene.frames]

    assert scene.summary.startswith("29 instances need a /26. /28: 16 - 5 = 11, 18 too few.")
    assert "32 - 5 = 27: 2 of 29 find no address. The subnet is too small." in captions
    assert "29 + 5 = 34 addresses need the next power of two, 64: a /26." in captions[-1]
    tried = next(frame for frame in scene.frames if frame.caption.startswith("32 - 5"))
    assert sum(token.look == "failed" for token in tried.tokens) == 2
