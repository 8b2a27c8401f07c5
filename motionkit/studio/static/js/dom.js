// Elements, made and found.

export const $ = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (["value", "checked", "disabled", "hidden", "min", "max", "step", "className"].includes(name) && name in element) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const make = (tag, properties = {}, ...children) => fill(document.createElement(tag), properties, children);

export const draw = (tag, properties = {}, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

let count = 0;

export function field(words, control, className = "field") {
  control.id ||= `field-${(count += 1)}`;
  control.dataset.key ||= words;
  return make("div", { className }, make("label", { for: control.id, text: words }), control);
}

/** Build a part of the page anew, and leave the focus on what has the name of what had it. */
export function rebuilt(root, build) {
  const name = (it) => it.dataset.key || it.id || it.getAttribute("aria-label") || it.textContent;
  const focused = root.contains(document.activeElement) ? name(document.activeElement) : null;
  build();
  if (focused !== null) [...root.querySelectorAll("button, input, select, [tabindex]")].find((it) => name(it) === focused)?.focus();
}

export function choose(options, value, onchange) {
  const select = make("select", { onchange: () => onchange(select.value) });
  for (const [key, words, disabled] of options) select.append(make("option", { value: key, text: words, disabled }));
  select.value = value ?? "";
  return select;
}

export function say(words) {
  const box = $("messages");
  const known = [...box.children].find((child) => child.dataset.words === words);
  if (known) known.remove();
  while (box.children.length > 3) box.firstChild.remove();
  const message = make("div", { className: "message" }, make("span", { text: words }));
  message.dataset.words = words;
  message.append(make("button", { "aria-label": "Dismiss", text: "✕", onclick: () => message.remove() }));
  box.append(message);
  setTimeout(() => message.remove(), 9000);
}

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A canvas as sharp as the screen: [context, width, height] in CSS pixels. */
export function sharp(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return [context, width, height];
}

export const short = (number) => String(Number(Number(number).toPrecision(3)));
