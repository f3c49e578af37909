/** `window.playhead`: what a page may call. No call throws, and calls made before the script loaded are made up for. */

import type { Playhead } from "../npm/index";
import { bounded, cut } from "./capture/context";
import type { Config } from "./config";
import type { Control } from "./control";
import type { Delivery } from "./delivery/delivery";
import { quietly } from "./guard";
import type { Recorder } from "./recorder";

/** How long `stop()` waits for the server; what is late stays in the spool and is sent later. */
const STOP_MS = 5_000;
const PROPS = 16_000;

/** A call the stub wrote down: method, arguments, and how to settle the promise it gave out. */
export type Queued = [method: string, args: unknown[], settle?: (value: unknown) => void];

export function makeApi(config: Config, control: Control, recorder: Recorder, delivery: Delivery): Playhead {
  const sessionId = (): string | null => recorder.session;
  const sessionUrl = (): string | null => {
    const id = recorder.session;
    return id ? `${config.server}/sessions/${id}` : null;
  };
  return {
    version: __VERSION__,
    start: () => void quietly(() => control.start()),
    pause: () => void quietly(() => control.pause()),
    resume: () => void quietly(() => control.start()),
    optOut: () => void quietly(() => control.optOut()),
    optIn: () => void quietly(() => control.optIn()),
    forget: () => control.forget().catch(() => false),
    stop: async () => {
      quietly(() => control.stop("stop"));
      const delivered = (await quietly(() => delivery.drained(STOP_MS))) ?? false;
      return { sessionId: sessionId(), sessionUrl: sessionUrl(), delivered };
    },
    identify: (id, traits) => {
      quietly(() => {
        recorder.identify({ id: cut(id, 200), traits: bounded(traits ?? {}, PROPS) });
        control.review();
      });
    },
    event: (name, props) => {
      quietly(() => {
        recorder.event(cut(name, 200), bounded(props ?? {}, PROPS));
        control.happened(`event:${cut(name, 200)}`);
      });
    },
    sessionId,
    sessionUrl,
  };
}

/** Make the calls that came before the script did. */
export function replay(api: Playhead, queue: unknown): void {
  if (!Array.isArray(queue)) return;
  for (const [method, args, settle] of queue as Queued[]) {
    quietly(() => {
      const call = api[method as keyof Playhead] as ((...args: unknown[]) => unknown) | undefined;
      if (typeof call === "function") settle?.(call(...Array.from(args ?? [])));
    });
  }
}
