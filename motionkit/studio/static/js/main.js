// The page: its views, its keys, and what the server tells.

import { Clips } from "./clips.js";
import { Clock } from "./clock.js";
import { $, say } from "./dom.js";
import { Link, unlessStale } from "./link.js";
import { Mix } from "./mix.js";
import { noisePanel, runPanel, speedPanel } from "./panels.js";
import { Play } from "./play.js";
import { posePanel } from "./pose.js";
import { realPanel } from "./real.js";
import { State } from "./state.js";
import { takeaway } from "./takeaway.js";
import { Training } from "./training.js";

const VIEWS = ["play", "mix", "training", "clips"];

const link = new Link();
const state = new State();
const clock = new Clock(state);
const play = new Play(link, state, clock);
const runs = runPanel(state, play);
noisePanel(state, play);
speedPanel(state, clock);
const pose = posePanel(state, play);
const real = realPanel(link, state, play);
takeaway(link, state, play);
const views = { mix: new Mix(link, state, clock), training: new Training(link, state), clips: new Clips(link, state, real) };

let view = null;

function show() {
  const wanted = VIEWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : "play";
  if (wanted === view) return;
  views[view]?.leave();
  view = wanted;
  for (const name of VIEWS) {
    $(name).hidden = name !== view;
    $(`tab-${name}`).setAttribute("aria-selected", String(name === view));
    $(`tab-${name}`).tabIndex = name === view ? 0 : -1;
  }
  document.title = `${$(`tab-${view}`).textContent} · motionkit studio`;
  if (view !== "play") clock.run(false);
  views[view]?.open();
  if (view === "play") play.paint();
}

async function look() {
  const before = JSON.stringify(state.shelf);
  try {
    state.shelf = await link.ask("shelf", {}, "shelf");
  } catch (error) {
    unlessStale(say)(error);
    return;
  }
  const known = (id) => state.shelf.runs.some((run) => run.id === id);
  if (!known(state.run)) state.run = (state.shelf.runs.find((run) => run.moves && !run.problem) ?? state.shelf.runs[0])?.id ?? null;
  if (JSON.stringify(state.shelf) !== before) state.changed("shelf");
}

link.addEventListener("open", async () => {
  await look();
  play.watched = "";
  for (const side of ["A", "B"]) play.tracks[side].reload(clock.index);
  play.update();
  if (view === null) show();
});

link.addEventListener("changed", ({ detail }) => {
  const name = state.named(detail.run);
  if (detail.problem) say(detail.problem);
  else {
    say(`${name} has new weights; the clip is drawn by them now.`);
    for (const side of ["A", "B"]) play.tracks[side].reload(clock.index);
  }
});

addEventListener("hashchange", show);
for (const name of VIEWS) $(`tab-${name}`).onclick = () => { location.hash = name; };
$("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const next = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length];
  location.hash = next;
  $(`tab-${next}`).focus();
  event.preventDefault();
  event.stopPropagation();
});
$("help-button").onclick = () => $("help").showModal();
addEventListener("focus", () => link.session && look());

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const typing = event.target.matches?.("input:not([type=range]):not([type=checkbox]), select, textarea");
  if (typing) return;
  const onButton = event.target.matches?.("button, [role=tab]");
  const parts = Object.keys(play.tracks.A.meta?.facts.noise ?? {});
  const everywhere = { "?": () => $("help").showModal(), 1: () => { location.hash = "play"; }, 2: () => { location.hash = "mix"; }, 3: () => { location.hash = "training"; }, 4: () => { location.hash = "clips"; } };
  const playing = {
    " ": onButton ? null : () => clock.run(!clock.running),
    ArrowLeft: () => play.step(-1), ArrowRight: () => play.step(1),
    Home: () => { clock.run(false); clock.toFrame(0); }, End: () => { clock.run(false); clock.toFrame(Infinity); },
    r: () => state.reroll(parts), m: () => state.reroll(parts.filter((part) => part === "motion")), a: () => state.reroll(parts.filter((part) => part === "appearance")),
    k: () => pose.toggle(), c: () => runs.toggle(),
  };
  if (event.target.matches?.("input[type=range]") && event.key.startsWith("Arrow")) return;
  const act = everywhere[event.key] ?? (view === "play" ? playing[event.key.length === 1 ? event.key.toLowerCase() : event.key] : null);
  if (!act) return;
  act();
  event.preventDefault();
});

window.studio = { link, state, clock, play, views };
