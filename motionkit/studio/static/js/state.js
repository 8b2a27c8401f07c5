// What the page shows, in one place. Whoever changes it says so; whoever shows it listens.

export class State extends EventTarget {
  shelf = { runs: [], folders: [] };
  run = null; renderer = null;
  compare = false; runB = null; rendererB = null;
  noise = {};
  parts = ["motion", "appearance"];
  walk = { on: false, shares: {} };
  real = {}; detector = null;
  seconds = 2; fps = 30; speed = "1";
  keypoints = false;

  /** The noise of a part: where it is, whether rerolling leaves it, and where a walk leads. */
  part(name) {
    this.noise[name] ??= { place: "0", lock: false, to: String(this.#other("0")) };
    return this.noise[name];
  }

  #other(place) {
    return place === "1" ? 2 : 1;
  }

  place(name) {
    const { place, to } = this.part(name);
    const share = this.walk.on ? this.walk.shares[name] ?? 0 : 0;
    if (share <= 0 || place === to) return place;
    return share >= 1 ? to : `${place}:${to}:${Number(share.toFixed(3))}`;
  }

  take(side = "A") {
    const [run, renderer] = side === "A" ? [this.run, this.renderer] : [this.runB, this.rendererB];
    if (run === null) return null;
    const noise = Object.fromEntries(this.parts.map((part) => [part, this.place(part)]));
    return { run, ...(renderer ? { renderer } : {}), noise, real: { ...this.real }, seconds: this.seconds, fps: this.fps, speed: this.speed };
  }

  reroll(parts) {
    for (const part of parts) if (!this.part(part).lock) this.noise[part].place = String(Math.floor(Math.random() * 1e6));
    this.changed();
  }

  changed(what = "take") {
    this.dispatchEvent(new Event(what));
  }

  named(id) {
    return this.shelf.runs.find((run) => run.id === id)?.name ?? "";
  }
}

export const FORM = /^\d{1,18}(\/\d{1,9})?$/;
