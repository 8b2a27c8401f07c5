// A picture on the page: a frame, its keypoints over it, and a pose that can be dragged.

import { make, sharp } from "./dom.js";

const NEAR = 18;

export class Screen {
  /** @param onpose is told of a pose whenever a joint was moved; without it nothing can be dragged. */
  constructor(label, onpose = null) {
    this.canvas = make("canvas", { role: "img", "aria-label": label });
    this.badge = make("span", { className: "badge", hidden: true });
    this.waiting = make("div", { className: "wait", text: "Loading …" });
    this.trouble = make("p", { className: "problem", role: "alert", hidden: true });
    this.element = make("div", { className: "screen" }, this.canvas, this.waiting, this.badge, this.trouble);
    [this.frame, this.skeleton, this.shown, this.joint, this.onpose, this.pose] = [null, null, false, 0, onpose, null];
    if (onpose) this.#draggable();
    new ResizeObserver(() => this.paint()).observe(this.element);
  }

  show(frame, skeleton, shown) {
    [this.frame, this.skeleton, this.shown] = [frame, skeleton, shown];
    this.waiting.hidden = frame !== null;
    if (this.onpose) this.#label();
    this.paint();
  }

  problem(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
    if (words) this.waiting.hidden = true;
  }

  paint() {
    const [context, width, height] = sharp(this.canvas);
    if (this.frame === null) return;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.frame.bitmap, 0, 0, width, height);
    const keypoints = this.keypoints;
    if (keypoints && this.skeleton && this.shown) bones(context, keypoints, this.skeleton, width, height, this.onpose && document.activeElement === this.canvas ? this.joint : -1);
  }

  get keypoints() {
    return this.pose ?? this.frame?.keypoints ?? null;
  }

  #label() {
    const able = Boolean(this.shown && this.keypoints && this.skeleton);
    this.canvas.tabIndex = able ? 0 : -1;
    this.canvas.setAttribute("role", able ? "application" : "img");
    const joint = able ? this.skeleton.joints[this.joint]?.name : "";
    this.canvas.setAttribute("aria-label", able ? `Pose: ${joint} chosen; brackets choose a joint, arrows move it` : "The clip");
  }

  #draggable() {
    let dragged = null;
    const place = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * 2 - 1, ((event.clientY - box.top) / box.height) * 2 - 1, box.width / 2];
    };
    const nearest = (event) => {
      if (!this.shown || !this.keypoints) return null;
      const [x, y, half] = place(event);
      let best = [Infinity, null];
      this.keypoints.forEach(([px, py], joint) => {
        const distance = Math.hypot(px - x, py - y) * half;
        if (distance < best[0]) best = [distance, joint];
      });
      return best[0] <= NEAR ? best[1] : null;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      dragged = nearest(event);
      if (dragged === null) return;
      this.joint = dragged;
      this.canvas.setPointerCapture(event.pointerId);
      this.canvas.focus();
      this.#label();
      this.paint();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (dragged === null) {
        this.canvas.classList.toggle("can-drag", nearest(event) !== null);
        return;
      }
      const [x, y] = place(event);
      this.#move(dragged, Math.min(1.2, Math.max(-1.2, x)), Math.min(1.2, Math.max(-1.2, y)));
    });
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { dragged = null; });
    this.canvas.addEventListener("keydown", (event) => {
      if (!this.shown || !this.keypoints) return;
      const step = event.shiftKey ? 0.08 : 0.02;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const count = this.keypoints.length;
      if (event.key in moves) {
        const [x, y] = this.keypoints[this.joint];
        this.#move(this.joint, x + moves[event.key][0], y + moves[event.key][1]);
      } else if (event.key === "[" || event.key === "]") {
        this.joint = (this.joint + (event.key === "]" ? 1 : count - 1)) % count;
        this.#label();
        this.paint();
      } else if (event.key === "Escape") this.onpose(null);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    for (const change of ["focus", "blur"]) this.canvas.addEventListener(change, () => this.paint());
  }

  #move(joint, x, y) {
    this.pose = this.keypoints.map((point, index) => (index === joint ? [x, y] : point));
    this.paint();
    this.onpose(this.pose);
  }
}

export function bones(context, keypoints, skeleton, width, height, chosen = -1) {
  const at = ([x, y]) => [((x + 1) / 2) * width, ((y + 1) / 2) * height];
  const stroke = Math.max(1.5, width / 150);
  context.lineCap = "round";
  for (const pass of [0, 1]) {
    for (const { ends, colour } of skeleton.bones) {
      const [from, to] = ends.map((joint) => at(keypoints[joint]));
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.lineWidth = pass ? stroke : stroke + 2;
      context.strokeStyle = pass ? colour : "rgb(0 0 0 / 45%)";
      context.stroke();
    }
  }
  keypoints.forEach((point, joint) => {
    const [x, y] = at(point);
    context.beginPath();
    context.arc(x, y, stroke * (joint === chosen ? 2.6 : 1.5), 0, 2 * Math.PI);
    context.fillStyle = skeleton.joints[joint].colour;
    context.fill();
    context.lineWidth = joint === chosen ? 3 : 1.2;
    context.strokeStyle = joint === chosen ? "#fff" : "rgb(0 0 0 / 70%)";
    context.stroke();
  });
}
