// A training as it goes: losses, samples, steps. The run itself is only read.

import { $, choose, draw, field, make, rebuilt, short } from "./dom.js";
import { unlessStale } from "./link.js";

export class Training {
  constructor(link, state) {
    Object.assign(this, { link, state, run: null, told: null, sample: null, shown: false });
    this.root = $("training");
    link.addEventListener("training", ({ detail }) => this.#tell(detail.state));
    link.addEventListener("open", () => this.shown && this.follow());
    state.addEventListener("shelf", () => this.shown && this.paint());
  }

  open() {
    this.shown = true;
    const trained = this.state.shelf.runs.filter((run) => !run.name.startsWith("pretrained:"));
    this.run ??= (trained.find((run) => run.id === this.state.run) ?? trained[0] ?? this.state.shelf.runs[0])?.id ?? null;
    this.follow();
  }

  leave() {
    this.shown = false;
    this.link.ask("follow", {}, "follow").catch(() => {});
  }

  follow() {
    this.told = this.sample = null;
    this.paint();
    if (this.run) this.link.ask("follow", { run: this.run }, "follow").then((told) => this.#tell(told), unlessStale((words) => this.#tell({ run: this.run, problem: words })));
  }

  #tell(told) {
    if (told.run !== this.run) return;
    if (told.problem && this.told) this.told = { ...this.told, problem: told.problem };
    else this.told = told;
    this.paint();
  }

  paint() {
    const { state, told } = this;
    const bar = make("div", { className: "bar" },
      field("Run", choose(state.shelf.runs.map((run) => [run.id, run.name]), this.run, (id) => { this.run = id; this.follow(); }), "field wide"),
      make("button", { className: "main", text: "Watch it in Play", disabled: !told?.steps?.motion && !told?.steps?.generator, onclick: () => { Object.assign(state, { run: this.run, renderer: null }); location.hash = "play"; state.changed("runs"); state.changed(); } }));
    rebuilt(this.root, () => this.root.replaceChildren(bar, ...this.#body()));
  }

  #body() {
    const { told } = this;
    if (this.run === null) return [make("div", { className: "card empty", text: "There is no run here yet. Begin one with motionkit train, and it appears." })];
    if (told === null) return [make("div", { className: "card empty", text: "Reading …" })];
    const problem = told.problem ? make("p", { className: "problem", role: "alert", text: told.problem }) : null;
    if (!told.curves) return [problem];
    const names = Object.keys(told.curves);
    const facts = Object.entries(told.steps).map(([role, step]) => make("div", {}, make("span", { text: role }), make("b", { text: `${step.toLocaleString("en")}${told.budget?.steps ? ` of ${told.budget.steps.toLocaleString("en")}` : ""} steps` })));
    if (told.budget?.minutes) facts.push(make("div", {}, make("span", { text: "asked for" }), make("b", { text: `${told.budget.minutes} minutes` })));
    if (!facts.length) facts.push(make("div", {}, make("span", { text: "weights" }), make("b", { text: "none saved yet" })));
    return [make("div", { className: "stack" }, problem, make("div", { className: "card facts", role: "group", "aria-label": "How far it is" }, ...facts),
      make("div", { className: "training-grid" },
        names.length ? make("div", { className: "charts" }, ...names.map((name) => this.#chart(name, told.curves[name]))) : make("div", { className: "card empty", text: "No curves: this run keeps none, or its training has just begun." }),
        this.#samples(told.samples)))];
  }

  #chart(name, [steps, values]) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const [first, last] = [steps[0], steps.at(-1)];
    const x = (step) => (last > first ? ((step - first) / (last - first)) * 100 : 50);
    const y = (value) => (high > low ? 38 - ((value - low) / (high - low)) * 36 : 20);
    const points = steps.map((step, index) => `${x(step).toFixed(2)},${y(values[index]).toFixed(2)}`).join(" ");
    return make("figure", { className: "card chart", "aria-label": `${name}: ${short(values.at(-1))} at step ${last}, between ${short(low)} and ${short(high)}`, role: "img" },
      make("header", {}, make("span", { text: name }), make("b", { text: short(values.at(-1)) })),
      draw("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("line", { class: "base", x1: 0, x2: 100, y1: 39.5, y2: 39.5 }), draw("polyline", { points })),
      make("footer", {}, make("span", { text: `step ${first}` }), make("span", { text: `${short(low)} – ${short(high)}` }), make("span", { text: last })));
  }

  #samples(names) {
    if (!names.length) return make("div", { className: "card empty", text: "No sample pictures yet; each checkpoint brings one." });
    const chosen = names.includes(this.sample) ? this.sample : names[0];
    const words = (name) => name.replace(".png", "").replace(/-0*(\d+)$/, ", step $1");
    const select = choose(names.map((name, index) => [name, index ? words(name) : `${words(name)} (newest)`]), chosen, (name) => { this.sample = name === names[0] ? null : name; this.paint(); });
    return make("div", { className: "card stack" }, field("Samples", select), make("img", { className: "sample", src: `/samples/${this.run}/${chosen}`, alt: `Samples of ${words(chosen)}: real clips above generated ones` }));
  }
}
