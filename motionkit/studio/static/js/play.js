// The view in which clips play: one run, two side by side, and the real people that were read.

import { $, make, say } from "./dom.js";
import { unlessStale } from "./link.js";
import { Screen } from "./screen.js";
import { Timeline } from "./timeline.js";
import { Track } from "./track.js";

const AHEAD = 3;

export class Play {
  constructor(link, state, clock) {
    Object.assign(this, { link, state, clock, pose: null, posing: false });
    this.timeline = new Timeline(clock);
    this.views = { A: this.#view("A"), B: this.#view("B"), real: this.#realView() };
    $("stages").append(this.views.A.element, this.views.B.element, this.views.real.element);
    this.tracks = { A: new Track(link, "A"), B: new Track(link, "B") };
    for (const side of ["A", "B"]) {
      this.tracks[side].addEventListener("change", () => this.paint());
      this.tracks[side].addEventListener("meta", () => this.#meta(side));
    }
    state.addEventListener("take", () => this.update());
    state.addEventListener("view", () => this.paint());
    clock.addEventListener("tick", () => {
      this.#leavePose();
      this.paint();
    });
    clock.addEventListener("state", () => {
      $("play-button").classList.toggle("playing", clock.running);
      $("play-button").setAttribute("aria-label", clock.running ? "Pause" : "Play");
      if (clock.running) this.#leavePose();
    });
    link.addEventListener("fitting", ({ detail }) => {
      const { screen } = this.views.A;
      screen.badge.hidden = detail.done >= detail.of;
      screen.badge.textContent = `following the motion: ${Math.round((100 * detail.done) / detail.of)} %`;
    });
    this.#transport();
  }

  #view(side) {
    const screen = new Screen("The clip", side === "A" ? (pose) => this.setPose(pose) : null);
    const [name, facts] = [make("b"), make("span")];
    const element = make("figure", { className: "view", "data-side": side }, screen.element, make("figcaption", {}, name, facts));
    return { element, screen, name, facts };
  }

  #realView() {
    const screen = new Screen("The real clip");
    const [name, facts] = [make("b"), make("span", { text: "as it was read" })];
    const element = make("figure", { className: "view", "data-side": "real", hidden: true }, screen.element, make("figcaption", {}, name, facts));
    return { element, screen, name, facts, pieces: new Map(), source: null, busy: false };
  }

  #transport() {
    const { clock, state } = this;
    $("play-button").onclick = () => clock.run(!clock.running);
    $("to-start").onclick = () => { clock.run(false); clock.toFrame(0); };
    $("back").onclick = () => this.step(-1);
    $("forth").onclick = () => this.step(1);
    const number = (id, key, most) => {
      const input = $(id);
      input.addEventListener("change", () => {
        const value = Number(input.value);
        if (Number.isFinite(value) && value > 0 && value <= most) {
          const moment = clock.time;
          state[key] = value;
          clock.to(moment);
          state.changed();
        }
        input.value = state[key];
      });
    };
    number("seconds", "seconds", 600);
    number("fps", "fps", 1000);
    $("timeline").addEventListener("keydown", (event) => {
      const key = { ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
      if (!key) return;
      this.step(key);
      event.preventDefault();
    });
  }

  step(frames) {
    this.clock.run(false);
    this.clock.toFrame(this.clock.index + frames);
  }

  /** Show what the state says now. */
  update() {
    const { state, tracks, clock } = this;
    this.#leavePose();
    tracks.A.set(state.take("A"), state.detector, clock.index);
    tracks.B.set(state.compare ? state.take("B") : null, state.detector, clock.index);
    this.views.B.element.hidden = !state.compare;
    $("seconds").value = state.seconds;
    $("fps").value = state.fps;
    const watched = [state.run, state.renderer, ...(state.compare ? [state.runB, state.rendererB] : [])];
    const runs = [...new Set(watched.filter(Boolean))].sort();
    if (JSON.stringify(runs) !== this.watched) {
      this.watched = JSON.stringify(runs);
      this.link.ask("watch", { runs }, "watch").catch(() => { this.watched = ""; });
    }
    this.paint();
  }

  #meta(side) {
    const { meta } = this.tracks[side];
    const longest = meta.facts.max_seconds;
    const unknown = Object.keys(meta.facts.noise).filter((part) => !this.state.parts.includes(part));
    if (unknown.length) {
      this.state.parts.push(...unknown);
      this.update();
    }
    if (side === "A") {
      this.timeline.show(meta);
      this.state.changed("meta");
    } else this.state.changed("metaB");
    if (longest !== null && this.state.seconds > longest) say(`${this.state.named(this.tracks[side].take.run)} makes clips of at most ${longest} s.`);
  }

  paint() {
    const { state, clock } = this;
    for (const side of ["A", "B"]) {
      const [view, track] = [this.views[side], this.tracks[side]];
      if (track.take === null) continue;
      const index = Math.min(clock.index, (track.meta?.frames ?? Infinity) - 1);
      const frame = track.frame(index) ?? track.latest;
      const posed = side === "A" && this.pose;
      if (posed) view.screen.show({ ...frame, bitmap: this.pose.bitmap ?? frame.bitmap }, track.meta?.facts.skeleton, state.keypoints);
      else view.screen.show(frame, track.meta?.facts.skeleton, state.keypoints);
      view.screen.problem(track.problem);
      if (posed) view.screen.badge.textContent = "this frame's pose was moved";
      if (side === "A" && (posed || track.settled)) view.screen.badge.hidden = !posed;
      const [run, renderer] = side === "A" ? [state.run, state.renderer] : [state.runB, state.rendererB];
      view.name.textContent = renderer ? `${state.named(run)} drawn by ${state.named(renderer)}` : state.named(run);
      view.facts.textContent = track.meta ? this.#facts(track.meta) : "";
      if (clock.running || !track.complete) track.ahead(index, clock.running ? AHEAD * state.fps : 24);
    }
    this.#moment();
    this.#paintReal();
  }

  #facts({ facts }) {
    const size = facts.size ? `${facts.size} × ${facts.size}` : "keypoints alone";
    const fps = facts.trained_fps ? `, trained at ${facts.trained_fps} a second` : "";
    return `${size}${fps}`;
  }

  #moment() {
    const { clock } = this;
    const meta = this.tracks.A.meta;
    const index = clock.index;
    const time = meta?.times[index];
    const kind = !meta?.trained.length || time === undefined ? "" : meta.trained[index] ? "a trained moment" : "between trained moments";
    $("moment").replaceChildren(
      make("b", { text: `${clock.time.toFixed(2)} s` }),
      make("span", { text: `frame ${index + 1} of ${clock.frames}${time === undefined ? "" : ` · ${time.toFixed(3)} s of motion`}${kind ? ` · ${kind}` : ""}` }),
    );
  }

  // A pose that was moved, in this frame alone.

  setPose(pose) {
    if (pose === null) {
      this.#leavePose();
      this.paint();
      return;
    }
    this.clock.run(false);
    this.pose = { keypoints: pose, bitmap: this.pose?.bitmap ?? null, blob: this.pose?.blob ?? null, wanted: pose };
    this.views.A.screen.pose = pose;
    this.#drawPose();
    this.state.changed("pose");
    this.paint();
  }

  async #drawPose() {
    if (this.posing || !this.pose?.wanted) return;
    this.posing = true;
    const { wanted } = this.pose;
    this.pose.wanted = null;
    try {
      const begun = performance.now();
      const drawn = await this.drawn(wanted);
      if (this.pose) [this.pose.bitmap, this.pose.blob] = [drawn.bitmap, drawn.blob];
      this.poseTook = performance.now() - begun;
    } catch (error) {
      unlessStale(say)(error);
    }
    this.posing = false;
    this.paint();
    this.state.changed("pose");
    this.#drawPose();
  }

  async drawn(keypoints) {
    const { take, detector } = this.tracks.A;
    const head = await this.link.ask("pose", { take, detector, keypoints });
    return { blob: head.pictures[0], bitmap: await createImageBitmap(head.pictures[0]) };
  }

  #leavePose() {
    if (this.pose === null) return;
    this.pose = this.views.A.screen.pose = null;
    this.state.changed("pose");
  }

  // What was read of real people, on the same clock.

  showReal(source) {
    const view = this.views.real;
    view.source = source;
    view.pieces.clear();
    view.element.hidden = source === null;
    if (source) {
      view.name.textContent = source.name;
      view.screen.show(null, null, false);
    }
    this.paint();
  }

  #paintReal() {
    const view = this.views.real;
    if (!view.source) return;
    const times = view.source.times;
    const moment = this.state.real.motion ? this.tracks.A.meta?.times[this.clock.index] ?? 0 : this.clock.time % (view.source.seconds || 1);
    let index = times.length - 1;
    for (let at = 0; at < times.length; at += 1) {
      if (Math.abs(times[at] - moment) < Math.abs(times[index] - moment)) index = at;
    }
    const piece = [...view.pieces.values()].find(({ first, bitmaps }) => index >= first && index < first + bitmaps.length);
    view.facts.textContent = moment > view.source.seconds && this.state.real.motion ? "it has ended; the model goes on" : "as it was read";
    if (piece) view.screen.show({ bitmap: piece.bitmaps[index - piece.first], keypoints: piece.keypoints[index - piece.first] }, this.tracks.A.meta?.facts.skeleton, this.state.keypoints);
    else if (!view.busy) {
      view.busy = true;
      const { source } = view;
      this.link.ask("real-frames", { source: source.id, run: this.state.run, detector: this.state.detector, frame: index }, "real-frames")
        .then(async (head) => {
          const bitmaps = await Promise.all(head.pictures.map((blob) => createImageBitmap(blob)));
          if (view.source === source) view.pieces.set(head.first, { first: head.first, bitmaps, keypoints: head.keypoints });
        }, unlessStale((words) => view.screen.problem(words)))
        .finally(() => { view.busy = false; this.paint(); });
    }
  }
}
