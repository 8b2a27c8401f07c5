// The websocket: asks and their answers, and news. One connection; it is made anew when it breaks.

import { $, say } from "./dom.js";

export class Link extends EventTarget {
  #socket = null;
  #waiting = new Map();
  #number = 0;
  #delay = 300;
  session = null;

  constructor() {
    super();
    this.#connect();
  }

  #connect() {
    const secure = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${secure}://${location.host}/socket`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => this.#receive(message.data);
    socket.onclose = () => {
      this.session = null;
      $("offline").hidden = false;
      for (const { reject } of this.#waiting.values()) reject(new Stale());
      this.#waiting.clear();
      setTimeout(() => this.#connect(), this.#delay);
      this.#delay = Math.min(5000, this.#delay * 1.6);
    };
    this.#socket = socket;
  }

  #receive(data) {
    if (typeof data !== "string") {
      const length = new DataView(data).getUint32(0);
      const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
      let at = 4 + length;
      head.pictures = head.sizes.map((size) => {
        at += size;
        return new Blob([new Uint8Array(data, at - size, size)], { type: "image/png" });
      });
      this.#settle(head.id, "resolve", head);
      return;
    }
    const told = JSON.parse(data);
    if (told.event === "hello") {
      this.session = told.session;
      this.#delay = 300;
      $("offline").hidden = true;
      this.dispatchEvent(new Event("open"));
    } else if (told.event) this.dispatchEvent(new CustomEvent(told.event, { detail: told }));
    else if (told.id === undefined) say(told.error);
    else if (told.error) this.#settle(told.id, "reject", new Error(told.error));
    else this.#settle(told.id, "resolve", told.ok);
  }

  #settle(id, how, value) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) waiting[how](value);
  }

  /** The answer to an ask. What is newer in a slot takes the older one's place, whose promise ends with Stale. */
  ask(what, more = {}, slot = "", onid = null) {
    if (this.session === null) return Promise.reject(new Stale());
    const id = (this.#number += 1);
    if (onid) onid(id);
    if (slot) {
      for (const [other, waiting] of this.#waiting) {
        if (waiting.slot === slot) {
          this.#waiting.delete(other);
          waiting.reject(new Stale());
        }
      }
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, slot });
      this.#socket.send(JSON.stringify({ id, slot, ask: what, ...more }));
    });
  }

  /** Break the connection; it is made anew. */
  drop() {
    this.#socket.close();
  }

  stop(slot) {
    this.ask("stop", {}, slot).catch(() => {});
  }
}

/** Nobody waits for that answer any more. */
export class Stale extends Error {}

export const unlessStale = (report) => (error) => {
  if (!(error instanceof Stale)) report(error.message);
};
