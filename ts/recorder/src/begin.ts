/** Begin: put the parts together and give the page `window.playhead`; both the script tag and the package do it so. */

import { makeApi, replay, type Playhead } from "./api";
import type { Config } from "./config";
import { Control } from "./control";
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

export function begin(config: Config): Playhead {
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
  return api;
}
