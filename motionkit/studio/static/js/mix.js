// Each motion in each appearance; a cell opens in Play.

import { $, choose, field, make, rebuilt, sharp } from "./dom.js";
import { Track } from "./track.js";

const FPS = 12;

export class Mix {
  constructor(link, state, clock) {
    Object.assign(this, { link, state, clock, seed: "0", rows: 3, columns: 4, cells: [], shown: false, run: null });
    this.root = $("mix");
    clock.addEventListener("tick", () => this.shown && this.paint());
    for (const news of ["shelf", "runs"]) state.addEventListener(news, () => this.shown && this.build());
  }

  open() {
    this.shown = true;
    this.run ??= this.state.run;
    this.build();
    this.clock.run(true);
  }

  leave() {
    this.shown = false;
    this.#clear();
  }

  #clear() {
    this.cells.forEach(({ track }) => track.close());
    this.cells = [];
  }

  #again() {
    rebuilt(this.root, () => this.build());
  }

  build() {
    this.#clear();
    const { state } = this;
    const runs = state.shelf.runs.filter((run) => run.moves && run.draws && !run.problem);
    if (!runs.some((run) => run.id === this.run)) this.run = runs[0]?.id ?? null;
    const number = (words, key) => {
      const input = make("input", { type: "number", min: 1, max: 6, value: this[key], onchange: () => { this[key] = Math.min(6, Math.max(1, Math.round(Number(input.value)) || 1)); this.#again(); } });
      return field(words, input, "field narrow");
    };
    const seed = make("input", { type: "text", inputmode: "numeric", value: this.seed, onchange: () => { if (/^\d{1,18}$/.test(seed.value)) this.seed = seed.value; this.#again(); } });
    const bar = make("div", { className: "bar" },
      field("Run", choose(runs.map((run) => [run.id, run.name]), this.run, (id) => { this.run = id; this.#again(); }), "field wide"),
      number("Motions", "rows"), number("Appearances", "columns"), field("Seed", seed, "field narrow"),
      make("button", { className: "main", text: "Reroll", id: "mix-reroll", onclick: () => { this.seed = String(Math.floor(Math.random() * 1e6)); this.#again(); } }));
    const name = state.named(this.run);
    const quoted = /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\"'\"'")}'`;
    const words = `motionkit mix ${quoted} --rows ${this.rows} --cols ${this.columns} --seed ${this.seed}`;
    const table = make("div", { className: "mix-table" });
    table.style.gridTemplateColumns = `auto repeat(${this.columns}, minmax(52px, 190px))`;
    table.append(make("span"));
    for (let column = 0; column < this.columns; column += 1) table.append(make("span", { className: "head", text: `appearance ${column}` }));
    for (let row = 0; row < this.rows && this.run; row += 1) {
      table.append(make("span", { className: "head side", text: `motion ${row}` }));
      for (let column = 0; column < this.columns; column += 1) table.append(this.#cell(row, column));
    }
    this.root.replaceChildren(bar, this.run === null ? make("div", { className: "card empty", text: "No run here has both a motion and an appearance to mix." })
      : make("div", { className: "stack" }, make("div", { className: "card mix-wrap" }, table), make("div", { className: "command" }, make("code", { tabindex: 0, text: words })),
        make("p", { className: "hint", text: "Along a row one motion in several appearances; down a column one appearance in several motions. A cell opens in Play." })));
    this.paint();
  }

  #cell(row, column) {
    const spot = (clip) => (clip ? `${this.seed}/${clip}` : this.seed);
    const canvas = make("canvas");
    const button = make("button", { "aria-label": `Open motion ${row} in appearance ${column}`, onclick: () => this.dispatch(spot(row), spot(column)) }, canvas);
    const track = new Track(this.link, `mix-${row}-${column}`);
    track.set({ run: this.run, noise: { motion: spot(row), appearance: spot(column) }, seconds: this.state.seconds, fps: FPS });
    track.addEventListener("change", () => this.paint());
    this.cells.push({ track, canvas });
    return button;
  }

  dispatch(motion, appearance) {
    const { state } = this;
    Object.assign(state, { run: this.run, renderer: null, real: {} });
    state.walk.on = false;
    state.part("motion").place = motion;
    state.part("appearance").place = appearance;
    location.hash = "play";
    state.changed("runs");
    state.changed();
  }

  paint() {
    for (const { track, canvas } of this.cells) {
      const frames = track.meta?.frames ?? 1;
      const index = Math.min(frames - 1, Math.floor(this.clock.time * FPS));
      const frame = track.frame(index) ?? track.latest;
      track.ahead(index, frames);
      if (frame === null || canvas.offsetParent === null) continue;
      const [context, width, height] = sharp(canvas);
      context.imageSmoothingQuality = "high";
      context.drawImage(frame.bitmap, 0, 0, width, height);
    }
  }
}
