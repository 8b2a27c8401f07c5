// Real people: what was dropped on the page, and what of it the clip takes.

import { $, choose, field, make, say } from "./dom.js";
import { unlessStale } from "./link.js";

export function realPanel(link, state, play) {
  const panel = $("real-panel");
  let source = null;
  let busy = "";
  let problem = "";

  async function send(file, of = null) {
    const query = new URLSearchParams({ name: file.name, ...(of ? { of } : {}) });
    const answer = await fetch(`/uploads/${link.session}?${query}`, { method: "POST", body: file });
    const told = await answer.json().catch(() => ({ error: "the upload was cut off" }));
    if (!answer.ok) throw new Error(told.error);
    return told;
  }

  /** Dropped files: a picture or a clip, with a file of its keypoints perhaps. */
  async function drop(files) {
    const keypoints = files.find((file) => file.name.endsWith(".json"));
    const shown = files.find((file) => file !== keypoints);
    busy = `Reading ${(shown ?? keypoints).name} …`;
    problem = "";
    show();
    try {
      let told = shown ? await send(shown) : source;
      if (keypoints) {
        if (!told) throw new Error("Drop the picture or the clip that these keypoints belong to as well.");
        told = await send(keypoints, told.id);
      }
      await use(told);
    } catch (error) {
      problem = error.message;
    }
    busy = "";
    show();
  }

  /** Read a source, and let the clip take of it what it shows. */
  async function use(told, parts = null) {
    source = told;
    busy = `Looking for the figure in ${told.name} …`;
    problem = "";
    show();
    try {
      source = await link.ask("real", { source: told.id, run: state.run, detector: state.detector }, "real");
      const wanted = parts ?? source.parts;
      state.real = Object.fromEntries(source.parts.filter((part) => wanted.includes(part)).map((part) => [part, source.id]));
      if (!Object.keys(state.real).length) problem = "This run was trained without encoders, so it reads no real people.";
      if (state.real.motion && source.seconds) {
        state.seconds = Number(Math.max(0.1, source.seconds).toFixed(3));
        play.clock.to(0);
      }
      play.showReal(source);
      state.changed();
    } catch (error) {
      unlessStale((words) => { problem = words; })(error);
      play.showReal(null);
    }
    busy = "";
    show();
  }

  function forget() {
    source = null;
    problem = "";
    state.real = {};
    play.showReal(null);
    state.changed();
    show();
  }

  function show() {
    const input = make("input", { type: "file", multiple: true, accept: "image/*,video/*,.json", "aria-label": "A picture or a clip, and its keypoints", onchange: () => { if (input.files.length) drop([...input.files]); } });
    const zone = make("label", { className: "drop" }, input, make("span", { text: busy || "Drop a picture or a clip here, or choose one. A file of its keypoints can come along." }));
    zone.setAttribute("aria-busy", String(Boolean(busy)));
    const detectors = play.tracks.A.meta?.detectors ?? [];
    const box = !source ? null : make("div", { className: "source" },
      make("header", {}, make("b", { text: source.name }), make("button", { className: "quiet", text: "Remove", onclick: forget })),
      ...(source.parts ?? []).map((part) => {
        const check = make("input", { type: "checkbox", checked: part in state.real, onchange: () => {
          if (check.checked) state.real[part] = source.id;
          else delete state.real[part];
          state.changed();
        } });
        return make("label", { className: "check" }, check, `Take its ${part}`);
      }),
      detectors.length && source.kind !== "clip" ? field("Found by", choose([["", "its keypoints file, or what is installed"], ...detectors.map((name) => [name, name])], state.detector ?? "", (name) => { state.detector = name || null; use(source); })) : null);
    panel.replaceChildren(make("div", { className: "stack" }, zone, problem ? make("p", { className: "problem", role: "alert", text: problem }) : null, box,
      make("p", { className: "hint", text: "It stays on this machine. Its motion plays on the same timeline, at any rate and speed, and goes on after its end." })));
  }

  let depth = 0;
  addEventListener("dragenter", (event) => { if (event.dataTransfer?.types.includes("Files")) { depth += 1; document.body.classList.add("dropping"); } });
  addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) document.body.classList.remove("dropping"); });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    location.hash = "play";
    drop(files);
  });
  // The connection was made anew, and what was dropped went with the old one.
  link.addEventListener("open", () => {
    if (source === null) return;
    forget();
    say("The connection was made anew; drop the picture or the clip again.");
  });
  state.addEventListener("meta", () => { if (!panel.contains(document.activeElement)) show(); });
  show();
  return { use };
}
