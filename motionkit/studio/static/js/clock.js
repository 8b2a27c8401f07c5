// One clock for all that plays: a moment of play in seconds, and whether it runs.

export class Clock extends EventTarget {
  time = 0; running = false; #last = 0;

  constructor(state) {
    super();
    this.state = state;
    const tick = (now) => {
      if (this.running) {
        this.time = (this.time + Math.min(0.25, (now - this.#last) / 1000)) % this.length;
        this.dispatchEvent(new Event("tick"));
      }
      this.#last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  get frames() {
    return Math.max(1, Math.floor(this.state.seconds * this.state.fps + 1e-6));
  }

  get length() {
    return this.frames / this.state.fps;
  }

  get index() {
    return Math.min(this.frames - 1, Math.floor(this.time * this.state.fps + 1e-6));
  }

  to(time) {
    this.time = Math.min(this.length - 1e-6, Math.max(0, time));
    this.dispatchEvent(new Event("tick"));
  }

  toFrame(index) {
    this.to((Math.min(this.frames - 1, Math.max(0, index)) + 0.5) / this.state.fps);
  }

  run(running) {
    if (this.running === running) return;
    this.running = running;
    this.dispatchEvent(new Event("state"));
  }
}
