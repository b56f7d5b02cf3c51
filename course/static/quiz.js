/**
 * The quiz: one exam question at a time, answered with the keyboard or the mouse, explained option by option.
 *
 * Python sends the questions once and keeps `answers` (question id -> index of the option), which this module sets.
 *
 * @typedef {{text: string, why: string, correct: boolean}} Option
 * @typedef {{id: string, task: string, scenario: string, decides: string, options: Option[]}} Question
 */

import { make } from "./dom.js";

const letter = (index) => String.fromCharCode(65 + index);

/** The nodes of a text in which `code` is marked by backticks. */
function rich(text) {
  return text.split("`").map((part, i) => (i % 2 ? make("code", { textContent: part }) : part));
}

/** The nodes of a scenario with its deciding words marked. @param {Question} question */
function marked({ scenario, decides }) {
  const start = scenario.indexOf(decides);
  return [
    ...rich(scenario.slice(0, start)),
    make("mark", { title: "This decides" }, ...rich(decides)),
    ...rich(scenario.slice(start + decides.length)),
  ];
}

/** @param {Question} question */
const right = (question, chosen) => chosen !== undefined && question.options[chosen].correct;

/** The widget. It knows which question is on show; what has been answered lies in the model. */
class Quiz {
  constructor(model, el) {
    this.model = model;
    this.questions = model.get("questions");
    this.build(el);
    const open = this.questions.findIndex((question) => this.chosen(question) === undefined);
    this.go(Math.max(0, open));
  }

  chosen(question) {
    return this.model.get("answers")[question.id];
  }

  build(el) {
    this.score = make("span", { className: "quiz-score" });
    this.map = make("ol", { className: "quiz-map" });
    this.heading = make("div", { className: "quiz-heading", tabIndex: -1, role: "heading", "aria-level": "3" });
    this.scenario = make("p", { className: "quiz-scenario" });
    this.legend = make("legend", { textContent: "Choose the best answer" });
    this.options = make("div", { className: "quiz-options" });
    this.verdict = make("div", { className: "quiz-verdict", "aria-live": "polite" });
    this.check = make("button", { type: "submit", className: "quiz-main", textContent: "Check" });
    this.back = make("button", { type: "button", textContent: "Previous", onclick: () => this.turn(-1) });
    this.next = make("button", { type: "button", textContent: "Next", onclick: () => this.turn(1) });
    this.again = make("button", { type: "button", className: "quiz-again", textContent: "Start over" });
    this.again.onclick = () => this.startOver();
    this.form = make("form", {}, this.heading, this.scenario,
      make("fieldset", {}, this.legend, this.options), this.verdict,
      make("div", { className: "quiz-buttons" }, this.check, this.back, this.next, this.again));
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.answer();
    };
    const title = make("div", { className: "quiz-title", textContent: this.model.get("title") });
    this.root = make("div", { className: "course-quiz", role: "group", "aria-label": this.model.get("title") },
      make("div", { className: "quiz-head" }, title, this.score), this.map, this.form);
    this.root.addEventListener("keydown", (event) => this.key(event));
    el.append(this.root);
  }

  get question() {
    return this.questions[this.index];
  }

  /** Show question `index`, as it was answered before or open. */
  go(index) {
    this.index = index;
    this.heading.textContent = `Question ${index + 1} of ${this.questions.length}`;
    this.verdict.replaceChildren();
    this.options.replaceChildren(...this.question.options.map((option, i) => this.option(option, i)));
    this.back.disabled = index === 0;
    this.next.disabled = index === this.questions.length - 1;
    this.update();
  }

  /** Go on or back, and bring keyboard and screen reader to the new question. */
  turn(by) {
    this.go(this.index + by);
    this.heading.focus();
  }

  /** @param {Option} option */
  option(option, index) {
    const radio = make("input", { type: "radio", name: "option", value: index });
    const text = make("span", {}, make("b", { textContent: `${letter(index)}. ` }), ...rich(option.text));
    return make("div", { className: "quiz-option" }, make("label", {}, radio, text));
  }

  /** Draw everything that depends on what has been answered. */
  update() {
    const chosen = this.chosen(this.question);
    const answered = this.questions.filter((question) => this.chosen(question) !== undefined);
    const correct = answered.filter((question) => right(question, this.chosen(question)));
    this.score.textContent = answered.length
      ? `${correct.length} right of ${answered.length} answered` : `${this.questions.length} questions`;
    this.map.replaceChildren(...this.questions.map((question, i) => this.stop(question, i)));
    this.scenario.replaceChildren(...(chosen === undefined ? rich(this.question.scenario) : marked(this.question)));
    this.check.hidden = chosen !== undefined;
    this.next.classList.toggle("quiz-main", chosen !== undefined);
    if (chosen !== undefined) this.explain(chosen);
  }

  /** A button of the map: which question, and how it stands. */
  stop(question, index) {
    const chosen = this.chosen(question);
    const state = chosen === undefined ? "open" : right(question, chosen) ? "right" : "wrong";
    const words = { open: "not answered yet", right: "answered right", wrong: "answered wrong" }[state];
    const sign = { open: "", right: "✓", wrong: "✗" }[state];
    const element = make("button", { type: "button", className: state, textContent: `${index + 1}${sign}`,
      "aria-label": `Question ${index + 1}, ${words}` });
    if (index === this.index) element.setAttribute("aria-current", "step");
    element.onclick = () => this.turn(index - this.index);
    return make("li", {}, element);
  }

  /** Show beside every option whether it is right, and why. */
  explain(chosen) {
    const answer = this.question.options.findIndex((option) => option.correct);
    for (const [i, element] of [...this.options.children].entries()) {
      const { correct, why } = this.question.options[i];
      const radio = element.querySelector("input");
      radio.checked = i === chosen;
      radio.disabled = true;
      element.classList.add(correct ? "right" : "wrong");
      element.classList.toggle("chosen", i === chosen);
      element.append(make("p", { className: "quiz-why" },
        make("b", { textContent: `${correct ? "✓ Right" : "✗ Wrong"}${i === chosen ? ", your answer" : ""}: ` }), ...rich(why)));
    }
    const words = chosen === answer ? "Right." : `Not right: the answer is ${letter(answer)}.`;
    this.verdict.replaceChildren(make("strong", { className: chosen === answer ? "right" : "wrong", textContent: words }),
      " What decides: ", make("q", {}, ...rich(this.question.decides)));
  }

  /** Take the chosen option as the answer. */
  answer() {
    const radio = this.form.querySelector("input:checked");
    if (!radio) {
      this.verdict.textContent = "Choose an answer first.";
      return;
    }
    this.save({ ...this.model.get("answers"), [this.question.id]: Number(radio.value) });
    this.update();
    (this.next.disabled ? this.again : this.next).focus({ preventScroll: true });
  }

  startOver() {
    this.save({});
    this.go(0);
    this.heading.focus();
  }

  save(answers) {
    this.model.set("answers", answers);
    this.model.save_changes();
  }

  /** A letter chooses its option. Keys that a control uses itself do not reach JupyterLab's shortcuts. */
  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const index = event.key.length === 1 ? event.key.toUpperCase().charCodeAt(0) - 65 : -1;
    const radio = this.options.querySelectorAll("input")[index];
    if (radio) {
      radio.focus();
      radio.click();
      event.preventDefault();
    } else if (!["Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.stopPropagation();
  }
}

export default {
  render({ model, el }) {
    new Quiz(model, el);
  },
};
