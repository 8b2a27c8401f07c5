// What is seen, to take along: the command line that makes it, and files of it.

import { $, make, say } from "./dom.js";
import { Stale } from "./link.js";

const KINDS = [["mp4", "MP4"], ["gif", "GIF"], ["png", "PNG frames"], ["npz", "NPZ"], ["keypoints-sidecar", "Keypoints"], ["keypoints-csv", "CSV"]];

export function takeaway(link, state, play) {
  const track = play.tracks.A;
  const show = () => {
    $("command").textContent = track.meta?.command ?? "";
    $("command-b").textContent = play.tracks.B.meta?.command ?? "";
    $("command-b-row").hidden = !state.compare || !play.tracks.B.meta;
    for (const button of $("exports").querySelectorAll("[data-kind^=keypoints]")) button.disabled = !(track.meta?.facts.draws_poses ?? false);
  };
  for (const end of ["", "-b"]) {
    const [button, code] = [$(`copy${end}`), $(`command${end}`)];
    button.onclick = async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      } catch {
        getSelection().selectAllChildren(code);
        say("The command is selected; copy it with the keyboard.");
      }
    };
  }
  let running = null;
  async function write(kind, words) {
    if (running !== null) link.stop("export");
    const box = $("export-progress");
    box.hidden = false;
    $("export-bar").removeAttribute("value");
    $("export-text").textContent = `${words}: beginning`;
    try {
      const made = await link.ask("export", { take: track.take, detector: track.detector, kind }, "export", (id) => { running = id; });
      $("command").textContent = made.command;
      make("a", { href: made.file, download: made.name }).click();
      say(`${made.name} is ready. The same, from the command line: ${made.command}`);
    } catch (error) {
      if (error instanceof Stale) return;
      say(error.message);
    }
    running = null;
    box.hidden = true;
  }
  link.addEventListener("export", ({ detail }) => {
    if (detail.id !== running) return;
    $("export-bar").value = detail.done / detail.of;
    $("export-text").textContent = `${detail.done} of ${detail.of} frames`;
  });
  $("export-stop").onclick = () => {
    link.stop("export");
    running = null;
    $("export-progress").hidden = true;
  };
  $("exports").append(make("span", { className: "hint", text: "Export" }), ...KINDS.map(([kind, words]) => make("button", { text: words, "data-kind": kind, onclick: () => write(kind, words) })));
  for (const news of ["meta", "metaB", "take"]) state.addEventListener(news, show);
  show();
}
