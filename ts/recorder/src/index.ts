/** The script tag's entry: reads the tag, begins to record unless told to wait, and gives the page `window.playhead`. */

import { makeApi, replay, type Playhead } from "./api";
import { ownScript, readConfig } from "./config";
import { Control } from "./control";
import { Delivery } from "./delivery/delivery";
import { quietly } from "./guard";
import { Identity, openStorage } from "./identity";
import { followLifecycle, whenVisited } from "./lifecycle";
import { Recorder } from "./recorder";

type Window_ = Window & { playhead?: Partial<Playhead> & { q?: unknown } };

/** A second tag, or a frame inside a page that already records it: the first recorder sees everything. */
function isRecordedAlready(): boolean {
  if ((window as Window_).playhead?.version) return true;
  return quietly(() => window.parent !== window && Boolean((window.parent as Window_).playhead?.version)) ?? false;
}

function boot(): void {
  if (isRecordedAlready()) return;
  const script = ownScript();
  const config = script ? readConfig({ ...script.dataset }, script.src) : "the script tag was not found";
  if (typeof config === "string") {
    window.console.warn(`Playhead does not record: ${config}`);
    return;
  }
  const identity = new Identity(openStorage("localStorage"), `playhead.${config.site}`, Date.now);
  const delivery = new Delivery(config, {
    onDropped: (page) => recorder.heal(page),
    onRefused: () => recorder.refuse(),
    onFull: () => recorder.pause(),
    onRoom: () => recorder.resume(),
  });
  const recorder = new Recorder(config, identity, delivery);
  const control = new Control(config, identity, recorder, delivery);
  const api = makeApi(config, control, recorder, delivery);
  const queue = (window as Window_).playhead?.q;
  (window as Window_).playhead = api;
  followLifecycle(control, recorder, delivery, identity.key);
  whenVisited(() => {
    control.begin();
    replay(api, queue);
  });
}

quietly(boot);
