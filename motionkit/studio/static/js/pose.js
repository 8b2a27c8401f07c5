// Moving keypoints, and keeping what came of it.

import { $, make, say } from "./dom.js";

const MOST = 12;

export function posePanel(state, play) {
  const panel = $("pose-panel");
  const kept = [];
  const shown = make("input", { type: "checkbox", id: "keypoints", onchange: () => { state.keypoints = shown.checked; state.changed("view"); refresh(); } });
  const reset = make("button", { text: "Reset", id: "pose-reset", disabled: true, onclick: () => play.setPose(null) });
  const keep = make("button", { text: "Keep as a pose", id: "pose-keep", disabled: true, onclick: () => store() });
  const strip = make("div", { className: "poses", role: "group", "aria-label": "Kept poses", hidden: true });
  const save = make("button", { text: "Save the last", id: "pose-save", hidden: true, onclick: () => download(kept.at(-1)) });
  const hint = make("p", { className: "hint" });
  panel.append(make("div", { className: "stack" }, make("label", { className: "check" }, shown, "Show keypoints, to drag them"), make("div", { className: "row" }, reset, keep, save), strip, hint));

  function refresh() {
    const facts = play.tracks.A.meta?.facts;
    const able = facts === undefined || facts.draws_poses;
    shown.checked = state.keypoints;
    shown.disabled = !able;
    reset.disabled = keep.disabled = play.pose === null;
    keep.disabled ||= !play.pose?.bitmap;
    hint.textContent = !able ? "This generator makes video without keypoints, so there is no pose to move."
      : play.pose ? "This frame alone is drawn from the moved pose. Exports keep the motion as it was."
        : state.keypoints ? "Drag a joint in the picture: the frame is drawn anew at once."
          : "The picture is drawn from keypoints. Show them, and move one.";
  }

  async function store() {
    const { keypoints, blob } = play.pose;
    const { facts, times } = play.tracks.A.meta;
    kept.push({ keypoints, blob, bitmap: await createImageBitmap(blob), size: facts.size ?? 256, skeleton: facts.skeleton.name, time: times[play.clock.index] });
    if (kept.length > MOST) kept.shift();
    strip.replaceChildren(...kept.map((pose, index) => {
      const canvas = make("canvas", { width: 128, height: 128 });
      canvas.getContext("2d").drawImage(pose.bitmap, 0, 0, 128, 128);
      return make("button", { "aria-label": `Show pose ${index + 1} in this appearance`, onclick: () => play.setPose(pose.keypoints) }, canvas);
    }));
    strip.hidden = save.hidden = false;
    say(`Kept as pose ${kept.length}. Choose it to see it in another appearance.`);
  }

  /** A picture and its keypoints, as `--appearance-from` and the detector sidecar read them. */
  function download({ keypoints, blob, size, skeleton }) {
    const pixels = keypoints.map(([x, y]) => [((x + 1) * size - 1) / 2, ((y + 1) * size - 1) / 2, 1]);
    const document_ = JSON.stringify({ skeleton, frames: [{ time: 0, keypoints: pixels }] }, null, 1);
    for (const [name, content] of [["pose.png", blob], ["pose.keypoints.json", new Blob([document_], { type: "application/json" })]]) {
      const link = make("a", { href: URL.createObjectURL(content), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }
  }

  for (const news of ["pose", "meta", "take", "view"]) state.addEventListener(news, refresh);
  refresh();
  return { toggle: () => { if (!shown.disabled) { shown.checked = !shown.checked; shown.dispatchEvent(new Event("change")); } } };
}

