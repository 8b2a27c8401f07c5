// The frames of one take, fetched in pieces as they are wanted, a bounded number of them kept.

import { Stale } from "./link.js";

const MOST_FRAMES = 1800;

export class Track extends EventTarget {
  #link; #slot; #version = 0; #pieces = new Map(); #count = 0; #busy = false; #fetching = false; #wanted = 0; #answered = 0;
  take = null; meta = null; problem = ""; latest = null; detector = null; firstAt = null; settled = false;

  constructor(link, slot) {
    super();
    this.#link = link;
    this.#slot = slot;
  }

  /** Show another take, from a frame on; the old frames stay to be seen until the first new one is there. */
  set(take, detector = null, index = this.#wanted) {
    const same = JSON.stringify([take, detector]) === JSON.stringify([this.take, this.detector]);
    if (same && !this.problem) return;
    [this.take, this.detector] = [take, detector];
    this.reload(index);
  }

  reload(index = this.#wanted) {
    this.#version += 1;
    this.#wanted = index;
    for (const piece of this.#pieces.values()) piece.bitmaps.forEach((bitmap) => bitmap !== this.latest?.bitmap && bitmap.close());
    this.#pieces.clear();
    this.#count = 0;
    if (this.take === null) {
      this.meta = this.latest = null;
      this.#changed();
      return;
    }
    this.settled = false;
    this.#look();
    this.#pump();
  }

  close() {
    this.take = null;
    this.reload();
    this.#link.stop(`${this.#slot}:take`);
  }

  /** The frame of that number if it is here, {bitmap, keypoints}; else null, and it is asked for. */
  frame(index) {
    this.#wanted = index;
    const found = this.#find(index);
    if (found === null) this.#pump();
    else this.latest = found;
    return found;
  }

  /** Fetch what comes next while nothing is wanted now. */
  ahead(index, frames) {
    if (this.#busy || this.#fetching || this.meta === null || this.take === null) return;
    const total = this.meta.frames;
    for (let step = 0; step < Math.min(frames, total); step += 1) {
      const next = (index + step) % total;
      if (this.#find(next) === null) {
        this.#fetching = true;
        this.#fetch(next, true).finally(() => {
          this.#fetching = false;
        });
        return;
      }
    }
  }

  get complete() {
    return this.meta !== null && this.#count >= this.meta.frames;
  }

  #find(index) {
    for (const [first, piece] of this.#pieces) {
      if (index >= first && index < first + piece.bitmaps.length) {
        return { index, bitmap: piece.bitmaps[index - first], keypoints: piece.keypoints?.[index - first] ?? null, blob: piece.blobs[index - first] };
      }
    }
    return null;
  }

  #look() {
    const version = this.#version;
    this.#link.ask("take", { take: this.take, detector: this.detector }, `${this.#slot}:take`).then(
      (meta) => {
        if (version !== this.#version) return;
        [this.meta, this.problem, this.settled] = [meta, "", true];
        this.dispatchEvent(new Event("meta"));
        this.#changed();
      },
      (error) => this.#failed(error, version),
    );
  }

  #pump() {
    if (this.#busy || this.take === null || this.problem) {
      if (this.problem && this.#answered !== this.#version) this.problem = "";
      else return;
    }
    if (this.#busy) return;
    this.#busy = true;
    const [index, version] = [this.#wanted, this.#version];
    this.#fetch(index, false).finally(() => {
      this.#busy = false;
      this.#answered = version;
      if (version !== this.#version || (this.#wanted !== index && this.#find(this.#wanted) === null)) this.#pump();
    });
  }

  async #fetch(index, ahead) {
    const version = this.#version;
    try {
      const slot = `${this.#slot}:${ahead ? "ahead" : "frames"}`;
      const head = await this.#link.ask("frames", { take: this.take, detector: this.detector, frame: index, ahead }, slot);
      const bitmaps = await Promise.all(head.pictures.map((blob) => createImageBitmap(blob)));
      const at = Math.min(Math.max(0, index - head.first), bitmaps.length - 1);
      if (version !== this.#version) {
        // Of a take that is not wanted any more; while somebody drags, it is nearer than what is seen.
        if (!ahead) this.latest = { index, bitmap: bitmaps[at], keypoints: head.keypoints?.[at] ?? null, blob: head.pictures[at], passing: true };
        this.#changed();
        return;
      }
      this.#keep(head, bitmaps);
      this.firstAt ??= performance.now();
      this.problem = "";
      if (!ahead) this.latest = this.#find(head.first + at);
      this.#changed();
    } catch (error) {
      this.#failed(error, version);
    }
  }

  #keep(head, bitmaps) {
    if (!this.#pieces.has(head.first)) this.#count += bitmaps.length;
    this.#pieces.set(head.first, { bitmaps, keypoints: head.keypoints, blobs: head.pictures });
    while (this.#count > MOST_FRAMES) {
      const [oldest, piece] = this.#pieces.entries().next().value;
      this.#pieces.delete(oldest);
      this.#count -= piece.bitmaps.length;
    }
  }

  #failed(error, version) {
    if (error instanceof Stale || version !== this.#version) return;
    this.problem = error.message;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
