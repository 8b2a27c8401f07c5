// The line of frames: which were looked at in training, which lie between, and where the clock is.

import { $, colour, sharp } from "./dom.js";

export class Timeline {
  constructor(clock) {
    this.clock = clock;
    this.element = $("timeline");
    this.canvas = this.element.querySelector("canvas");
    this.meta = null;
    new ResizeObserver(() => this.paint()).observe(this.element);
    document.addEventListener("theme", () => this.paint());
    let scrubbing = false;
    const scrub = (event) => {
      const box = this.element.getBoundingClientRect();
      clock.to(((event.clientX - box.left - 10) / (box.width - 20)) * clock.length);
    };
    this.element.addEventListener("pointerdown", (event) => {
      scrubbing = true;
      this.element.setPointerCapture(event.pointerId);
      clock.run(false);
      scrub(event);
    });
    this.element.addEventListener("pointermove", (event) => scrubbing && scrub(event));
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => { scrubbing = false; });
    clock.addEventListener("tick", () => this.paint());
  }

  show(meta) {
    this.meta = meta;
    const judged = meta?.facts.judged ?? null;
    $("beyond-legend").hidden = judged === null || !meta.times.some((time) => time > judged + 1e-6);
    this.paint();
  }

  paint() {
    const { clock, meta } = this;
    const [context, width, height] = sharp(this.canvas);
    const inner = width - 20;
    const x = (index) => 10 + ((index + 0.5) / clock.frames) * inner;
    const middle = height / 2;
    if (meta) {
      const judged = meta.facts.judged;
      const first = judged === null ? -1 : meta.times.findIndex((time) => time > judged + 1e-6);
      if (first >= 0) {
        context.save();
        context.beginPath();
        context.rect(x(first - 0.5), 0, width, height);
        context.clip();
        context.strokeStyle = colour("line");
        context.lineWidth = 2;
        for (let at = -height; at < width; at += 7) {
          context.beginPath();
          context.moveTo(at, height);
          context.lineTo(at + height, 0);
          context.stroke();
        }
        context.restore();
      }
      const count = meta.frames;
      const space = inner / count;
      const radius = Math.max(0.8, Math.min(4.2, space * 0.32));
      const step = Math.max(1, Math.ceil(2.2 / space));
      for (let index = 0; index < count; index += 1) {
        const trained = meta.trained[index];
        if (!trained && index % step) continue;
        context.beginPath();
        context.arc(x(index), middle, trained ? radius * 1.1 : radius * 0.85, 0, 2 * Math.PI);
        if (trained || !meta.trained.length) {
          context.fillStyle = colour("accent");
          context.fill();
        } else {
          context.lineWidth = Math.min(1.8, radius * 0.6);
          context.strokeStyle = colour("right");
          context.stroke();
        }
      }
    }
    const now = 10 + (clock.time / clock.length) * inner;
    context.fillStyle = colour("ink");
    context.beginPath();
    context.roundRect(now - 1.5, 4, 3, height - 8, 2);
    context.fill();
    context.beginPath();
    context.arc(now, 7, 5, 0, 2 * Math.PI);
    context.fill();
    const time = meta?.times[clock.index];
    this.element.setAttribute("aria-valuemax", clock.frames - 1);
    this.element.setAttribute("aria-valuenow", clock.index);
    this.element.setAttribute("aria-valuetext", `frame ${clock.index + 1} of ${clock.frames}, ${clock.time.toFixed(2)} seconds${time === undefined ? "" : `, ${time.toFixed(2)} of the motion`}`);
  }
}
