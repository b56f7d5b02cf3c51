/**
 * The stage: plays a scene that Python drew and laid out.
 *
 * Python sends everything once (`animated` in picture.py); from then on the browser works alone. This module only moves
 * and relabels elements that it finds by id. Text of a scene goes through textContent, never through HTML.
 *
 * @typedef {import("./drawing.js").Frame} Frame
 */

import { make, sign } from "../../static/dom.js";
import { Drawing, motion } from "./drawing.js";

const TRAVEL = 900; // ms that tokens travel between two frames at speed 1
const SPEEDS = [0.5, 1, 2, 4];
const ICONS = {
  Restart: "M6 5v14M19 5.5v13L9 12z",
  "Step back": "M15.5 5.5v13L6 12zM18.5 5.5v13",
  Play: "M7 4.5v15l12.5-7.5z",
  Pause: "M8 5v14M16 5v14",
  "Step forward": "M8.5 5.5v13L18 12zM5.5 5.5v13",
};

/** Time that a reader needs for a caption, in ms at speed 1. */
const readingTime = (caption) => Math.min(6000, 900 + 38 * caption.length);

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A button with an icon and a name for assistive technology and the tooltip. */
function button(name, key, action) {
  const element = make("button", { type: "button", onclick: action });
  nameButton(element, name, key);
  return element;
}

function nameButton(element, name, key) {
  element.setAttribute("aria-label", name);
  element.title = `${name} (${key})`;
  element.replaceChildren(sign("0 0 24 24", "button-icon", "", ICONS[name]));
}

/** The whole widget. It knows three things: which frame it shows, whether it plays, and which motion is under way. */
class Stage {
  constructor(model, el) {
    this.model = model;
    this.index = 0;
    this.playing = false;
    this.speed = 1;
    this.build(el);
    this.onScene = () => this.load();
    this.onError = () => this.complain();
    model.on("change:scene", this.onScene);
    model.on("change:error", this.onError);
    this.load();
    this.complain();
  }

  build(el) {
    const handle = (action) => () => action.call(this);
    this.title = make("div", { className: "stage-title" });
    this.clock = make("div", { className: "stage-clock" });
    this.viewport = make("div", { className: "stage-viewport" });
    this.legend = make("ul", { className: "stage-legend" });
    this.playButton = button("Play", "Space", handle(this.toggle));
    this.range = make("input", { type: "range", min: 0, step: 1, value: 0, "aria-label": "Position" });
    this.range.oninput = () => this.scrub(Number(this.range.value));
    this.range.onchange = () => this.rest();
    this.count = make("span", { className: "stage-count" });
    this.select = make("select", { "aria-label": "Speed", title: "Speed" });
    this.select.append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed, speed === 1, speed === 1)));
    this.select.onchange = () => (this.speed = Number(this.select.value));
    this.numbers = make("dl", { className: "stage-numbers" });
    this.caption = make("p", { className: "stage-caption" });
    this.live = make("div", { className: "stage-live", "aria-live": "polite" });
    this.error = make("p", { className: "stage-error", role: "alert", hidden: true });
    const controls = make("div", { className: "stage-controls" },
      button("Restart", "Home", handle(this.restart)),
      button("Step back", "Left arrow", () => this.step(-1)),
      this.playButton,
      button("Step forward", "Right arrow", () => this.step(1)),
      this.range, this.count, this.select);
    this.body = make("div", { className: "stage-body" },
      make("div", { className: "stage-head" }, this.title, this.clock),
      this.viewport, this.legend, controls, this.numbers, this.caption, this.live);
    this.root = make("div", { className: "course-stage", role: "group", tabIndex: 0 }, this.body, this.error);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.resizing = new ResizeObserver(() => this.measure());
    this.resizing.observe(this.viewport);
    el.append(this.root);
  }

  /** A drawing that is wider than its place scrolls, and then the keyboard must reach it. */
  measure() {
    if (this.viewport.scrollWidth > this.viewport.clientWidth + 1) this.viewport.tabIndex = 0;
    else this.viewport.removeAttribute("tabindex");
  }

  /** Take up the model's scene: at the same moment of model time, playing on if it played. */
  load() {
    const scene = this.model.get("scene");
    if (!scene.frames) return;
    const time = this.frames?.[this.index].time ?? -Infinity;
    cancelAnimationFrame(this.request);
    this.frames = scene.frames;
    this.drawing = new Drawing(scene);
    this.viewport.replaceChildren(this.drawing.svg);
    this.title.textContent = scene.title;
    this.root.setAttribute("aria-label", `Demo: ${scene.title}`);
    this.legend.replaceChildren(...scene.legend.map(([look, meaning]) => make("li", {},
      sign("-20 -20 40 40", "course-scene", look, scene.shapes[look][0]), meaning)));
    this.range.max = this.frames.length - 1;
    this.before = {};
    this.draw = null;
    this.jump(Math.max(0, this.frames.findLastIndex((frame) => frame.time <= time)), { quiet: true });
    if (this.playing) this.wait();
  }

  complain() {
    const sentence = this.model.get("error");
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
    this.body.hidden = Boolean(sentence);
    if (sentence) this.pause();
  }

  /** Show frame `index`, travelling for `travel` ms, and call `then` when the tokens have arrived. */
  show(index, travel, then) {
    cancelAnimationFrame(this.request);
    this.draw?.(1); // a motion that is cut short still ends where it was going
    this.index = index;
    const frame = this.frames[index];
    this.write(frame);
    const draw = (this.draw = motion(this.drawing, this.before, frame));
    this.before = frame.tokens;
    if (!travel || calm()) {
      draw(1);
      then?.();
    } else this.clockwork(travel, draw, then);
  }

  /** Call `draw` with 0 to 1 over `duration` ms, then `then`. */
  clockwork(duration, draw, then) {
    let spent = 0;
    let last = null;
    const tick = (now) => {
      spent += last === null ? 0 : (now - last) * this.speed;
      last = now;
      draw(Math.min(1, spent / duration));
      if (spent < duration) this.request = requestAnimationFrame(tick);
      else then?.();
    };
    this.request = requestAnimationFrame(tick);
  }

  /** Write everything of a frame that is text. @param {Frame} frame */
  write(frame) {
    this.drawing.label(frame);
    this.clock.textContent = frame.clock;
    this.caption.textContent = frame.caption;
    this.numbers.replaceChildren(...frame.numbers.map(([name, value]) =>
      make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
    this.count.textContent = `${this.index + 1} / ${this.frames.length}`;
    this.range.value = this.index;
    this.range.setAttribute("aria-valuetext", `Frame ${this.index + 1} of ${this.frames.length}, ${frame.clock}`);
  }

  announce() {
    this.live.textContent = this.frames[this.index].caption;
  }

  /** The stage has come to rest: say so, and let Python know where. */
  rest() {
    this.announce();
    this.model.set("frame", this.index);
    this.model.save_changes();
  }

  jump(index, { quiet = false } = {}) {
    this.show(index, 0);
    if (!quiet) this.rest();
  }

  step(by) {
    this.pause({ quiet: true });
    const index = Math.min(this.frames.length - 1, Math.max(0, this.index + by));
    this.show(index, TRAVEL / 2, () => this.rest());
  }

  scrub(index) {
    this.pause({ quiet: true });
    this.jump(index, { quiet: true });
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.setPlaying(true);
    if (this.index < this.frames.length - 1) return this.advance();
    this.jump(0, { quiet: true });
    this.wait();
  }

  /** Go to the next frame and, while playing, on from there. At speeds too fast to listen to, captions are not spoken. */
  advance() {
    if (this.index === this.frames.length - 1) return this.pause();
    this.show(this.index + 1, TRAVEL, () => this.wait());
    if (this.speed <= 1) this.announce();
  }

  wait() {
    this.clockwork(readingTime(this.frames[this.index].caption), () => {}, () => this.advance());
  }

  pause({ quiet = false } = {}) {
    if (!this.playing) return;
    this.setPlaying(false);
    this.show(this.index, 0);
    if (!quiet) this.rest();
  }

  setPlaying(playing) {
    this.playing = playing;
    nameButton(this.playButton, playing ? "Pause" : "Play", "Space");
  }

  restart() {
    this.pause({ quiet: true });
    this.jump(0);
  }

  end() {
    this.pause({ quiet: true });
    this.jump(this.frames.length - 1);
  }

  /** Keys of the stage, and those that its controls use themselves, do not reach JupyterLab's shortcuts. */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const actions = {
      " ": this.toggle, ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), Home: this.restart, End: this.end,
    };
    const control = event.target.closest("button, input, select");
    const native = control?.matches("button") ? [" ", "Enter"] : control
      ? [" ", "Enter", "Home", "End", "PageUp", "PageDown", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] : [];
    if (!native.includes(event.key)) {
      if (!(event.key in actions) || this.body.hidden) return;
      event.preventDefault();
      actions[event.key].call(this);
    }
    event.stopPropagation();
  }

  dispose() {
    cancelAnimationFrame(this.request);
    this.resizing.disconnect();
    this.model.off("change:scene", this.onScene);
    this.model.off("change:error", this.onError);
  }
}

export default {
  render({ model, el }) {
    const stage = new Stage(model, el);
    return () => stage.dispose();
  },
};
