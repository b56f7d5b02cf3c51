// The button that checks a learner's notebook: it saves the notebook, asks Python, and shows the answer.

const NO_ANSWER = "Python does not answer: run this cell again, then press the button.";
const PATIENCE = 5000; // milliseconds until a kernel that was stopped is taken for one

function add(parent, tag, attributes) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return parent.appendChild(element);
}

// JupyterLab's widget manager knows the document it stands in; elsewhere there is no such thing, and nothing is saved.
async function save(model) {
  try {
    await model.widget_manager.context.save();
    return true;
  } catch {
    return false;
  }
}

function render({ model, el }) {
  el.classList.add("course-check");
  const button = add(el, "button", { type: "button" });
  button.textContent = "Check my work";
  const status = add(el, "div", { role: "status", class: "course-status" });
  const report = add(el, "div", { role: "region", "aria-label": "Result of the check" });
  let waiting;

  function show() {
    if (model.get("busy")) clearTimeout(waiting);
    button.setAttribute("aria-disabled", String(model.get("busy")));
    status.textContent = model.get("status");
    report.innerHTML = model.get("report"); // made and escaped by course/study/report.py
  }

  async function press() {
    if (model.get("busy")) return;
    const saved = await save(model);
    model.send({ ask: "check", saved });
    clearTimeout(waiting);
    waiting = setTimeout(() => (status.textContent = NO_ANSWER), PATIENCE);
  }

  button.addEventListener("click", press);
  for (const name of ["busy", "status", "report"]) model.on(`change:${name}`, show);
  show();
  return () => {
    clearTimeout(waiting);
    for (const name of ["busy", "status", "report"]) model.off(`change:${name}`, show);
  };
}

export default { render };
