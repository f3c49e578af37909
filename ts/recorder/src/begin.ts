/** Begin: put the parts together and give the page `window.playhead`; both the script tag and the package do it so. */

import type { Playhead } from "../npm/index";
import { makeApi, replay } from "./api";
import { isForeignFrame, joinAbove } from "./capture/frames";
import type { Config } from "./config";
import { Control } from "./control";
import type { SealedBatch } from "./delivery/batcher";
import { Delivery } from "./delivery/delivery";
import { quietly } from "./guard";
import { Identity, openStorage } from "./identity";
import { followLifecycle, whenVisited } from "./lifecycle";
import { Recorder } from "./recorder";

type Window_ = Window & { playhead?: Partial<Playhead> & { q?: unknown } };

/** A second tag, or a frame inside a page that already records it: the first recorder sees everything. */
export function recordedAlready(): Playhead | undefined {
  const here = (window as Window_).playhead;
  const above = window.parent === window ? undefined : quietly(() => (window.parent as Window_).playhead);
  return (here?.version ? here : above?.version ? above : undefined) as Playhead | undefined;
}

/** Nothing is gathered: the page around puts it into batches of its own. */
const AT_ONCE = { first_ms: 0, every_ms: 0, size: 0, size_busy: 0 };

export function begin(config: Config): Playhead {
  const joins = config.within.length > 0 && isForeignFrame();
  const identity = new Identity(joins ? null : openStorage("localStorage"), `playhead.${config.site}`, Date.now);
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
    if (joins) join(config, identity, recorder, control, delivery);
    else control.begin();
    replay(api, queue);
  });
  return api;
}

/** This document is a frame: what is recorded, when and of whom the page around it decides, and it has the events. */
function join(config: Config, identity: Identity, recorder: Recorder, control: Control, delivery: Delivery): void {
  let send = (_json: string): void => {};
  config.rules = { ...config.rules, sample: [], start: [] };
  Object.assign(delivery, { rules: AT_ONCE, push: ({ text }: SealedBatch) => send(text), resendLeftovers: () => {} });
  joinAbove(config.server, config.within, {
    record: (session, up) => {
      send = up;
      const now_ms = Date.now();
      identity.write({ visitor: session, session, started_ms: now_ms, active_ms: now_ms, on: true, luck: -1 });
      if (recorder.isOn) recorder.restart("resumed");
      else control.start();
    },
    rest: () => control.pause(),
  });
}
