"""What a chapter displays, without a browser: Demo, Plot, the stage's state, and what nbconvert makes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets
import matplotlib.pyplot as plt
import nbformat
import pytest

from course import demos
from course.demos.demo import WIDGET_VIEW, Demo, Plot
from course.demos.picture import picture
from course.demos.scene import Edge, Frame, Node, Scene, Token

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPOSITORY = Path(__file__).parents[2]


def scene(messages: int) -> Scene:
    """A producer that sends messages to a queue; five do not fit."""
    if messages > 4:
        raise ValueError("A batch of this demo holds four messages: choose fewer.")
    tokens = [str(number) for number in range(messages)]
    frames = (
        Frame(0, "Before.", tuple(Token(t, "p", t) for t in tokens)),
        Frame(1, "After.", tuple(Token(t, "q", t) for t in tokens), {}, {"visible": str(messages)}),
    )
    nodes = (Node("p", "Producer", 0, 0, "producer"), Node("q", "Queue", 1, 0, "queue"))
    return Scene("Sending", f"{messages} messages.", nodes, (Edge("p", "q"),), frames, picture_frame=1)


def demo() -> Demo:
    """A demo with one control."""
    return Demo(scene, {"messages": ipywidgets.IntSlider(2, 0, 9, description="messages")})


def line(slope: float) -> Figure:
    """A figure with one line, made with pyplot as learners do."""
    if slope < 0:
        raise ValueError("A backlog does not shrink here: choose a slope of at least 0.")
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, slope])
    return figure


def test_a_demo_shows_a_widget_a_picture_and_words() -> None:
    """Is there something to show for Lab, for GitHub and for a terminal?"""
    shown = demo()

    bundle = shown._repr_mimebundle_()  # what IPython calls
    assert bundle[WIDGET_VIEW]["model_id"] == shown.widget.model_id
    assert bundle["image/svg+xml"] == picture(scene(2))
    assert bundle["text/plain"] == repr(shown) == "2 messages."


def test_a_control_that_moves_makes_a_new_scene() -> None:
    """Do the stage, the scene and the picture follow the controls?"""
    shown = demo()
    shown.controls["messages"].value = 3

    assert shown.scene == scene(3)
    assert shown.stage.scene["summary"] == "3 messages."
    assert shown.picture() == picture(scene(3))


def test_values_that_do_not_go_together_are_a_sentence() -> None:
    """Does the learner read why there is nothing to see, and does the stage recover?"""
    shown = demo()
    shown.controls["messages"].value = 9

    sentence = "A batch of this demo holds four messages: choose fewer."
    assert shown.stage.error == sentence
    assert sentence in shown.picture()
    assert repr(shown) == sentence
    with pytest.raises(ValueError, match="choose fewer"):
        _ = shown.scene

    shown.controls["messages"].value = 4
    assert shown.stage.error == ""
    assert shown.scene == scene(4)


def test_a_scene_is_sent_once_and_not_for_each_pixel_of_a_slider() -> None:
    """Is a slider quiet while it is dragged?"""
    assert demo().controls["messages"].continuous_update is False


def test_two_stages_have_ids_of_their_own() -> None:
    """Can the same demo be shown twice in a notebook?"""
    assert demo().stage.scene["prefix"] != demo().stage.scene["prefix"]


def test_a_plot_is_the_same_each_time_and_has_words() -> None:
    """Does a plot give equal bytes for equal values, without today's date, and a text alternative?"""
    one, other = (Plot(line, {"slope": ipywidgets.FloatSlider(1)}, summary="A < line") for _ in range(2))

    assert one.picture() == other.picture()
    assert "<dc:date>" not in one.picture()
    assert "<title>A &lt; line</title>" in one.picture()
    assert 'alt="A &lt; line"' in one.image.value


def test_a_situation_is_shown_at_once() -> None:
    """Does a situation set the other controls together, and is one scene made for them, none half set?"""
    made: list[dict[str, object]] = []

    def build(**values: object) -> Scene:
        made.append(values)
        return scene(1)

    controls = {
        "situation": ipywidgets.Dropdown(options=["calm", "rush"]),
        "messages": ipywidgets.IntText(1),
        "consumers": ipywidgets.IntText(1),
    }
    shown = Demo(build, controls, {"calm": {}, "rush": {"messages": 9, "consumers": 3}})
    made.clear()

    shown.controls["situation"].value = "rush"
    assert made == [{"situation": "rush", "messages": 9, "consumers": 3}]
    shown.controls["messages"].value = 2
    assert made[1:] == [{"situation": "rush", "messages": 2, "consumers": 3}]


def test_a_plot_follows_its_controls() -> None:
    """Do picture and summary change with a value, and does a ValueError become a sentence?"""
    plot = Plot(line, {"slope": ipywidgets.FloatSlider(1, min=-1)}, summary=lambda slope: f"Slope {slope}.")
    before = plot.picture(), plot.image.value
    plot.controls["slope"].value = 3

    assert repr(plot) == "Slope 3.0."
    assert plot.picture() != before[0]
    assert plot.image.value != before[1]
    plot.controls["slope"].value = -1
    assert repr(plot) == "A backlog does not shrink here: choose a slope of at least 0."
    assert repr(plot) in plot.picture()


def test_a_plot_leaves_no_figure_open() -> None:
    """Is a pyplot figure closed, so that it is not shown a second time and its memory is freed?"""
    plt.close("all")
    Plot(line, {"slope": ipywidgets.FloatSlider(1)}, summary="A line")

    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", dir(demos))
def test_every_demo_of_the_table_is_there(name: str) -> None:
    """Does each name that `course.demos` offers lead to a function?"""
    assert callable(getattr(demos, name))


def test_an_unknown_demo_names_the_known_ones() -> None:
    """Does a typing error lead to the right name?"""
    with pytest.raises(AttributeError, match=r"no demo named 'fanout'; there are: .*fan_out"):
        _ = demos.fanout


def test_importing_the_demos_is_cheap() -> None:
    """Does `from course import demos` wait until a demo is asked for before it imports widgets and plots?"""
    code = "import sys; from course import demos; print([m for m in ('ipywidgets', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=REPOSITORY)

    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The HTML that stock nbconvert, with the course's configuration, makes of a notebook with a demo and a quiz."""
    folder = tmp_path_factory.mktemp("export")
    source = "from tests.demos.test_stage import demo\ndemo()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, folder / "demo.ipynb")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {
        "HOME": str(folder),
        "JUPYTER_CONFIG_PATH": str(REPOSITORY / "course" / "lab" / "config"),
        "PYTHONPATH": str(REPOSITORY),
    }
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "demo.ipynb"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=environment)
    return (folder / "demo.html").read_text(encoding="utf-8")


def test_an_html_export_shows_the_picture_with_its_words(exported: str) -> None:
    """Does a reader of the exported page see the demo's picture, or hear its summary, where no kernel runs?"""
    output = exported.partition('<div class="jp-OutputArea-child')[2]

    assert '<img alt="2 messages." src="data:image/svg+xml;base64,' in unescape(output)
    assert 'type="application/vnd.jupyter.widget-view+json"' not in output
