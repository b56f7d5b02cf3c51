// noUiSlider's handles, which ipywidgets' sliders are made of, have no name for a screen reader: the words beside them.
function nameHandles(root) {
    for (const handle of root.querySelectorAll(".noUi-handle:not([aria-label])")) {
        const label = handle.closest(".widget-inline-hbox")?.querySelector(".widget-label");
        if (label?.textContent) handle.setAttribute("aria-label", label.textContent);
    }
}

function render({ el }) {
    el.hidden = true;
    let observer;
    // A slider stands in the page only after its view was made, and this view may come before it.
    let request = requestAnimationFrame(function find() {
        const root = el.closest(".course-controls");
        if (!root) {
            request = requestAnimationFrame(find);
            return;
        }
        observer = new MutationObserver(() => nameHandles(root));
        observer.observe(root, { childList: true, subtree: true });
        nameHandles(root);
    });
    return () => {
        cancelAnimationFrame(request);
        observer?.disconnect();
    };
}

export default { render };
