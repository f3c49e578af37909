// Moves our player's stage to moments of a recording in slices, as src/player.ts does, and writes down the DOM.
import "./mirror_harness.js";
import { accept } from "../../ts/player/src/accept";
import { Stage } from "../../ts/player/src/stage";

const silent = { size() {}, address() {}, finish() {} };
const settled = () => new Promise((done) => setTimeout(done, 30));

const read = (slices) =>
  slices.map((slice, number) => ({ ...slice, number, keyframe: accept(slice.keyframe).events, events: accept(slice.events).events }));

function numberAt(slices, epochMs) {
  return Math.max(0, slices.findLastIndex(({ fromMs }) => fromMs + 1 <= epochMs));
}

function stageIn(root) {
  const box = document.createElement("div");
  root.append(box);
  return new Stage(box, silent, true);
}

function move(stage, slices, epochMs) {
  const number = numberAt(slices, epochMs);
  if (!stage.reaches(number, epochMs)) stage.show(slices[number], 1);
  stage.moveTo(epochMs, false);
}

// One stage that goes from moment to moment in the order given; `fresh` has one of its own for each.
async function visit(given, moments, { fresh = false } = {}) {
  const dumps = [];
  let slices = read(structuredClone(given));
  let stage = stageIn(document.body);
  let rebuilt = 0;
  for (const moment of moments) {
    if (fresh) {
      stage.clear();
      slices = read(structuredClone(given));
      stage = stageIn(document.body);
    }
    const before = stage.frame;
    move(stage, slices, moment);
    if (stage.frame !== before) rebuilt++;
    await settled();
    dumps.push(harness.dump(stage.replayer));
  }
  const { skipped } = stage;
  stage.clear();
  return { dumps, rebuilt, skipped };
}

// All slices as one stream, in rrweb's own Replayer, from the start; moments in order.
async function playAll(given, moments) {
  const slices = read(structuredClone(given));
  const events = slices.flatMap(({ keyframe, events, fresh }, at) => (at && !fresh ? events : [...keyframe, ...events]));
  return harness.play(events, moments.map((moment) => moment - events[0].timestamp - 0.5), { virtual: false });
}

// What the stage shows of one slice at one moment, as `plain` (still_compare.py) writes it down.
async function standing(given, moment) {
  const slices = read([JSON.parse(given)]);
  const stage = stageIn(document.body);
  move(stage, slices, moment);
  await settled();
  const lines = window.harness.plain(stage.frame.contentDocument);
  stage.clear();
  return lines;
}

Object.assign(window.harness, { standing, visit, playAll });
