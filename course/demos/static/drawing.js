/**
 * What moves on a stage: the SVG that Python drew, and the tokens' ways from one frame to the next.
 *
 * @typedef {[number, number]} Point
 * @typedef {{x: number, y: number, node: number, seen: boolean, label: string, look: string}} Token
 * @typedef {{time: number, clock: string, caption: string, numbers: [string, string][], badges: Object<string, string>,
 *   more: Object<string, string>, tokens: Object<string, Token>}} Frame
 */

const STAGGER = 0.07; // part of the way by which each token of a batch sets off later

const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

/** The point at `t` (0 to 1) of a way through points, by length. @param {Point[]} points @returns {Point} */
function along(points, t) {
  const lengths = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  let left = t * lengths.reduce((sum, length) => sum + length, 0);
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const part = left / length;
      const [[x, y], [toX, toY]] = [points[i], points[i + 1]];
      return [x + part * (toX - x), y + part * (toY - y)];
    }
    left -= length;
  }
  return points[points.length - 1];
}

/** The way of a token between two places: along the edge between the nodes, in either direction, where there is one. */
function way(routes, from, to) {
  const back = routes[`${to.node}-${from.node}`];
  const edge = routes[`${from.node}-${to.node}`] ?? (back ? [...back].reverse() : []);
  return [[from.x, from.y], ...(from.node === to.node ? [] : edge), [to.x, to.y]];
}

/** The drawing: Python's SVG, and the elements in it that change. */
export class Drawing {
  constructor(scene) {
    const parsed = new DOMParser().parseFromString(scene.svg, "image/svg+xml").documentElement;
    this.svg = document.importNode(parsed, true);
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", scene.summary);
    this.svg.style.maxWidth = `${Math.max(640, scene.width * 1.15)}px`;
    this.svg.style.minWidth = `${Math.min(scene.width, Math.max(520, scene.width * 0.6))}px`; // smaller cannot be read
    this.scene = scene;
    this.tokens = new Map();
  }

  find(id) {
    return this.svg.querySelector(`[id="${this.scene.prefix}-${id}"]`);
  }

  token(number) {
    if (!this.tokens.has(number)) {
      const group = this.find(`token-${number}`);
      const [outline, letter, mark] = [".outline", ".letter", ".mark"].map((part) => group.querySelector(part));
      this.tokens.set(number, { group, outline, letter, mark });
    }
    return this.tokens.get(number);
  }

  /** Set the look and label of a token. @param {Token} token */
  dress(number, token) {
    const { group, outline, letter, mark } = this.token(number);
    const [shape, sign] = this.scene.shapes[token.look];
    group.setAttribute("class", token.label.length > 3 ? `${token.look} small` : token.look);
    outline.setAttribute("d", shape);
    mark.setAttribute("d", sign);
    letter.textContent = token.label;
  }

  place(number, [x, y], opacity) {
    const { group } = this.token(number);
    group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    group.setAttribute("opacity", opacity.toFixed(2));
    if (opacity === 0) group.setAttribute("class", "gone");
  }

  /** Set the texts on the nodes. @param {Frame} frame */
  label(frame) {
    for (const [kind, texts] of [["badge", frame.badges], ["more", frame.more]]) {
      for (const element of this.svg.querySelectorAll(`.${kind}`)) {
        element.textContent = texts[element.id.split("-").at(-2)] ?? "";
      }
    }
  }
}

/** A motion from what is on the stage now to a frame: `at(t)` draws it at 0 <= t <= 1. */
export function motion(drawing, before, frame) {
  const numbers = new Set([...Object.keys(before), ...Object.keys(frame.tokens)]);
  let travelling = 0;
  const moves = [...numbers].map((number) => {
    const from = before[number] ?? { ...frame.tokens[number], seen: false };
    const to = frame.tokens[number] ?? { ...from, seen: false };
    if (frame.tokens[number]) drawing.dress(number, to);
    const delay = from.node === to.node ? 0 : Math.min(0.42, STAGGER * travelling++);
    return { number, from, to, delay, points: way(drawing.scene.routes, from, to) };
  });
  return (t) => {
    for (const { number, from, to, delay, points } of moves) {
      const own = ease(Math.max(0, t - delay) / (1 - delay));
      drawing.place(number, along(points, own), from.seen === to.seen ? Number(to.seen) : to.seen ? own : 1 - own);
    }
  };
}
