/** `window.playhead`: what a page may call. No call throws, and calls made before the script loaded are made up for. */

import { bounded, cut } from "./capture/context";
import type { Config } from "./config";
import type { Delivery } from "./delivery/delivery";
import { quietly } from "./guard";
import type { Recorder } from "./recorder";

/** How long `stop()` waits for the server; what is late stays in the spool and is sent later. */
const STOP_MS = 5_000;
const PROPS = 16_000;

export interface Stopped {
  sessionId: string | null;
  sessionUrl: string | null;
  /** Whether the server has confirmed everything. */
  delivered: boolean;
}

export interface Playhead {
  readonly version: string;
  start(): void;
  stop(): Promise<Stopped>;
  identify(id: unknown, traits?: unknown): void;
  event(name: unknown, props?: unknown): void;
  sessionId(): string | null;
  sessionUrl(): string | null;
}

/** A call the stub wrote down: method, arguments, and how to settle the promise it gave out. */
export type Queued = [method: string, args: unknown[], settle?: (value: unknown) => void];

export function makeApi(config: Config, recorder: Recorder, delivery: Delivery): Playhead {
  const sessionId = (): string | null => recorder.session;
  const sessionUrl = (): string | null => {
    const id = recorder.session;
    return id ? `${config.server}/sessions/${id}` : null;
  };
  return {
    version: __VERSION__,
    start: () => void quietly(() => recorder.start()),
    stop: async () => {
      quietly(() => recorder.stop("stop", true));
      const delivered = (await quietly(() => delivery.drained(STOP_MS))) ?? false;
      return { sessionId: sessionId(), sessionUrl: sessionUrl(), delivered };
    },
    identify: (id, traits) => {
      quietly(() => recorder.identify({ id: cut(id, 200), traits: bounded(traits ?? {}, PROPS) }));
    },
    event: (name, props) => void quietly(() => recorder.event(cut(name, 200), bounded(props ?? {}, PROPS))),
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
