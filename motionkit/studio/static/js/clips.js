// A clip folder: its clips with their keypoints, how sure those are, why frames were left out, and clips to leave out.

import { $, choose, draw, field, make, rebuilt, say } from "./dom.js";
import { Stale, unlessStale } from "./link.js";
import { Screen } from "./screen.js";

const MOST = 400;

export class Clips {
  constructor(link, state, real) {
    Object.assign(this, { link, state, real, folder: null, told: null, number: null, clip: null, index: 0, playing: false, filter: "", pieces: new Map(), busy: false, shown: false });
    this.root = $("clips");
    this.screen = new Screen("The clip with its keypoints");
    link.addEventListener("open", () => this.shown && this.read());
    state.addEventListener("shelf", () => this.shown && !this.told && this.open());
    let last = 0;
    const tick = (now) => {
      if (this.playing && this.shown && this.clip && now - last > 1000 * this.#interval()) {
        last = now;
        this.to((this.index + 1) % this.clip.times.length);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  #interval() {
    const { times } = this.clip;
    return times.length > 1 ? times.at(-1) / (times.length - 1) : 1;
  }

  open() {
    this.shown = true;
    this.folder ??= this.state.shelf.folders[0]?.id ?? null;
    this.read();
  }

  leave() {
    this.shown = this.playing = false;
  }

  async read() {
    if (this.folder === null) {
      this.root.replaceChildren(make("div", { className: "card empty" }, make("p", { text: "No clip folder was named." }), make("code", { text: "motionkit studio RUN CLIP-FOLDER" })));
      return;
    }
    try {
      this.told = await this.link.ask("folder", { folder: this.folder }, "folder");
      this.build();
      const clips = this.told.videos.flatMap((video) => video.clips);
      if (clips.length) this.choose(this.number !== null && this.number < clips.length ? this.number : clips[0].number);
    } catch (error) {
      if (!(error instanceof Stale)) this.root.replaceChildren(this.#bar(), make("p", { className: "problem", role: "alert", text: error.message }));
    }
  }

  #bar() {
    const filter = make("input", { type: "text", value: this.filter, placeholder: "video, label or subject", oninput: () => { this.filter = filter.value; this.list(); } });
    const clips = this.told?.videos.flatMap((video) => video.clips) ?? [];
    const out = clips.filter((clip) => clip.excluded).length;
    return make("div", { className: "bar" },
      field("Clip folder", choose(this.state.shelf.folders.map((folder) => [folder.id, folder.name]), this.folder, (id) => { Object.assign(this, { folder: id, number: null, told: null }); this.read(); }), "field wide"),
      field("Filter", filter), make("p", { className: "hint grow", id: "clip-count", text: `${clips.length} clips of ${this.told?.videos.length ?? 0} videos${out ? `, ${out} left out of training` : ""}` }));
  }

  build() {
    this.listing = make("nav", { className: "card clip-list", "aria-label": "Clips" });
    this.view = make("div", { className: "stack" });
    this.root.replaceChildren(this.#bar(), make("div", { className: "clips-grid" }, this.listing, this.view));
    this.list();
  }

  list() {
    const wanted = this.filter.toLowerCase();
    const rows = [];
    for (const video of this.told.videos) {
      const clips = video.clips.filter((clip) => [video.source, video.subject, clip.label].some((words) => words.toLowerCase().includes(wanted)));
      if (!clips.length && (wanted || !(video.problem || video.frames))) continue;
      rows.push(make("h3", { text: video.source }));
      if (!video.clips.length) rows.push(make("p", { className: "hint", text: video.problem || "no frame of it could be used" }));
      for (const clip of clips) {
        rows.push(make("button", { className: clip.excluded ? "out" : "", "aria-current": clip.number === this.number ? "true" : null, onclick: () => this.choose(clip.number), "aria-label": `Clip ${clip.number}, ${clip.label || "no label"}, ${clip.seconds} seconds${clip.excluded ? ", left out" : ""}` },
          make("span", { text: `${clip.number} ${clip.label}` }), make("span", { className: "soft", text: `${clip.seconds.toFixed(1)} s` })));
      }
      if (rows.length > MOST) {
        rows.push(make("p", { className: "hint", text: "More than can be listed; filter them." }));
        break;
      }
    }
    this.listing.replaceChildren(...rows);
  }

  async choose(number) {
    Object.assign(this, { number, index: 0, clip: null });
    this.pieces.clear();
    rebuilt(this.listing, () => this.list());
    try {
      this.clip = await this.link.ask("clip", { folder: this.folder, clip: number }, "clip");
    } catch (error) {
      unlessStale((words) => this.view.replaceChildren(make("p", { className: "problem", role: "alert", text: words })))(error);
      return;
    }
    this.#show();
    this.to(0);
  }

  #video() {
    return this.told.videos.find((video) => video.clips.some((clip) => clip.number === this.number));
  }

  #show() {
    const video = this.#video();
    const record = video.clips.find((clip) => clip.number === this.number);
    const reason = make("input", { type: "text", value: record.reason, maxlength: 200, placeholder: "why, for others", disabled: record.excluded });
    const exclude = async () => {
      try {
        this.told = await this.link.ask("exclude", { folder: this.folder, clip: this.number, excluded: !record.excluded, reason: reason.value }, "exclude");
        const { index } = this;
        rebuilt(this.root, () => {
          this.build();
          this.#show();
        });
        this.to(index);
      } catch (error) {
        unlessStale(say)(error);
      }
    };
    const play = make("button", { id: "clip-play", text: this.playing ? "Pause" : "Play", onclick: () => { this.playing = !this.playing; play.textContent = this.playing ? "Pause" : "Play"; } });
    this.slider = make("input", { type: "range", min: 0, max: this.clip.times.length - 1, step: 1, value: this.index, "aria-label": "Frame", oninput: () => { this.playing = false; play.textContent = "Play"; this.to(Number(this.slider.value)); } });
    this.words = make("p", { className: "hint" });
    const take = (part) => make("button", { text: `Use its ${part}`, onclick: async () => {
      try {
        const source = await this.link.ask("use-clip", { folder: this.folder, clip: this.number });
        location.hash = "play";
        this.real.use(source, [part]);
      } catch (error) { unlessStale(say)(error); }
    } });
    const dropped = Object.entries(video.dropped).filter(([, count]) => count);
    const rows = [["kept", video.kept], ...(video.filled ? [["filled in", video.filled]] : []), ...dropped];
    const bar = (count) => make("meter", { min: 0, max: video.frames || 1, value: count, "aria-hidden": "true" });
    const table = make("table", { className: "reasons" }, make("tbody", {}, ...rows.map(([words, count]) => make("tr", {}, make("td", { text: words }), make("td", { text: count }), make("td", {}, bar(count))))));
    this.view.replaceChildren(make("div", { className: "clip-view" },
      make("div", { className: "card stack" }, this.screen.element, make("div", { className: "row" }, play), this.slider, this.words),
      make("div", { className: "stack" },
        make("div", { className: "card stack" }, make("h2", { text: "Confidence over time" }), this.#chart(), make("p", { className: "hint", text: "Blue the mean of all keypoints, orange the least sure one; dashed what the gate asks of the mean." })),
        make("div", { className: "card stack" }, make("h2", { text: `What became of ${video.frames} frames` }), table, video.note ? make("p", { className: "note", text: video.note }) : null, video.problem ? make("p", { className: "problem", text: video.problem }) : null),
        make("div", { className: "card stack" }, make("h2", { text: "Training" }), field("Reason", reason),
          make("div", { className: "row" }, make("button", { id: "exclude", "aria-pressed": String(record.excluded), text: record.excluded ? "Take it in again" : "Leave it out of training", onclick: exclude })),
          make("p", { className: "hint", text: record.excluded ? "Training, evaluation and inspect leave this clip out; its file stays." : "Written to excluded.json in the clip folder." }),
          make("h2", { text: "In Play" }), make("div", { className: "row" }, take("motion"), take("appearance"))))));
  }

  #chart() {
    const { confidence, least } = this.clip;
    const x = (index) => (confidence.length > 1 ? (index / (confidence.length - 1)) * 100 : 50);
    const y = (value) => 98 - 96 * value;
    const line = (values) => values.map((value, index) => `${x(index).toFixed(2)},${y(value).toFixed(2)}`).join(" ");
    const limit = Number(this.told.gate.min_confidence ?? 0);
    this.now = draw("line", { class: "now", y1: 0, y2: 100 });
    const svg = draw("svg", { class: "confidence", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": `Confidence, mean ${Math.min(...confidence).toFixed(2)} to ${Math.max(...confidence).toFixed(2)}` },
      draw("rect", { class: "frame", width: 100, height: 100, rx: 1.5 }), limit ? draw("line", { class: "limit", x1: 0, x2: 100, y1: y(limit), y2: y(limit) }) : null,
      draw("polyline", { class: "least", points: line(least) }), draw("polyline", { class: "mean", points: line(confidence) }), this.now);
    svg.addEventListener("pointerdown", (event) => {
      const box = svg.getBoundingClientRect();
      this.to(Math.round(((event.clientX - box.left) / box.width) * (confidence.length - 1)));
    });
    this.x = x;
    return svg;
  }

  to(index) {
    if (!this.clip) return;
    this.index = Math.min(this.clip.times.length - 1, Math.max(0, index));
    this.paint();
  }

  paint() {
    const { clip, index } = this;
    this.slider.value = index;
    this.slider.setAttribute("aria-valuetext", `frame ${index + 1} of ${clip.times.length}`);
    this.now.setAttribute("x1", this.x(index));
    this.now.setAttribute("x2", this.x(index));
    this.words.textContent = `frame ${index + 1} of ${clip.times.length}, ${clip.times[index].toFixed(2)} s; confidence ${clip.confidence[index].toFixed(2)}, least sure: ${clip.weakest[index]} ${clip.least[index].toFixed(2)}`;
    const piece = [...this.pieces.values()].find(({ first, bitmaps }) => index >= first && index < first + bitmaps.length);
    if (piece) {
      this.screen.show({ bitmap: piece.bitmaps[index - piece.first], keypoints: piece.keypoints[index - piece.first] }, this.told.skeleton, true);
      this.screen.problem("");
    } else if (!this.busy) {
      this.busy = true;
      const { folder, number } = this;
      this.link.ask("clip-frames", { folder, clip: number, frame: index }, "clip-frames").then(async (head) => {
        const bitmaps = await Promise.all(head.pictures.map((blob) => createImageBitmap(blob)));
        if (folder === this.folder && number === this.number) this.pieces.set(head.first, { first: head.first, bitmaps, keypoints: head.keypoints });
      }, unlessStale((words) => this.screen.problem(words))).finally(() => {
        this.busy = false;
        if (this.clip && !this.screen.trouble.textContent) this.paint();
      });
    }
  }
}
