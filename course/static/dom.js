/** Elements made from data: values become properties and text, never HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Make an HTML element. `properties` are set as properties, or as attributes where the name holds a hyphen. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Make a small inline SVG of one path; the class goes to a group around it. */
export function sign(viewBox, className, group, data) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const outer = svg.appendChild(document.createElementNS(SVG, "g"));
  outer.setAttribute("class", group);
  const path = outer.appendChild(document.createElementNS(SVG, "path"));
  path.setAttribute("class", "outline");
  path.setAttribute("d", data);
  return svg;
}
