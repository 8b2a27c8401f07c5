// The cards beside the stage: which run, which noise, which speed.

import { $, choose, draw, field, make, rebuilt, say, short } from "./dom.js";
import { FORM } from "./state.js";

export function runPanel(state, play) {
  const panel = $("run-panel");
  const options = (filter) => state.shelf.runs.filter(filter).map((run) => [run.id, run.problem ? `${run.name} (damaged)` : run.name]);
  const rest = (side) => {
    const run = state.shelf.runs.find((it) => it.id === (side === "A" ? state.run : state.runB));
    const others = state.shelf.runs.filter((it) => it.draws && it.id !== run?.id && it.skeleton === run?.skeleton);
    const drawable = run?.parts?.motion;
    return drawable ? [["", "its own"], ...others.map((it) => [it.id, it.name])] : [["", "its own"]];
  };
  const show = () => {
    const playable = (run) => run.moves || run.problem;
    const pick = (side, run, renderer) => [
      field(side === "A" ? "Run" : "Second run", choose(options(playable), state[run], (id) => { state[run] = id; state[renderer] = null; state.changed(); rebuilt(panel, show); })),
      field("Drawn by", choose(rest(side), state[renderer] ?? "", (id) => { state[renderer] = id || null; state.changed(); })),
    ];
    const compare = make("button", { id: "compare", "aria-pressed": String(state.compare), text: state.compare ? "Close the second run" : "Compare two runs", onclick: () => toggle() });
    panel.replaceChildren(make("div", { className: "stack" }, make("div", { className: "two" }, ...pick("A", "run", "renderer")),
      state.compare ? make("div", { className: "two" }, ...pick("B", "runB", "rendererB")) : null, make("p", { className: "note", id: "sizes", hidden: true }), make("div", { className: "row" }, compare)));
    sizes();
  };
  const toggle = () => {
    state.compare = !state.compare;
    if (state.compare && state.runB === null) {
      const other = state.shelf.runs.find((run) => run.moves && !run.problem && run.id !== state.run);
      state.runB = (other ?? state.shelf.runs.find((run) => run.id === state.run))?.id ?? null;
    }
    state.changed();
    rebuilt(panel, show);
  };
  const sizes = () => {
    const note = $("sizes");
    const [a, b] = [play.tracks.A.meta?.facts.noise, play.tracks.B.meta?.facts.noise];
    if (!note || !state.compare || !a || !b) return;
    const differing = Object.keys(a).filter((part) => part in b && a[part] !== b[part]);
    const words = differing.map((part) => `noise of ${part} has ${a[part]} numbers on the left and ${b[part]} on the right, so it is not the same`);
    note.textContent = words.length ? `The ${words.join("; the ")}.` : "";
    note.hidden = !words.length;
  };
  for (const news of ["shelf", "runs"]) state.addEventListener(news, () => rebuilt(panel, show));
  for (const news of ["meta", "metaB"]) state.addEventListener(news, sizes);
  return { toggle };
}

export function noisePanel(state, play) {
  const panel = $("noise-panel");
  const parts = () => Object.keys(play.tracks.A.meta?.facts.noise ?? { motion: 0, appearance: 0 });
  const words = (part) => ({ motion: "Motion", appearance: "Appearance", video: "Noise" })[part] ?? part;
  let shown = "";
  const place = (part, key, label) => {
    const input = make("input", { type: "text", value: state.part(part)[key], "aria-label": label, spellcheck: "false", inputmode: "numeric", autocomplete: "off" });
    input.addEventListener("change", () => {
      const text = input.value.trim();
      if (FORM.test(text)) state.part(part)[key] = text;
      else say("A seed is a number, such as 7; clip 2 of it is 7/2.");
      state.changed();
    });
    input.dataset.part = `${part}-${key}`;
    return input;
  };
  const row = (part) => {
    const lock = make("button", { "aria-pressed": String(state.part(part).lock), "aria-label": `Lock ${words(part).toLowerCase()}`, text: state.part(part).lock ? "Locked" : "Lock",
      onclick: () => { state.part(part).lock = !state.part(part).lock; rebuilt(panel, build); } });
    const dice = make("button", { "aria-label": `Reroll ${words(part).toLowerCase()}`, text: "Reroll", disabled: state.part(part).lock, onclick: () => state.reroll([part]) });
    return make("div", { className: "noise-row" }, make("span", { text: words(part) }), place(part, "place", `Seed of ${words(part).toLowerCase()}`), dice, lock);
  };
  const slider = (label, value, oninput, id) => {
    const input = make("input", { type: "range", min: 0, max: 1, step: 0.005, value, "aria-label": label, id });
    const output = make("output", { text: `${Math.round(value * 100)} %` });
    input.addEventListener("input", () => oninput(Number(input.value)));
    return { element: make("div", { className: "walk-row" }, make("span", { text: label }), input, output), input, output };
  };
  const walk = () => {
    const names = parts();
    const [x, y] = names.length > 1 ? names : [names[0], null];
    const sliders = {};
    const both = names.length > 1 ? slider("Together", average(), (value) => setAll(value), "walk-together") : null;
    names.forEach((part) => { sliders[part] = slider(words(part), state.walk.shares[part] ?? 0, (value) => set({ [part]: value }), `walk-${part}`); });
    const dot = make("i");
    const pad = y === null ? null : make("div", { className: "pad", id: "pad", role: "application", tabindex: 0, "aria-label": `Pad: ${words(x).toLowerCase()} across, ${words(y).toLowerCase()} up; arrows move` }, dot,
      make("span", { className: "x0", text: "first" }), make("span", { className: "x1", text: `other ${words(x).toLowerCase()}` }), make("span", { className: "y1", text: `other ${words(y).toLowerCase()}` }), make("span", { className: "xy", text: "other" }));
    function average() {
      return names.reduce((sum, part) => sum + (state.walk.shares[part] ?? 0), 0) / names.length;
    }
    function paint() {
      for (const part of names) {
        const value = state.walk.shares[part] ?? 0;
        sliders[part].input.value = value;
        sliders[part].output.textContent = `${Math.round(value * 100)} %`;
      }
      if (both) {
        both.input.value = average();
        both.output.textContent = `${Math.round(average() * 100)} %`;
      }
      if (pad) {
        dot.style.left = `${(state.walk.shares[x] ?? 0) * 100}%`;
        dot.style.top = `${(1 - (state.walk.shares[y] ?? 0)) * 100}%`;
      }
    }
    function set(shares) {
      for (const [part, share] of Object.entries(shares)) state.walk.shares[part] = Math.min(1, Math.max(0, share));
      paint();
      state.changed();
    }
    const setAll = (value) => set(Object.fromEntries(names.map((part) => [part, value])));
    if (pad) {
      let held = false;
      const move = (event) => {
        const box = pad.getBoundingClientRect();
        set({ [x]: (event.clientX - box.left) / box.width, [y]: 1 - (event.clientY - box.top) / box.height });
      };
      pad.addEventListener("pointerdown", (event) => { held = true; pad.setPointerCapture(event.pointerId); move(event); });
      pad.addEventListener("pointermove", (event) => held && move(event));
      for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { held = false; });
      pad.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: [-0.02, 0], ArrowRight: [0.02, 0], ArrowDown: [0, -0.02], ArrowUp: [0, 0.02] }[event.key];
        if (!step) return;
        set({ [x]: (state.walk.shares[x] ?? 0) + step[0], [y]: (state.walk.shares[y] ?? 0) + step[1] });
        event.preventDefault();
        event.stopPropagation();
      });
    }
    paint();
    const ends = names.map((part) => field(`To ${words(part).toLowerCase()}`, place(part, "to", `Seed of the other ${words(part).toLowerCase()}`)));
    return make("div", { className: "stack" }, make("div", { className: "two" }, ...ends), pad, both?.element ?? null, ...names.map((part) => sliders[part].element));
  };
  const build = () => {
    const names = parts();
    shown = JSON.stringify(names);
    const all = make("button", { className: "main", id: "reroll", text: "Reroll", onclick: () => state.reroll(names) });
    const toggle = make("button", { id: "walk", "aria-pressed": String(state.walk.on), text: "Walk to another", onclick: () => { state.walk.on = !state.walk.on; rebuilt(panel, build); state.changed(); } });
    panel.replaceChildren(make("div", { className: "stack" }, ...names.map(row), make("div", { className: "row" }, all, toggle), state.walk.on ? walk() : null));
  };
  const refresh = () => {
    if (JSON.stringify(parts()) !== shown) rebuilt(panel, build);
    for (const input of panel.querySelectorAll("input[data-part]")) {
      const [part, key] = input.dataset.part.split("-");
      if (document.activeElement !== input) input.value = state.part(part)[key];
    }
  };
  state.addEventListener("meta", refresh);
  state.addEventListener("take", refresh);
  build();
}

const [SLOWEST, FASTEST] = [1 / 16, 4];
const [WIDTH, HEIGHT, LEFT, TOP] = [340, 150, 34, 10];

export function speedPanel(state, clock) {
  const panel = $("speed-panel");
  let points = [[0, 1]];
  const x = (fraction) => LEFT + fraction * (WIDTH - LEFT - 12);
  const y = (speed) => TOP + (1 - Math.log(Math.min(FASTEST, Math.max(SLOWEST, speed)) / SLOWEST) / Math.log(FASTEST / SLOWEST)) * (HEIGHT - 2 * TOP);
  const speedAt = (at) => SLOWEST * (FASTEST / SLOWEST) ** (1 - (at - TOP) / (HEIGHT - 2 * TOP));
  const text = () => (points.every(([, speed]) => speed === points[0][1]) ? short(points[0][1]) : points.map(([fraction, speed]) => `${Number(fraction.toFixed(3))}:${short(speed)}`).join(","));
  const svg = draw("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": "Speed over the clip" });
  const input = make("input", { type: "text", id: "speed-text", value: "1", spellcheck: "false", autocomplete: "off" });
  const set = (changed) => {
    points = changed;
    state.speed = text();
    input.value = state.speed;
    paint();
    state.changed();
  };
  const parse = (words) => {
    const found = words.includes(":") ? words.split(",").map((point) => point.split(":").map(Number)) : [[0, Number(words)]];
    const good = found.every((point) => point.length === 2 && point.every(Number.isFinite) && point[0] >= 0 && point[0] <= 1 && point[1] > 0 && point[1] <= 1000) && found.every((point, index) => !index || point[0] > found[index - 1][0]);
    return good ? found : null;
  };
  input.addEventListener("change", () => {
    const found = parse(input.value.trim());
    if (found === null) {
      say("A speed is a number such as 0.5, or points such as 0:1,0.5:0.25,1:1.");
      input.value = state.speed;
      return;
    }
    points = found;
    state.speed = input.value = input.value.trim();
    paint();
    state.changed();
  });
  const move = (index, fraction, speed) => {
    const [low, high] = [index ? points[index - 1][0] + 0.01 : 0, index < points.length - 1 ? points[index + 1][0] - 0.01 : 1];
    const place = Math.min(high, Math.max(low, fraction));
    set(points.map((point, at) => (at === index ? [Number(place.toFixed(3)), Number(Math.min(FASTEST, Math.max(SLOWEST, speed)).toPrecision(2))] : point)));
  };
  const now = draw("line", { class: "now", y1: TOP, y2: HEIGHT - TOP });
  let held = null;
  const local = (event) => {
    const box = svg.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  svg.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const [px, py] = local(event);
    move(held, (px - LEFT) / (WIDTH - LEFT - 12), speedAt(py));
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { held = null; });
  svg.addEventListener("dblclick", (event) => {
    const [px, py] = local(event);
    add(Math.min(1, Math.max(0, (px - LEFT) / (WIDTH - LEFT - 12))), speedAt(py));
  });
  const add = (fraction, speed) => {
    if (points.some(([at]) => Math.abs(at - fraction) < 0.01) || points.length > 30) return;
    const known = points.length === 1 && points[0][0] === 0 && fraction !== 1 ? [points[0], [1, points[0][1]]] : points;
    set([...known, [Number(fraction.toFixed(3)), Number(Math.min(FASTEST, Math.max(SLOWEST, speed)).toPrecision(2))]].sort((a, b) => a[0] - b[0]));
  };
  const handle = ([fraction, speed], index) => {
    const group = draw("g", { class: "point", tabindex: 0, role: "slider", "aria-label": `Point ${index + 1}, at ${Math.round(fraction * 100)} % of the clip`, "aria-valuemin": SLOWEST, "aria-valuemax": FASTEST, "aria-valuenow": speed, "aria-valuetext": `${short(speed)} times` },
      draw("circle", { class: "grab", cx: x(fraction), cy: y(speed), r: 16 }), draw("circle", { class: "dot", cx: x(fraction), cy: y(speed), r: 6.5 }));
    group.addEventListener("pointerdown", (event) => { held = index; svg.setPointerCapture(event.pointerId); event.preventDefault(); group.focus(); });
    group.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [0, 1.1], ArrowDown: [0, 1 / 1.1], ArrowLeft: [-0.02, 1], ArrowRight: [0.02, 1] }[event.key];
      if (step) move(index, fraction + step[0], speed * step[1]);
      else if (event.key === "Delete" || event.key === "Backspace") set(points.length > 1 ? points.filter((_, at) => at !== index) : [[0, 1]]);
      else return;
      event.preventDefault();
      event.stopPropagation();
      svg.querySelectorAll(".point")[Math.min(index, points.length - 1)]?.focus();
    });
    return group;
  };
  function paint() {
    const full = [[0, points[0][1]], ...points, [1, points.at(-1)[1]]];
    // Straight in speed, so bent on this scale of powers.
    const path = full.slice(1).flatMap(([to, fast], index) => Array.from({ length: 17 }, (_, step) => {
      const [from, slow] = full[index];
      const share = step / 16;
      return `${x(from + (to - from) * share).toFixed(1)},${y(slow + (fast - slow) * share).toFixed(1)}`;
    }));
    const lines = [4, 2, 1, 0.5, 0.25, 0.125].map((speed) => [
      draw("line", { class: "grid", x1: LEFT, x2: WIDTH - 12, y1: y(speed), y2: y(speed) }),
      draw("text", { x: LEFT - 7, y: y(speed) + 3.5, "text-anchor": "end", text: speed < 1 ? `1⁄${1 / speed}` : `${speed}×` }),
    ]);
    const focused = [...svg.querySelectorAll(".point")].indexOf(document.activeElement);
    svg.replaceChildren(...lines.flat(), draw("polygon", { class: "area", points: `${x(0)},${HEIGHT - TOP} ${path.join(" ")} ${x(1)},${HEIGHT - TOP}` }), draw("polyline", { class: "line", points: path.join(" ") }), now, ...points.map(handle));
    if (focused >= 0) svg.querySelectorAll(".point")[Math.min(focused, points.length - 1)]?.focus();
  }
  const mark = () => {
    const at = x(clock.time / clock.length);
    now.setAttribute("x1", at);
    now.setAttribute("x2", at);
  };
  clock.addEventListener("tick", mark);
  mark();
  const preset = (words, changed) => make("button", { text: words, onclick: () => set(changed) });
  panel.append(make("div", { className: "stack" }, svg, field("--speed", input),
    make("div", { className: "row" }, preset("Normal", [[0, 1]]), preset("Half", [[0, 0.5]]), preset("Slow in the middle", [[0, 1], [0.5, 0.25], [1, 1]]),
      make("button", { text: "Add a point", id: "add-point", onclick: () => {
        const known = points.length === 1 ? [[0, points[0][1]], [1, points[0][1]]] : points;
        let widest = 0;
        known.forEach((point, index) => { if (index && point[0] - known[index - 1][0] > known[widest + 1][0] - known[widest][0]) widest = index - 1; });
        add((known[widest][0] + known[widest + 1][0]) / 2, (known[widest][1] + known[widest + 1][1]) / 2);
      } })),
    make("p", { className: "hint", text: "Drag the points. Slow motion is not interpolated: each frame is drawn at its own moment of the motion." })));
  paint();
}
