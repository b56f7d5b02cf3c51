/**
 * The CIDR visualizer's view. Python makes every text and drawing; this module shows them, moves the focus along the ways
 * that came with the plan, and tells Python which block was pressed. It computes nothing about addresses.
 */

import { make } from "../../static/dom.js";

const PAUSE = 700; // ms without a keystroke after which a screen reader hears the result
const MERGE = ["m", "M", "Backspace", "Delete"];

/** A drawing that Python sent, as an element. */
const drawn = (svg) => document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);

/** A list of sentences, each with a sign and a word that say whether it is good news. */
function judgements(rows) {
  return rows.map(([good, sentence, what]) => make("li", { className: good ? "yes" : "no" },
    make("span", { className: "cidr-sign", textContent: good ? "✓" : "✗", "aria-hidden": "true" }),
    make("span", {}, make("span", { className: "stage-live", textContent: good ? "Yes. " : "No. " }),
      what ? make("b", { textContent: `${what}: ` }) : "", sentence)));
}

class View {
  constructor(model, el) {
    this.model = model;
    this.build(el);
    this.handlers = {
      "change:page": () => this.showPage(true),
      "change:plan": () => this.showPlan(),
      "change:error": () => this.complain(true),
      "change:said": () => this.say(),
    };
    for (const [event, handler] of Object.entries(this.handlers)) model.on(event, handler);
    this.showPage(false);
    this.showPlan();
    this.complain(false);
  }

  build(el) {
    this.title = make("div", { className: "stage-title" });
    this.bits = make("div", { className: "stage-viewport cidr-bits" });
    this.figures = make("dl", { className: "stage-numbers" });
    this.judged = make("ul", { className: "cidr-judged", "aria-label": "What AWS allows" });
    this.others = make("ul", { className: "cidr-judged", "aria-label": "Overlaps with other blocks" });
    this.note = make("p", {});
    this.reserved = make("dl", { className: "cidr-reserved" });
    this.planTitle = make("div", { className: "cidr-heading" });
    this.plan = make("div", { className: "stage-viewport cidr-plan", role: "group" });
    this.detail = make("p", { className: "cidr-detail" });
    this.press = make("button", { type: "button", onclick: () => this.ask("press", this.chosen) });
    this.merge = make("button", { type: "button", textContent: "Merge with its sibling",
      onclick: () => this.ask("merge", this.chosen) });
    this.said = make("p", { className: "cidr-said" });
    this.planPart = make("section", { className: "cidr-part" }, this.planTitle, this.plan, this.detail,
      make("div", { className: "cidr-acts" }, this.press, this.merge,
        make("span", { className: "cidr-keys", textContent: "On a block: arrows choose, Enter or a click splits it or undoes a split, M merges." })),
      this.said);
    this.live = make("div", { className: "stage-live", "aria-live": "polite" });
    this.error = make("p", { className: "stage-error", hidden: true });
    this.body = make("div", { className: "stage-body" },
      make("div", { className: "stage-head" }, this.title), this.bits, this.figures,
      make("div", { className: "cidr-part cidr-pair" },
        make("div", {}, this.judged, this.others), make("div", {}, this.note, this.reserved)), this.planPart);
    this.root = make("div", { className: "course-stage course-cidr", role: "group", "aria-label": "CIDR block, explained" },
      this.body, this.error, this.live);
    this.plan.addEventListener("click", (event) => this.pressed(event));
    this.plan.addEventListener("focusin", (event) => this.focused(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
    el.append(this.root);
  }

  showPage(spoken) {
    const page = this.model.get("page");
    if (!page.title) return;
    this.title.textContent = page.title;
    this.bits.replaceChildren(drawn(page.bits));
    this.figures.replaceChildren(...page.figures.map(([name, value]) =>
      make("div", {}, make("dt", { textContent: name }), make("dd", { textContent: value }))));
    this.judged.replaceChildren(...judgements(page.judged.map(([what, good, why]) => [good, why, what])));
    this.others.replaceChildren(...judgements(page.others));
    this.others.hidden = !page.others.length;
    this.note.textContent = page.note;
    this.reserved.replaceChildren(...page.reserved.map(([address, purpose]) =>
      make("div", {}, make("dt", { textContent: address }), make("dd", { textContent: purpose }))));
    this.reserved.hidden = !page.reserved.length;
    if (spoken) this.announce(page.spoken, PAUSE);
  }

  showPlan() {
    const plan = this.model.get("plan");
    this.planPart.hidden = !plan.svg;
    if (!plan.svg) return;
    const focused = this.plan.contains(document.activeElement);
    this.chosen = plan.chosen;
    this.planTitle.textContent = plan.title;
    this.plan.setAttribute("aria-label", plan.title);
    this.plan.replaceChildren(drawn(plan.svg));
    this.describe();
    if (focused) this.find(plan.chosen).focus({ preventScroll: true });
  }

  find(block) {
    return this.plan.querySelector(`[data-block="${block}"]`);
  }

  /** Say below the plan what the chosen block is, and what the buttons would do to it. */
  describe() {
    const plan = this.model.get("plan");
    const [press, merge] = plan.acts[this.chosen];
    this.detail.textContent = plan.details[this.chosen];
    this.press.textContent = press;
    this.merge.disabled = !merge;
    if (merge) this.merge.textContent = merge;
  }

  complain(spoken) {
    const sentence = this.model.get("error");
    // The sentence keeps the room of what it stands for, so that the page below does not jump at each keystroke.
    if (sentence && !this.body.hidden) this.root.style.minHeight = `${this.root.offsetHeight}px`;
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
    this.body.hidden = Boolean(sentence);
    if (!sentence) this.root.style.minHeight = "";
    if (spoken) this.announce(sentence || this.model.get("page").spoken, PAUSE);
  }

  /** What came of an act stands under the plan, and is heard at once. */
  say() {
    const sentence = this.model.get("said");
    this.said.textContent = sentence;
    this.announce(sentence, 0);
  }

  announce(sentence, wait) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.live.textContent = sentence), wait);
  }

  ask(act, block) {
    this.model.send({ act, block });
  }

  pressed(event) {
    const block = event.target.closest("[data-block]");
    if (!block) return;
    block.focus({ preventScroll: true });
    this.ask("press", block.dataset.block);
  }

  /** The chosen block is the one with the focus; only it is reached by Tab. */
  focused(event) {
    const block = event.target.closest("[data-block]");
    if (!block || block.dataset.block === this.chosen) return;
    const before = this.find(this.chosen);
    before.setAttribute("tabindex", "-1");
    before.classList.remove("chosen");
    block.setAttribute("tabindex", "0");
    block.classList.add("chosen");
    this.chosen = block.dataset.block;
    this.describe();
  }

  /** Keys that are used here do not reach JupyterLab's shortcuts. */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const block = event.target.closest("[data-block]")?.dataset.block;
    const native = event.target.matches("button") && [" ", "Enter"].includes(event.key);
    if (block) {
      const way = this.model.get("plan").ways[block][event.key];
      if (way) this.find(way).focus();
      else if ([" ", "Enter"].includes(event.key)) this.ask("press", block);
      else if (MERGE.includes(event.key)) this.ask("merge", block);
      else if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
    } else if (!native) return;
    event.stopPropagation();
  }

  dispose() {
    clearTimeout(this.speaking);
    for (const [event, handler] of Object.entries(this.handlers)) this.model.off(event, handler);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.dispose();
  },
};
